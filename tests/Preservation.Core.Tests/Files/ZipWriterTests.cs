using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Core.Tests.Files;

public sealed class ZipWriterTests
{
    private static readonly DateTimeOffset Changed = new(2026, 11, 22, 7, 30, 4, TimeSpan.FromHours(7));

    [Test]
    public void What_is_written_is_read_by_the_framework_and_by_ourselves() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll<byte[][]>(contents =>
        ReadsBackAsync(contents).GetAwaiter().GetResult()));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(100_000)]
    [TestCase(1 << 21)]
    public async Task Any_length_can_be_packed(int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        Assert.That(await ReadsBackAsync([content, [], content]), Is.True);
    }

    [Test]
    public async Task More_entries_than_sixteen_bits_count_are_there_and_none_is_held()
    {
        var perEntry = await Preservation.Testing.LiveMemory.PerItemAsync(8_000, 700, async count =>
        {
            using var bytes = TemporaryFile.Create();
            await using (var zip = new ZipWriter(bytes))
                for (var i = 0; i < count; i++) await zip.AddAsync($"gói/tệp {i:D6}", Stream.Null, Changed, [DigestAlgorithm.Sha256], default);
            bytes.Position = 0;
            if (count > ushort.MaxValue)
            {
                using var read = new ZipArchive(bytes, ZipArchiveMode.Read, leaveOpen: true);
                Assert.That((read.Entries.Count, read.Entries[^1].FullName), Is.EqualTo((count, $"gói/tệp {count - 1:D6}")));
            }
            return "";
        });
        Assert.That(perEntry, Is.LessThan(700), "the framework's reader holds as much; the writer's part is measured with the packages");
    }

    private static async Task<bool> ReadsBackAsync(byte[][] contents)
    {
        var path = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await using (var file = File.Create(path))
            await using (var zip = new ZipWriter(file))
            {
                await zip.AddFolderAsync("gói/trống/", Changed, default);
                for (var i = 0; i < contents.Length; i++)
                {
                    var digests = await zip.AddAsync($"gói/{i}", new MemoryStream(contents[i]), Changed, [DigestAlgorithm.Sha256], default);
                    Assert.That(digests[DigestAlgorithm.Sha256], Is.EqualTo(DigestAlgorithm.Sha256.Compute(contents[i])));
                }
            }
            using (var read = await ZipFile.OpenReadAsync(path, default))
            {
                Assert.That((read.Entries.Count, read.Entries[0].FullName, read.Entries[0].LastWriteTime.DateTime), Is.EqualTo((contents.Length + 1, "gói/trống/", Changed.DateTime)));
                for (var i = 0; i < contents.Length; i++) Assert.That(Bytes(await read.Entries[i + 1].OpenAsync(default)), Is.EqualTo(contents[i]));
            }
            var (tree, findings) = await FileTrees.OpenAsync(path, Limits.Default, default);
            await using (tree)
            {
                Assert.That(findings, Is.Empty);
                for (var i = 0; i < contents.Length; i++) Assert.That(Bytes(await tree!.OpenAsync($"{i}", default)), Is.EqualTo(contents[i]));
            }
            return true;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Bytes(Stream stream)
    {
        using (stream)
        {
            using var all = new MemoryStream();
            stream.CopyTo(all);
            return all.ToArray();
        }
    }
}
