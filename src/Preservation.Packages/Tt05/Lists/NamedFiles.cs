using System.Runtime.CompilerServices;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>Those files of a delivery folder that one dossier names; the others do not exist for its package.</summary>
internal sealed class NamedFiles(IFileTree tree, IReadOnlyCollection<FileEntry> files) : IFileTree
{
    public string RootName => tree.RootName;

    public async IAsyncEnumerable<FileEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file;
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => tree.OpenAsync(path, cancellationToken);

    public Task<ContentDigests> DigestAsync(string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        tree.DigestAsync(path, algorithms, cancellationToken);

    // The tree belongs to whoever opened it.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
