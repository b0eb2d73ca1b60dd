using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Workflow.Ingest;

/// <summary>A tree whose files have been read once: digests come from that pass unless others are asked for.</summary>
internal sealed class ExaminedTree(IFileTree inner, ExaminedFiles known) : IFileTree
{
    public string RootName => inner.RootName;

    public Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken) => inner.IndexAsync(limits, cancellationToken);

    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => inner.OpenAsync(path, cancellationToken);

    public Task<ContentDigests> DigestAsync(string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        known.DigestsOf(path) is { } digests && algorithms.All(a => digests.Find(a) is not null)
            ? Task.FromResult(digests)
            : inner.DigestAsync(path, algorithms, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
