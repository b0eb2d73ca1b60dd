using System.Collections.Concurrent;
using Preservation.Core.Digests;

namespace Preservation.Core.Files;

/// <summary>Keeps the digests a tree has computed, so that one pass serves every manifest that asks for them.</summary>
public sealed class DigestMemory
{
    private readonly ConcurrentDictionary<string, ContentDigests> _known = new(StringComparer.Ordinal);

    /// <summary>The digests of a tree's file: known ones at once, others by reading the file once for all of them.</summary>
    public async Task<ContentDigests> GetAsync(
        IFileTree tree, string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(algorithms);
        var known = _known.GetValueOrDefault(path);
        if (known is not null && algorithms.All(a => known.Find(a) is not null)) return known;
        var wanted = known is null ? algorithms : [.. algorithms, .. known.Digests.Select(d => d.Algorithm)];
        var stream = await tree.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var digests = await StreamDigest.ComputeAsync(stream, wanted, cancellationToken).ConfigureAwait(false);
            _known[path] = digests;
            return digests;
        }
    }
}
