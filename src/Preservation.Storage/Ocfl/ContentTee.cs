using System.Buffers;
using System.Threading.Channels;
using Preservation.Core.Digests;
using Preservation.Ocfl.Versions;

namespace Preservation.Storage.Ocfl;

/// <summary>
/// Reads one content once and hands it to several stores. The digest is known before the last piece leaves, so that a store
/// never completes a content that is not the planned one.
/// </summary>
internal static class ContentTee
{
    private const int PieceBytes = 256 * 1024;
    private const int PiecesAhead = 3;

    /// <summary>True for a content that is handed on in pieces; others are held whole.</summary>
    public static bool IsLarge(PlannedContent content) => content.Bytes > PieceBytes;

    public static async Task CopyAsync(
        PlannedContent content, Func<string, CancellationToken, Task<Stream>> open, IReadOnlyList<WriteLane> lanes, CancellationToken cancellationToken)
    {
        var source = await open(content.LogicalPath, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            if (IsLarge(content)) await CopyLargeAsync(content, source, lanes, cancellationToken).ConfigureAwait(false);
            else await CopySmallAsync(content, source, lanes, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task CopySmallAsync(PlannedContent content, Stream source, IReadOnlyList<WriteLane> lanes, CancellationToken cancellationToken)
    {
        var length = (int)content.Bytes;
        var buffer = ArrayPool<byte>.Shared.Rent(length + 1);
        try
        {
            var read = await source.ReadAtLeastAsync(buffer.AsMemory(0, length + 1), length + 1, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read != length || content.Digest.Algorithm.Compute(buffer.AsSpan(0, length)) != content.Digest) throw new ContentChangedException(content.LogicalPath);
            await Task.WhenAll(lanes.Select(lane => lane.RunAsync(
                (attempt, token) => attempt.PutContentAsync(content, new MemoryStream(buffer, 0, length, writable: false), token), cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task CopyLargeAsync(PlannedContent content, Stream source, IReadOnlyList<WriteLane> lanes, CancellationToken cancellationToken)
    {
        var channels = lanes.Select(_ => Channel.CreateBounded<TeePiece>(new BoundedChannelOptions(PiecesAhead) { SingleReader = true, SingleWriter = true })).ToArray();
        var writing = lanes.Select((lane, i) => Task.Run(() => WriteAsync(content, lane, channels[i], cancellationToken), CancellationToken.None)).ToArray();
        try
        {
            await ReadAsync(content, source, channels, cancellationToken).ConfigureAwait(false);
            foreach (var channel in channels) channel.Writer.TryComplete();
        }
        catch (Exception e)
        {
            foreach (var channel in channels) channel.Writer.TryComplete(new SourceFailedException(e));
            await Task.WhenAll(writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        await Task.WhenAll(writing).ConfigureAwait(false);
    }

    private static async Task ReadAsync(PlannedContent content, Stream source, Channel<TeePiece>[] channels, CancellationToken cancellationToken)
    {
        using var hash = content.Digest.Algorithm.Start();
        TeePiece? held = null;
        var hashing = Task.CompletedTask;
        try
        {
            for (long at = 0; at < content.Bytes;)
            {
                var piece = new TeePiece((int)Math.Min(PieceBytes, content.Bytes - at), channels.Length + 1);
                var isWhole = await FillAsync(source, piece, cancellationToken).ConfigureAwait(false);
                at += piece.Length;
                await hashing.ConfigureAwait(false);
                if (!isWhole)
                {
                    piece.ReleaseAll();
                    throw new ContentChangedException(content.LogicalPath);
                }
                hashing = HashAsync(hash, piece);
                if (held is not null) await SendAsync(held, channels, cancellationToken).ConfigureAwait(false);
                held = piece;
            }
            await hashing.ConfigureAwait(false);
            var digest = new Digest(content.Digest.Algorithm, [.. hash.GetHashAndReset()]);
            if (digest != content.Digest || await source.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0)
                throw new ContentChangedException(content.LogicalPath);
            var last = held!;
            held = null;
            await SendAsync(last, channels, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await hashing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<bool> FillAsync(Stream source, TeePiece piece, CancellationToken cancellationToken) =>
        await source.ReadAtLeastAsync(piece.Memory, piece.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == piece.Length;

    private static Task HashAsync(RunningHash hash, TeePiece piece) => Task.Run(() =>
    {
        hash.AppendData(piece.Memory.Span);
        piece.Release();
    });

    private static async Task SendAsync(TeePiece piece, Channel<TeePiece>[] channels, CancellationToken cancellationToken)
    {
        foreach (var channel in channels)
        {
            try
            {
                await channel.Writer.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                piece.Release(); // this store has dropped out
            }
        }
    }

    private static async Task WriteAsync(PlannedContent content, WriteLane lane, Channel<TeePiece> channel, CancellationToken cancellationToken)
    {
        var stream = new TeeStream(channel.Reader);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                await lane.RunAsync((attempt, token) => attempt.PutContentAsync(content, stream, token), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                channel.Writer.TryComplete();
                while (channel.Reader.TryRead(out var left)) left.Release();
            }
        }
    }
}
