using System.Collections.Immutable;

namespace Preservation.Core.Digests;

/// <summary>Several digests of the same bytes, computed in one pass. Not safe for use from two threads at once.</summary>
public sealed class MultiDigest : IDisposable
{
    private const int ParallelFromBytes = 128 * 1024;
    private readonly ImmutableArray<DigestAlgorithm> _algorithms;
    private readonly RunningHash[] _hashes;
    private long _bytes;

    /// <summary>Starts one computation per distinct algorithm.</summary>
    public MultiDigest(IEnumerable<DigestAlgorithm> algorithms)
    {
        _algorithms = [.. algorithms.Distinct()];
        _hashes = [.. _algorithms.Select(a => a.Start())];
    }

    /// <summary>Adds bytes; large pieces are fed to the algorithms on several cores.</summary>
    public void Append(ReadOnlyMemory<byte> data)
    {
        _bytes += data.Length;
        if (_hashes.Length > 1 && data.Length >= ParallelFromBytes)
            Parallel.ForEach(_hashes, hash => hash.AppendData(data.Span));
        else
            foreach (var hash in _hashes) hash.AppendData(data.Span);
    }

    /// <summary>The digests of everything appended since the start or the last call.</summary>
    public ContentDigests Finish()
    {
        var digests = _algorithms.Select((a, i) => new Digest(a, [.. _hashes[i].GetHashAndReset()]));
        var result = new ContentDigests(_bytes, [.. digests]);
        _bytes = 0;
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var hash in _hashes) hash.Dispose();
    }
}
