namespace Preservation.Testing.Storage;

/// <summary>Zeros, and something that happens when a place is reached.</summary>
public sealed class FaultyStream(long length, long faultAt, Action fault) : Stream
{
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => length;
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = (int)Math.Min(Math.Min(count, 8_192), length - _position);
        Array.Clear(buffer, offset, read);
        if (_position < faultAt && _position + read >= faultAt) fault();
        _position += read;
        return read;
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
