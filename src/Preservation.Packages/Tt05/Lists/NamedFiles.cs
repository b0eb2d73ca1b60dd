using Preservation.Core;
using Preservation.Core.Files;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>Those files of a delivery folder that one dossier names; the others do not exist for its package.</summary>
internal sealed class NamedFiles(IFileTree tree, IReadOnlyCollection<FileEntry> files) : IFileTree
{
    public string RootName => tree.RootName;

    public Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken)
    {
        var judge = new ArchiveJudge(limits);
        foreach (var file in files) judge.Look(file);
        return Task.FromResult(judge.ToIndex(isArchive: false));
    }

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => tree.OpenAsync(path, cancellationToken);

    // The tree belongs to whoever opened it.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
