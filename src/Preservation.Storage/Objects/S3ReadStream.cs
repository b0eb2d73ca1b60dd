using Amazon.S3.Model;

namespace Preservation.Storage.Objects;

/// <summary>The body of an answer; tells failures of the connection in the store's own terms and closes the answer.</summary>
internal sealed class S3ReadStream(GetObjectResponse answer) : Stream
{
    private readonly Stream _inner = answer.ResponseStream;
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return Count(_inner.Read(buffer, offset, count), count);
        }
        catch (Exception e) when (S3Errors.Map(answer.Key, e) is { } mapped)
        {
            throw mapped;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);
        }
        catch (Exception e) when (S3Errors.Map(answer.Key, e) is { } mapped)
        {
            throw mapped;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            answer.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Count(int read, int room)
    {
        _position += read;
        if (read == 0 && room > 0 && _position < answer.ContentLength) throw new StoreUnavailableException("the connection ended within the object");
        return read;
    }
}
