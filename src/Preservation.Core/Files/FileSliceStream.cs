using Microsoft.Win32.SafeHandles;

namespace Preservation.Core.Files;

/// <summary>A part of a file, read by position, so that many readers share one handle.</summary>
internal sealed class FileSliceStream(SafeFileHandle file, long start, long bytes) : Stream
{
    private long _position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => bytes;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer) => Advance(RandomAccess.Read(file, buffer[..Wanted(buffer.Length)], start + _position), buffer.Length);
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Advance(await RandomAccess.ReadAsync(file, buffer[..Wanted(buffer.Length)], start + _position, cancellationToken).ConfigureAwait(false), buffer.Length);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => bytes,
    };

    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Wanted(int room) => (int)Math.Min(room, Math.Max(0, bytes - _position));

    private int Advance(int read, int room)
    {
        if (read == 0 && room > 0 && _position < bytes) throw new InvalidDataException("the archive ends within an entry");
        _position += read;
        return read;
    }
}
