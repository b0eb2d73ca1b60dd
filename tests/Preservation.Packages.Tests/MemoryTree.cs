using System.IO.Compression;
using System.Text;
using Preservation.Core;
using Preservation.Core.Files;

namespace Preservation.Packages.Tests;

/// <summary>A package in memory that a test can change file by file; counts how often each file is opened.</summary>
public sealed class MemoryTree(string rootName) : IFileTree
{
    public SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public List<FileEntry> Extra { get; } = [];

    public Dictionary<string, int> Opened { get; } = new(StringComparer.Ordinal);

    public string RootName { get; set; } = rootName;

    public ArchiveForm? Archive { get; set; }

    public static MemoryTree FromZip(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        var root = archive.Entries[0].FullName.Split('/')[0];
        var tree = new MemoryTree(root);
        foreach (var entry in archive.Entries)
        {
            if (entry.FullName.EndsWith('/')) continue;
            using var content = entry.Open();
            using var buffer = new MemoryStream();
            content.CopyTo(buffer);
            tree.Files[entry.FullName[(root.Length + 1)..]] = buffer.ToArray();
        }
        return tree;
    }

    public MemoryTree With(string path, string text)
    {
        Files[path] = Encoding.UTF8.GetBytes(text);
        return this;
    }

    public string Text(string path) => Encoding.UTF8.GetString(Files[path]);

    public MemoryTree Replace(string path, string old, string @new)
    {
        var text = Text(path);
        Assert.That(text, Does.Contain(old), "the mutation must hit");
        return With(path, text.Replace(old, @new, StringComparison.Ordinal));
    }

    public MemoryTree Copy()
    {
        var copy = new MemoryTree(RootName);
        foreach (var (path, content) in Files) copy.Files[path] = content;
        copy.Extra.AddRange(Extra);
        copy.Archive = Archive;
        return copy;
    }

    public Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken)
    {
        var judge = new ArchiveJudge(limits);
        foreach (var (path, content) in Files) judge.Look(new FileEntry(path, content.Length, EntryKind.File));
        foreach (var entry in Extra) judge.Look(entry);
        return Task.FromResult(judge.ToIndex(isArchive: false));
    }

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (!Files.TryGetValue(path, out var content)) throw new FileNotFoundException("no such file", path);
        lock (Opened) Opened[path] = Opened.GetValueOrDefault(path) + 1;
        return Task.FromResult<Stream>(new MemoryStream(content, writable: false));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
