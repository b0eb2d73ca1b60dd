using System.Buffers.Binary;

namespace Preservation.Core.Files;

/// <summary>
/// A tar as it is read, with an eye on the headers that carry names and attributes: the platform's reader takes the room they claim before it looks
/// whether the archive has it.
/// </summary>
internal sealed class TarHeaders(FileStream tar) : Stream
{
    private const int HeaderBytes = 512;
    private const int SizeAt = 124;
    private const int SizeBytes = 12;
    private const int TypeAt = 156;
    private const int MaxAttributeBytes = 1 << 20;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => tar.Length;
    public override long Position { get => tar.Position; set => tar.Position = value; }

    public override int Read(Span<byte> buffer) => Look(tar.Read(buffer), buffer);
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Look(await tar.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Span);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => tar.Seek(offset, origin);
    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Contents are passed over and never read here: what is read in the length of a header is one, or the values of one.
    private static int Look(int read, ReadOnlySpan<byte> buffer)
    {
        if (read == HeaderBytes && buffer.Length == HeaderBytes && buffer[TypeAt] is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K' && SizeOf(buffer.Slice(SizeAt, SizeBytes)) > MaxAttributeBytes)
            throw new InvalidDataException($"a name or the attributes of an entry take more than {MaxAttributeBytes} bytes");
        return read;
    }

    // Octal digits, or a number in base 256 where the first bit is set.
    private static long SizeOf(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0) return field[..4].IndexOfAnyExcept((byte)0, (byte)0x80) >= 0 ? long.MaxValue : BinaryPrimitives.ReadInt64BigEndian(field[4..]) is >= 0 and var wide ? wide : long.MaxValue;
        var size = 0L;
        foreach (var digit in field)
            if (digit is >= (byte)'0' and <= (byte)'7') size = size * 8 + (digit - '0');
        return size;
    }
}
