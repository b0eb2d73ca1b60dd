using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Containers;

/// <summary>Digests of a container's files, each computed once.</summary>
internal sealed class AsicDigests
{
    private const int BufferBytes = 1 << 18;
    private readonly Dictionary<(string Path, HashFunction Hash), byte[]> _known = [];

    public async Task<byte[]> OfAsync(SignedFile file, HashFunction hash, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue((file.Path, hash), out var known)) return known;
        using var running = hash.Start();
        var stream = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var buffer = new byte[BufferBytes];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0) running.AppendData(buffer.AsSpan(0, read));
        }
        return _known[(file.Path, hash)] = running.GetHashAndReset();
    }
}
