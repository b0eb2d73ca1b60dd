using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Cms;

/// <summary>What a signature is over: its digests, and the bytes themselves for the few time-stamps that hash them amid others.</summary>
/// <param name="Digests">By every function that the signers name; several of one function when several contents were given.</param>
/// <param name="Attached">The content when it stands in the structure.</param>
/// <param name="Detached">Contents given beside it, from their start.</param>
internal sealed record SignedContent(
    DigestSet Digests, ReadOnlyMemory<byte>? Attached, ImmutableArray<Func<CancellationToken, Task<Stream>>> Detached)
{
    private const int BufferBytes = 1 << 20;

    /// <summary>The digests of <paramref name="before"/>, the content and <paramref name="after"/> in a row: one for each content at hand.</summary>
    public async Task<List<byte[]>> DigestAmidAsync(HashFunction hash, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        var digests = new List<byte[]>();
        foreach (var open in Detached)
        {
            using var running = hash.Start();
            running.AppendData(before.Span);
            var stream = await open(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var buffer = new byte[BufferBytes];
                int read;
                while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0) running.AppendData(buffer.AsSpan(0, read));
            }
            running.AppendData(after.Span);
            digests.Add(running.GetHashAndReset());
        }
        return digests;
    }
}
