using System.Buffers;

namespace Preservation.Core.Digests;

/// <summary>Reads or copies a stream once and computes every digest wanted in that pass.</summary>
public static class StreamDigest
{
    private const int BufferBytes = 256 * 1024;
    private const int SmallBufferBytes = 64 * 1024;

    /// <summary>Reads the stream to its end; memory does not grow with its length.</summary>
    /// <exception cref="IOException">The stream could not be read. This says nothing about its content.</exception>
    public static Task<ContentDigests> ComputeAsync(
        Stream source, IEnumerable<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        CopyAsync(source, destination: null, algorithms, cancellationToken);

    /// <summary>
    /// Copies the stream to its end and digests the bytes on the way. Reading the next piece, writing and hashing
    /// the last one overlap; two buffers are held, whatever the length.
    /// </summary>
    public static async Task<ContentDigests> CopyAsync(
        Stream source, Stream? destination, IEnumerable<DigestAlgorithm> algorithms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var digest = new MultiDigest(algorithms);
        // The system reads ahead of a file that is read from its beginning to its end: handing each piece to another thread would only move it to another core's cache.
        if (destination is null && source is FileStream { IsAsync: false } file) return Compute(file, digest, cancellationToken);
        var size = source.CanSeek && source.Length - source.Position <= SmallBufferBytes ? SmallBufferBytes : BufferBytes;
        var current = ArrayPool<byte>.Shared.Rent(size);
        var next = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var count = await FillAsync(source, current, size, cancellationToken).ConfigureAwait(false);
            while (count > 0)
            {
                if (count < size)
                {
                    if (destination is not null)
                        await destination.WriteAsync(current.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    digest.Append(current.AsMemory(0, count));
                    break;
                }
                var piece = current.AsMemory(0, count);
                var hashing = Task.Run(() => digest.Append(piece), CancellationToken.None);
                try
                {
                    var writing = destination?.WriteAsync(piece, cancellationToken) ?? ValueTask.CompletedTask;
                    count = await FillAsync(source, next, size, cancellationToken).ConfigureAwait(false);
                    await writing.ConfigureAwait(false);
                }
                finally
                {
                    await hashing.ConfigureAwait(false);
                }
                (current, next) = (next, current);
            }
            return digest.Finish();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(next);
        }
    }

    private static ContentDigests Compute(FileStream file, MultiDigest digest, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = file.Read(buffer, 0, BufferBytes)) > 0)
            {
                digest.Append(buffer.AsMemory(0, count));
                cancellationToken.ThrowIfCancellationRequested();
            }
            return digest.Finish();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> FillAsync(Stream source, byte[] buffer, int size, CancellationToken cancellationToken)
    {
        var filled = 0;
        // A file that was not opened for asynchronous reading is read by a thread in any case: by this one without a turn of the pool for each piece.
        var here = source is FileStream { IsAsync: false } file ? file : null;
        while (filled < size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = here is not null ? here.Read(buffer, filled, size - filled) : await source.ReadAsync(buffer.AsMemory(filled, size - filled), cancellationToken).ConfigureAwait(false);
            if (read == 0) break;
            filled += read;
        }
        return filled;
    }
}
