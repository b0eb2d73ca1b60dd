namespace Preservation.Core.Files;

/// <summary>
/// Gathers bytes that are written in memory in pieces of one size: what is already there is never copied to a larger array, and the result is exactly as
/// long as what was written.
/// </summary>
public sealed class GrowingStream : Stream
{
    // Below the size from which the runtime keeps arrays apart and seldom gives them back.
    private const int PieceBytes = 64 * 1024;
    private readonly List<byte[]> _pieces = [];
    private long _length;

    /// <summary>The bytes written by an action.</summary>
    public static byte[] Of(Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var bytes = new GrowingStream();
        write(bytes);
        return bytes.ToArray();
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position { get => _length; set => throw new NotSupportedException(); }

    /// <summary>Everything written so far.</summary>
    /// <exception cref="OverflowException">It is longer than an array can be.</exception>
    public byte[] ToArray()
    {
        var all = new byte[checked((int)_length)];
        for (var i = 0; i < _pieces.Count; i++) _pieces[i].AsSpan(0, Math.Min(PieceBytes, all.Length - i * PieceBytes)).CopyTo(all.AsSpan(i * PieceBytes));
        return all;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var at = (int)(_length % PieceBytes);
            if (at == 0) _pieces.Add(GC.AllocateUninitializedArray<byte>(PieceBytes));
            var taken = Math.Min(buffer.Length, PieceBytes - at);
            buffer[..taken].CopyTo(_pieces[^1].AsSpan(at));
            _length += taken;
            buffer = buffer[taken..];
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
