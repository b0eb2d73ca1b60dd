using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Core.Tests.Files;

public sealed class FileTreesTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("preservation-trees-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestCase("folder")]
    [TestCase("zip")]
    [TestCase("tar")]
    [TestCase("tar.gz")]
    public async Task The_same_package_reads_alike_in_every_form(string form)
    {
        var (tree, findings) = await FileTrees.OpenAsync(await PackAsync(form, ("gói/METS.xml", "mets"), ("gói/data/Công văn.txt", "nội dung")), Limits.Default, default);
        await using (tree!)
        {
            Assert.That(findings, Is.Empty);
            Assert.That(tree!.RootName, Is.EqualTo("gói"));
            Assert.That(await ListAsync(tree), Is.EquivalentTo(new[] { new FileEntry("METS.xml", 4, EntryKind.File), new FileEntry("data/Công văn.txt", 10, EntryKind.File) }));
            Assert.That(await TextAsync(tree, "data/Công văn.txt"), Is.EqualTo("nội dung"));
            var digests = await tree.DigestAsync("METS.xml", [DigestAlgorithm.Sha256], default);
            Assert.That(digests[DigestAlgorithm.Sha256], Is.EqualTo(DigestAlgorithm.Sha256.Compute("mets"u8)));
            Assert.That(async () => await tree.OpenAsync("none", default), Throws.InstanceOf<FileNotFoundException>());
        }
    }

    [TestCase("")]
    [TestCase("no archive at all")]
    public async Task A_file_that_is_no_archive_is_a_finding(string text)
    {
        var path = Path.Join(_folder, "x.tar");
        await File.WriteAllTextAsync(path, text);
        var (tree, findings) = await FileTrees.OpenAsync(path, Limits.Default, default);
        Assert.That((tree, findings.Single().Rule), Is.EqualTo(((IFileTree?)null, ArchiveRules.Unreadable)));
    }

    [Test]
    public void Nothing_there_is_an_exception() =>
        Assert.That(async () => await FileTrees.OpenAsync(Path.Join(_folder, "none"), Limits.Default, default), Throws.InstanceOf<FileNotFoundException>());

    [Test]
    public async Task A_tar_that_ends_within_an_entry_is_a_finding([Values("tar", "tar.gz")] string form)
    {
        var path = await PackAsync(form, ("a/big", new string('x', 100_000)), ("a/two", "2"));
        await using (var file = File.OpenWrite(path)) file.SetLength(form == "tar" ? 50_000 : file.Length - 40);
        var (tree, findings) = await FileTrees.OpenAsync(path, Limits.Default, default);
        Assert.That((tree, findings.Single().Rule), Is.EqualTo(((IFileTree?)null, ArchiveRules.Unreadable)));
    }

    [Test]
    public async Task Links_and_unsafe_names_are_told_and_never_opened()
    {
        var path = Path.Join(_folder, "x.tar");
        await using (var writer = new TarWriter(File.Create(path), TarEntryFormat.Pax))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "a/link") { LinkName = "/etc/passwd" });
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "a/../../b") { DataStream = new MemoryStream([1]) });
        }
        var (tree, findings) = await FileTrees.OpenAsync(path, Limits.Default, default);
        await using (tree!)
        {
            Assert.That(findings.Select(f => f.Rule), Is.EquivalentTo(new[] { ArchiveRules.NotAFile, ArchiveRules.UnsafeName }));
            Assert.That(async () => await tree!.OpenAsync("link", default), Throws.InstanceOf<FileNotFoundException>());
            Assert.That(async () => await tree!.OpenAsync("../../b", default), Throws.InstanceOf<InvalidDataException>());
        }
    }

    [Test]
    public async Task A_gzip_bomb_is_stopped_by_its_ratio()
    {
        var path = await PackAsync("tar.gz", ("a/zeros", new string('0', 4_000_000)));
        var (tree, findings) = await FileTrees.OpenAsync(path, Limits.Default, default);
        Assert.That((tree, findings.Single().Rule), Is.EqualTo(((IFileTree?)null, ArchiveRules.Ratio)));
    }

    [Test]
    public async Task The_temporary_file_of_a_gzipped_tar_goes_with_the_tree()
    {
        var (tree, _) = await FileTrees.OpenAsync(await PackAsync("tar.gz", ("a/b", "c")), Limits.Default, default);
        var inUse = OpenTemporaryFiles();
        await tree!.DisposeAsync();
        Assert.That(OpenTemporaryFiles(), Is.EqualTo(inUse - 1));
    }

    private static int OpenTemporaryFiles() =>
        OperatingSystem.IsLinux()
            ? Directory.GetFiles("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget?.StartsWith(Path.Join(Path.GetTempPath(), "preservation-") + "", StringComparison.Ordinal) == true)
            : Directory.GetFiles(Path.GetTempPath(), "preservation-*").Length;

    private async Task<string> PackAsync(string form, params (string Path, string Text)[] files)
    {
        var path = Path.Join(_folder, "package." + form);
        if (form == "folder")
        {
            foreach (var (name, text) in files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(_folder, name))!);
                await File.WriteAllTextAsync(Path.Join(_folder, name), text);
            }
            return Path.Join(_folder, files[0].Path.Split('/')[0]);
        }
        await using var file = File.Create(path);
        if (form == "zip")
        {
            await using var zip = new ZipArchive(file, ZipArchiveMode.Create);
            foreach (var (name, text) in files)
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync();
                await entry.WriteAsync(Encoding.UTF8.GetBytes(text));
            }
            return path;
        }
        await using var packed = form == "tar" ? (Stream)file : new GZipStream(file, CompressionLevel.Optimal);
        await using var writer = new TarWriter(packed, TarEntryFormat.Pax);
        await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "./"));
        foreach (var (name, text) in files)
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "./" + name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        return path;
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task Pipes_links_and_folders_without_end_in_a_folder_are_told_and_never_entered()
    {
        var root = Path.Join(_folder, "sâu");
        Directory.CreateDirectory(Path.Join(root, "data"));
        await File.WriteAllTextAsync(Path.Join(root, "data", "a.txt"), "a");
        File.CreateSymbolicLink(Path.Join(root, "data", "link"), "/etc/passwd");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", Path.Join(root, "data", "pipe"))) await mkfifo.WaitForExitAsync();
        Directory.CreateDirectory(Path.Join(root, string.Join('/', Enumerable.Repeat("d", 400))));
        var (tree, _) = await FileTrees.OpenAsync(root, Limits.Default, default);
        await using (tree)
        {
            var findings = (await tree!.IndexAsync(Limits.Default, default)).Findings;
            Assert.That(findings.Select(f => (f.Rule, f.Path.Length > 20 ? "…" : f.Path)), Is.EquivalentTo(new[]
            {
                (ArchiveRules.NotAFile, "data/link"), (ArchiveRules.NotAFile, "data/pipe"), (ArchiveRules.Depth, "…"),
            }));
            Assert.That(async () => await tree.OpenAsync("data/pipe", default), Throws.InstanceOf<FileNotFoundException>());
            Assert.That(async () => await tree.OpenAsync("data/link", default), Throws.InstanceOf<FileNotFoundException>());
        }
    }

    [Test]
    public async Task A_folder_that_holds_nothing_but_one_package_is_entered()
    {
        var inside = Path.Join(_folder, "kiện", "uuid-1");
        Directory.CreateDirectory(inside);
        await File.WriteAllTextAsync(Path.Join(inside, "METS.xml"), "mets");
        var (tree, _) = await FileTrees.OpenAsync(Path.Join(_folder, "kiện"), Limits.Default, default);
        await using (tree) Assert.That((tree!.RootName, (await tree.IndexAsync(Limits.Default, default)).FindFile("METS.xml")), Is.EqualTo(("uuid-1", 0)));
    }

    [TestCase('x')]
    [TestCase('L')]
    public async Task A_tar_that_claims_a_name_of_a_gigabyte_is_refused_before_room_is_made_for_it(char type)
    {
        var tar = Path.Join(_folder, "x.tar");
        await using (var writer = new System.Formats.Tar.TarWriter(File.Create(tar), System.Formats.Tar.TarEntryFormat.Pax))
            await writer.WriteEntryAsync(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "gói/METS.xml") { DataStream = new MemoryStream([1]) });
        var bytes = await File.ReadAllBytesAsync(tar);
        bytes[156] = (byte)type;
        "07777777777\0"u8.CopyTo(bytes.AsSpan(124));
        "        "u8.CopyTo(bytes.AsSpan(148));
        System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(bytes.Take(512).Sum(b => b), 8).PadLeft(6, '0')}\0 ").CopyTo(bytes.AsSpan(148));
        await File.WriteAllBytesAsync(tar, bytes);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var (tree, findings) = await FileTrees.OpenAsync(tar, Limits.Default, default);
        Assert.That((tree, findings.Single().Rule), Is.EqualTo(((IFileTree?)null, ArchiveRules.Unreadable)));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(64 << 20));
    }

    private static async Task<List<FileEntry>> ListAsync(IFileTree tree)
    {
        var entries = new List<FileEntry>();
        await foreach (var entry in tree.ListAsync(default)) entries.Add(entry);
        return entries;
    }

    private static async Task<string> TextAsync(IFileTree tree, string path)
    {
        using var reader = new StreamReader(await tree.OpenAsync(path, default));
        return await reader.ReadToEndAsync();
    }
}
