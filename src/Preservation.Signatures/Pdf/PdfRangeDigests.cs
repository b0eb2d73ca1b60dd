using System.Buffers;
using Preservation.Core.Digests;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Cms;

namespace Preservation.Signatures.Pdf;

/// <summary>Digests the byte ranges of all signatures in one pass over the file.</summary>
internal static class PdfRangeDigests
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Are the ranges whole pairs, ascending, apart from each other and within the file, so that they can be read forward.</summary>
    public static bool AreReadable(IReadOnlyList<long> ranges, long fileBytes)
    {
        if (ranges.Count < 2 || ranges.Count % 2 != 0) return false;
        var end = 0L;
        for (var i = 0; i < ranges.Count; i += 2)
        {
            var (offset, length) = (ranges[i], ranges[i + 1]);
            if (offset < end || length < 0 || offset > fileBytes || length > fileBytes - offset) return false;
            end = offset + length;
        }
        return true;
    }

    public static async Task<DigestSet[]> ComputeAsync(
        Stream stream, IReadOnlyList<(IReadOnlyList<long> Ranges, IReadOnlyCollection<HashFunction> Hashes)> wanted,
        CancellationToken cancellationToken)
    {
        var states = wanted.Select(w => w.Hashes.Select(h => (Function: h, State: h.Start())).ToArray()).ToArray();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var position = 0L;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false)) > 0)
            {
                for (var i = 0; i < wanted.Count; i++) Append(buffer.AsSpan(0, read), position, wanted[i].Ranges, states[i]);
                position += read;
            }
            return [.. states.Select(Finish)];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (var (_, state) in states.SelectMany(s => s)) state.Dispose();
        }
    }

    private static void Append(
        ReadOnlySpan<byte> piece, long position, IReadOnlyList<long> ranges, (HashFunction Function, RunningHash State)[] states)
    {
        for (var i = 0; i < ranges.Count; i += 2)
        {
            var from = Math.Max(ranges[i], position);
            var to = Math.Min(ranges[i] + ranges[i + 1], position + piece.Length);
            if (from >= to) continue;
            foreach (var (_, state) in states) state.AppendData(piece[(int)(from - position)..(int)(to - position)]);
        }
    }

    private static DigestSet Finish((HashFunction Function, RunningHash State)[] states)
    {
        var set = new DigestSet();
        foreach (var (function, state) in states) set.Add(function, state.GetHashAndReset());
        return set;
    }
}
