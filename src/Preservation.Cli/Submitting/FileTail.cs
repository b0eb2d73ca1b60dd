using System.Net;
using System.Net.Http.Headers;

namespace Preservation.Cli.Submitting;

/// <summary>A file from an offset to its end, as the body of a request. A line on which nothing moves is given up.</summary>
internal sealed class FileTail : HttpContent
{
    private const int BufferBytes = 128 * 1024;
    private readonly FileStream _file;
    private readonly long _offset;
    private readonly long _end;
    private readonly Action<long> _sent;
    private readonly CancellationTokenSource _stall;
    private readonly TimeSpan _longest;

    /// <param name="file">Open for reading.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="end">One beyond the last.</param>
    /// <param name="sent">Told the place reached.</param>
    /// <param name="stall">Cancelled when nothing moves for <paramref name="longest"/>.</param>
    /// <param name="longest">The longest stand-still.</param>
    public FileTail(FileStream file, long offset, long end, Action<long> sent, CancellationTokenSource stall, TimeSpan longest)
    {
        (_file, _offset, _end, _sent, _stall, _longest) = (file, offset, end, sent, stall, longest);
        Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
    }

    /// <summary>What was wrong with the file, not with the line; null when nothing was.</summary>
    public IOException? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        for (var at = _offset; at < _end;)
        {
            var read = await ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferBytes, _end - at)), at, cancellationToken);
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            at += read;
            _stall.CancelAfter(_longest);
            _sent(at);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _end - _offset;
        return true;
    }

    private async Task<int> ReadAsync(Memory<byte> buffer, long at, CancellationToken cancellationToken)
    {
        try
        {
            var read = await RandomAccess.ReadAsync(_file.SafeFileHandle, buffer, at, cancellationToken);
            return read > 0 ? read : throw new IOException($"{_file.Name} became shorter while it was sent");
        }
        catch (IOException e)
        {
            Failure = e;
            throw;
        }
    }
}
