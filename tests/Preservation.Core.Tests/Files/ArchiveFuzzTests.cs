using System.Formats.Tar;
using System.IO.Compression;
using Preservation.Core.Files;
using Preservation.Testing;
using Preservation.Testing.Fuzzing;

namespace Preservation.Core.Tests.Files;

/// <summary>Spoilt archives: a tree or a finding each; what is damaged is told as damage.</summary>
[Category("Fuzz")]
public sealed class ArchiveFuzzTests
{
    private static readonly Limits Bounds = Limits.Default with { MaxTotalBytes = 64 << 20, MaxEntries = 10_000 };
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("preservation-fuzz-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [Test]
    public Task Zip() => RunAsync("zip", [Zipped(CompressionLevel.NoCompression), Zipped(CompressionLevel.Optimal), .. FromCorpus(".zip")]);

    [Test]
    public Task Tar() => RunAsync("tar", [Tarred(TarEntryFormat.Pax), Tarred(TarEntryFormat.Gnu), Tarred(TarEntryFormat.Ustar), Tarred(TarEntryFormat.V7), .. FromCorpus(".tar")]);

    [Test]
    public Task Gzipped_tar() => RunAsync("tar.gz", [Gzipped(Tarred(TarEntryFormat.Pax)), Gzipped(Tarred(TarEntryFormat.Gnu)), .. FromCorpus(".tar.gz")], share: 2);

    // The tar in it is spoilt, and packed anew.
    [Test]
    public Task Spoilt_tar_gzipped() => RunAsync("tar in gz", [Tarred(TarEntryFormat.Pax), Tarred(TarEntryFormat.Gnu)], Gzipped, share: 2);

    private Task RunAsync(string name, List<byte[]> seeds, Func<byte[], byte[]>? pack = null, int share = 1)
    {
        var file = Path.Join(_folder, "x");
        return Fuzz.RunAsync(name, seeds, async (input, token) =>
        {
            await File.WriteAllBytesAsync(file, pack is null ? input : pack(input), token);
            var (tree, findings) = await FileTrees.OpenAsync(file, Bounds, token);
            if (tree is null)
            {
                Assert.That(findings, Is.Not.Empty);
                return;
            }
            await using (tree)
                foreach (var entry in (await tree.IndexAsync(Bounds, token)) is var index ? index.Numbers.Select(n => index[n]) : [])
                {
                    if (entry.Kind != EntryKind.File) continue;
                    try
                    {
                        await using var content = await tree.OpenAsync(entry.Path, token);
                        await content.CopyToAsync(new Bounded(), token);
                    }
                    catch (InvalidDataException)
                    {
                        // promised
                    }
                }
            Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.EqualTo(new[] { file }));
        }, share);
    }

    // No more may come out than the limits allow of one entry.
    private sealed class Bounded : Stream
    {
        private long _bytes;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => _bytes;
        public override long Position { get => _bytes; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            _bytes += count;
            if (_bytes > 256 << 20) throw new InvalidOperationException("more comes out than any limit allows");
        }
    }

    private static byte[] Zipped(CompressionLevel level)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            for (var i = 0; i < 5; i++)
                using (var entry = zip.CreateEntry($"gói/tệp {i}", level).Open()) entry.Write(new byte[i * 200]);
        return memory.ToArray();
    }

    private static byte[] Tarred(TarEntryFormat format)
    {
        using var memory = new MemoryStream();
        using (var tar = new TarWriter(memory, format, leaveOpen: true))
            for (var i = 0; i < 4; i++)
            {
                var name = $"goi/{new string('t', i * 30)}{i}";
                TarEntry entry = format switch
                {
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    _ => new V7TarEntry(TarEntryType.V7RegularFile, name),
                };
                entry.DataStream = new MemoryStream(new byte[i * 300]);
                tar.WriteEntry(entry);
            }
        return memory.ToArray();
    }

    private static byte[] Gzipped(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return memory.ToArray();
    }

    private static IEnumerable<byte[]> FromCorpus(string ending)
    {
        if (!SharedFiles.HasCorpus) return [];
        return Directory.EnumerateFiles(SharedFiles.Corpus(), "*" + ending, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(f => new FileInfo(f).Length < 40_000).Take(25).Select(Bytes);
    }

    private static byte[] Bytes(string file)
    {
        using var stream = File.OpenRead(file);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
