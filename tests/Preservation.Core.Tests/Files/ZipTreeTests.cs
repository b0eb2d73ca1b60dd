using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Preservation.Core.Files;

namespace Preservation.Core.Tests.Files;

public sealed class ZipTreeTests
{
    private string _folder = "";

    private string Zip => Path.Join(_folder, "x.zip");

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("preservation-zip-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestCase(CompressionLevel.NoCompression, true)]
    [TestCase(CompressionLevel.Optimal, false)]
    public async Task Entries_are_read_side_by_side_and_stored_ones_from_any_place(CompressionLevel level, bool seeks)
    {
        Pack(level, 50, i => new string((char)('a' + i % 26), 1000 + i));
        await using var tree = Open();
        var streams = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => tree.OpenAsync($"f{i}", default)));
        for (var i = 49; i >= 0; i--)
        {
            using var reader = new StreamReader(streams[i]);
            Assert.That(streams[i].CanSeek, Is.EqualTo(seeks));
            Assert.That(await reader.ReadToEndAsync(), Is.EqualTo(new string((char)('a' + i % 26), 1000 + i)));
        }
    }

    [Test]
    public async Task More_entries_than_the_old_format_can_count_are_read()
    {
        Pack(CompressionLevel.NoCompression, 66_000, i => $"{i}");
        await using var tree = Open();
        foreach (var i in new[] { 0, 65_534, 65_535, 65_999 }) Assert.That(await TextAsync(tree, $"f{i}"), Is.EqualTo($"{i}"));
    }

    [Test]
    public async Task A_comment_at_the_end_hides_nothing()
    {
        using (var archive = new ZipArchive(File.Create(Zip), ZipArchiveMode.Create))
        {
            archive.Comment = new string('x', 60_000);
            Add(archive, "a/b", "content", CompressionLevel.Optimal);
        }
        await using var tree = Open();
        Assert.That(await TextAsync(tree, "b"), Is.EqualTo("content"));
    }

    [Test]
    public async Task An_entry_that_is_not_where_the_directory_says_is_refused_when_it_is_opened()
    {
        Pack(CompressionLevel.NoCompression, 2, i => $"{i}");
        Patch(0, 1, [0]);
        await using var tree = Open();
        Assert.That(await TextAsync(tree, "f1"), Is.EqualTo("1"));
        Assert.That(async () => await tree.OpenAsync("f0", default), Throws.InstanceOf<InvalidDataException>());
    }

    [TestCase(20, TestName = "A_stored_entry_whose_packed_length_is_another_is_refused")]
    [TestCase(42, TestName = "An_entry_beyond_the_archive_is_refused")]
    public async Task An_entry_the_directory_lies_about_is_refused(int field)
    {
        Pack(CompressionLevel.NoCompression, 1, _ => "content");
        Patch(DirectoryStart() + field, 4, [0, 1, 0, 0]);
        await using var tree = Open();
        Assert.That(async () => await TextAsync(tree, "f0"), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task An_encrypted_entry_is_told_and_never_given_as_content()
    {
        Pack(CompressionLevel.NoCompression, 1, _ => "content");
        Patch(DirectoryStart() + 8, 1, [1]);
        Patch(6, 1, [1]);
        var (tree, findings) = ZipTree.Open(Zip, Limits.Default);
        await using (tree!)
        {
            Assert.That(findings.Select(f => f.Rule.Code), Does.Contain("ZIP-ENCRYPTED"));
            Assert.That(async () => await tree!.OpenAsync("f0", default), Throws.InstanceOf<InvalidDataException>());
        }
    }

    [Test]
    public async Task A_method_nobody_reads_is_refused()
    {
        Pack(CompressionLevel.NoCompression, 1, _ => "content");
        Patch(DirectoryStart() + 10, 2, [12, 0]);
        Patch(8, 2, [12, 0]);
        await using var tree = Open();
        Assert.That(async () => await TextAsync(tree, "f0"), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task Wide_fields_of_one_entry_are_read()
    {
        Pack(CompressionLevel.NoCompression, 1, _ => "content");
        var bytes = Bytes().ToList();
        var at = DirectoryStart();
        var extra = new byte[4 + 24];
        (extra[0], extra[2], extra[4], extra[12]) = (1, 24, 7, 7); // 7 bytes, 7 packed, at 0
        for (var i = 0; i < 8; i++) bytes[at + 20 + i] = 0xFF;
        for (var i = 0; i < 4; i++) bytes[at + 42 + i] = 0xFF;
        bytes[at + 30] = (byte)extra.Length;
        bytes.InsertRange(at + 46 + bytes[at + 28], extra);
        bytes[^10] += (byte)extra.Length; // length of the directory
        File.WriteAllBytes(Zip, [.. bytes]);
        await using var tree = Open();
        Assert.That(await TextAsync(tree, "f0"), Is.EqualTo("content"));
    }

    [Test]
    public void Every_cut_of_an_archive_is_a_finding_and_never_an_exception()
    {
        Pack(CompressionLevel.Optimal, 3, i => $"content {i}");
        var whole = Bytes();
        for (var length = 4; length < whole.Length; length++)
        {
            File.WriteAllBytes(Zip, whole[..length]);
            var (tree, findings) = ZipTree.Open(Zip, Limits.Default);
            Assert.That((tree, findings.Single().Rule), Is.EqualTo(((ZipTree?)null, ArchiveRules.Unreadable)), $"{length} bytes");
        }
    }

    [Test]
    public async Task Every_flipped_byte_gives_a_tree_or_a_finding_and_only_the_errors_of_damage()
    {
        Pack(CompressionLevel.Optimal, 3, i => $"content {i}");
        var whole = Bytes();
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x41;
            File.WriteAllBytes(Zip, damaged);
            var (tree, findings) = ZipTree.Open(Zip, Limits.Default);
            Assert.That(tree is not null || findings.Count > 0, Is.True);
            if (tree is null) continue;
            await using (tree)
                await foreach (var entry in ((IFileTree)tree).ListAsync(default))
                {
                    if (entry.Kind != EntryKind.File) continue;
                    try
                    {
                        await TextAsync(tree, entry.Path);
                    }
                    catch (InvalidDataException)
                    {
                        // damage is told as damage
                    }
                }
        }
    }

    private ZipTree Open()
    {
        var (tree, findings) = ZipTree.Open(Zip, Limits.Default);
        Assert.That(findings, Is.Empty);
        return tree!;
    }

    private void Pack(CompressionLevel level, int entries, Func<int, string> content)
    {
        using var archive = new ZipArchive(File.Create(Zip), ZipArchiveMode.Create);
        for (var i = 0; i < entries; i++) Add(archive, $"gói/f{i}", content(i), level);
    }

    private static void Add(ZipArchive archive, string name, string text, CompressionLevel level)
    {
        using var entry = archive.CreateEntry(name, level).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }

    private byte[] Bytes()
    {
        using var file = File.OpenRead(Zip);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    // Where the directory of the archive starts, from its end record.
    private int DirectoryStart() => BinaryPrimitives.ReadInt32LittleEndian(Bytes().AsSpan()[^6..]);

    private void Patch(int at, int length, byte[] bytes)
    {
        var all = Bytes();
        bytes.AsSpan(0, length).CopyTo(all.AsSpan(at));
        File.WriteAllBytes(Zip, all);
    }

    private static async Task<string> TextAsync(ZipTree tree, string path)
    {
        using var reader = new StreamReader(await tree.OpenAsync(path, default));
        return await reader.ReadToEndAsync();
    }
}
