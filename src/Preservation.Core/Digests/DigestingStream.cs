namespace Preservation.Core.Digests;

/// <summary>
/// Passes reads through and digests every byte that went by, large pieces while their reader uses them. Reads only; closing it leaves the source open.
/// </summary>
public sealed class DigestingStream(Stream source, IEnumerable<DigestAlgorithm> algorithms) : Stream
{
    private const int AsideFromBytes = 32 * 1024;
    private readonly MultiDigest _digest = new(algorithms);
    private byte[] _piece = [];
    private Task _digesting = Task.CompletedTask;
    private long _position;

    /// <summary>The digests of the bytes read since the start.</summary>
    public ContentDigests Finish()
    {
        _digesting.GetAwaiter().GetResult();
        return _digest.Finish();
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = source.Read(buffer, offset, count);
        Add(buffer.AsMemory(offset, read));
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        await AddAsync(buffer[..read]).ConfigureAwait(false);
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Task.WaitAny(_digesting);
            _digest.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Add(ReadOnlyMemory<byte> piece)
    {
        _digesting.GetAwaiter().GetResult();
        _position += piece.Length;
        _digest.Append(piece);
    }

    private async ValueTask AddAsync(ReadOnlyMemory<byte> piece)
    {
        await _digesting.ConfigureAwait(false);
        _position += piece.Length;
        if (piece.Length < AsideFromBytes)
        {
            _digest.Append(piece);
            return;
        }
        if (_piece.Length < piece.Length) _piece = new byte[piece.Length];
        piece.CopyTo(_piece);
        _digesting = Task.Run(() => _digest.Append(_piece.AsMemory(0, piece.Length)));
    }
}
