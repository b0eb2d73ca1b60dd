using System.Buffers;

namespace Preservation.Signatures.Carriers;

/// <summary>Looks for byte strings in a stream of any length, in one pass and one buffer.</summary>
internal static class BytePatterns
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>The index of the first pattern found anywhere; −1 when none is there.</summary>
    public static async Task<int> FindAsync(Stream stream, IReadOnlyList<byte[]> patterns, CancellationToken cancellationToken)
    {
        var overlap = patterns.Max(p => p.Length) - 1;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var kept = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(kept, BufferBytes - kept), cancellationToken).ConfigureAwait(false);
                if (read == 0) return -1;
                var filled = kept + read;
                for (var i = 0; i < patterns.Count; i++)
                    if (buffer.AsSpan(0, filled).IndexOf(patterns[i]) >= 0) return i;
                kept = Math.Min(overlap, filled);
                buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
