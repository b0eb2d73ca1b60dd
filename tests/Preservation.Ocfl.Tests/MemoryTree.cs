using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Ocfl.Versions;

namespace Preservation.Ocfl.Tests;

/// <summary>Files in memory, easily spoilt.</summary>
internal sealed class MemoryTree : IFileTree
{
    private readonly DigestMemory _digests = new();

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public string RootName => "";

    /// <summary>Puts what a plan writes, as a store would.</summary>
    public void Write(VersionPlan plan, Func<string, byte[]> contentOf)
    {
        foreach (var content in plan.Contents) Files[content.ContentPath] = contentOf(content.LogicalPath);
        foreach (var folder in (string[])["", plan.Version.Name + "/"])
        {
            Files[folder + "inventory.json"] = plan.InventoryBytes.ToArray();
            Files[folder + "inventory.json.sha512"] = plan.SidecarBytes.ToArray();
        }
        Files["0=ocfl_object_1.1"] = "ocfl_object_1.1\n"u8.ToArray();
    }

    public async IAsyncEnumerable<FileEntry> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (path, bytes) in Files) yield return new FileEntry(path, bytes.Length, EntryKind.File);
        await Task.CompletedTask;
    }

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) =>
        Files.TryGetValue(path, out var bytes) ? Task.FromResult<Stream>(new MemoryStream(bytes)) : throw new FileNotFoundException(path);

    public Task<ContentDigests> DigestAsync(string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        _digests.GetAsync(this, path, algorithms, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
