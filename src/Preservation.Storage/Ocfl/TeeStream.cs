using System.Threading.Channels;

namespace Preservation.Storage.Ocfl;

/// <summary>One store's view of a content that is read once for several.</summary>
internal sealed class TeeStream(ChannelReader<TeePiece> pieces) : Stream
{
    private TeePiece? _piece;
    private int _at;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        if (_piece is null)
        {
            if (!await pieces.WaitToReadAsync(cancellationToken).ConfigureAwait(false)) return 0;
            if (!pieces.TryRead(out _piece)) return 0;
            _at = 0;
        }
        var count = Math.Min(buffer.Length, _piece.Length - _at);
        _piece.Memory.Slice(_at, count).CopyTo(buffer);
        _at += count;
        if (_at == _piece.Length) Drop();
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("this stream is read asynchronously");
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) Drop();
        base.Dispose(disposing);
    }

    private void Drop()
    {
        _piece?.Release();
        _piece = null;
    }
}
