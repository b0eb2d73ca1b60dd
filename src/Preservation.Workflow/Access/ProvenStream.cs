using System.Security.Cryptography;

namespace Preservation.Workflow.Access;

/// <summary>Hands over bytes while they are digested; the last piece only when all of them were the expected ones, so that a reader never has the whole of something else.</summary>
internal sealed class ProvenStream(Stream inner, long length, byte[] sha512) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
    private long _left = length;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="IOException">The bytes are not the expected ones.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0 || buffer.Length == 0) return 0;
        var isLast = buffer.Length >= _left;
        var piece = isLast ? buffer[..(int)_left] : buffer;
        var read = isLast ? await inner.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken) : await inner.ReadAsync(piece, cancellationToken);
        _hash.AppendData(piece.Span[..read]);
        _left -= read;
        if (read == 0 || (isLast && (_left > 0 || !_hash.GetHashAndReset().AsSpan().SequenceEqual(sha512)))) throw new IOException("the store gave other bytes than it gave a moment ago");
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("preserved files are read asynchronously");
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _hash.Dispose();
        await base.DisposeAsync();
    }
}
