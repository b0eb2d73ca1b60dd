namespace Preservation.Workflow.Ingest;

/// <summary>Passes writes on and keeps the first bytes.</summary>
internal sealed class HeadStream(Stream inner, int maxBytes) : Stream
{
    private byte[] _head = [];
    private int _length;

    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _length);

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = Math.Min(buffer.Length, maxBytes - _length);
        if (wanted > 0)
        {
            if (_head.Length < _length + wanted) Array.Resize(ref _head, _length + wanted);
            buffer.Span[..wanted].CopyTo(_head.AsSpan(_length));
            _length += wanted;
        }
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("writing is asynchronous");
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
