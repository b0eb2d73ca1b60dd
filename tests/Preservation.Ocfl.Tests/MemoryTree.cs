using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Ocfl.Versions;

namespace Preservation.Ocfl.Tests;

/// <summary>Files in memory, easily spoilt.</summary>
internal sealed class MemoryTree : IFileTree
{
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>What is no file: links, devices, empty folders.</summary>
    public List<FileEntry> Extra { get; } = [];

    /// <summary>Files whose bytes the archive lies about.</summary>
    public HashSet<string> Damaged { get; } = new(StringComparer.Ordinal);

    public string RootName => "";

    public MemoryTree Copy()
    {
        var copy = new MemoryTree();
        foreach (var (path, bytes) in Files) copy.Files[path] = bytes;
        copy.Extra.AddRange(Extra);
        return copy;
    }

    /// <summary>Puts what a plan writes, as a store would.</summary>
    public void Write(VersionPlan plan, Func<string, byte[]> contentOf)
    {
        foreach (var content in plan.Contents) Files[content.ContentPath] = contentOf(content.LogicalPath);
        foreach (var folder in (string[])["", plan.Version.Name + "/"])
        {
            Files[folder + "inventory.json"] = plan.Inventory.Bytes();
            Files[folder + "inventory.json.sha512"] = plan.Inventory.SidecarBytes.ToArray();
        }
        Files["0=ocfl_object_1.1"] = "ocfl_object_1.1\n"u8.ToArray();
    }

    public Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken)
    {
        var judge = new ArchiveJudge(limits);
        foreach (var (path, bytes) in Files) judge.Look(new FileEntry(path, bytes.Length, EntryKind.File));
        foreach (var entry in Extra) judge.Look(entry);
        return Task.FromResult(judge.ToIndex(isArchive: false));
    }

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        Damaged.Contains(path) ? throw new InvalidDataException(path) : Files.TryGetValue(path, out var bytes) ? Task.FromResult<Stream>(new MemoryStream(bytes)) : throw new FileNotFoundException(path);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
