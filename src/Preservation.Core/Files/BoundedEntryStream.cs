namespace Preservation.Core.Files;

/// <summary>An archive entry that must have exactly its declared length; closes what it was read through.</summary>
internal sealed class BoundedEntryStream(Stream inner, long declaredBytes, IDisposable? owner = null) : Stream
{
    private long _read;
    private bool _closed;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => declaredBytes;
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer), buffer.Length);
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            _closed = true;
            inner.Dispose();
            owner?.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Count(int read, int wanted)
    {
        _read += read;
        if (_read > declaredBytes) throw new InvalidDataException("the entry is longer than the archive declares");
        if (read == 0 && wanted > 0 && _read < declaredBytes) throw new InvalidDataException("the entry is shorter than the archive declares");
        return read;
    }
}
