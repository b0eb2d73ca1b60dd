using System.Buffers.Binary;

namespace Preservation.Core.Files;

/// <summary>
/// Takes what gzip writes and passes on only the packed bytes: without the ten bytes before them, and without the eight behind, whose CRC-32 a zip wants
/// too. It is summed where it is packed, in machine code.
/// </summary>
internal sealed class DeflateOnlyStream(Stream target) : Stream
{
    private const int HeaderBytes = 10;
    private const int TrailerBytes = 8;
    private static readonly byte[] Empty = [3, 0];
    private readonly byte[] _held = new byte[TrailerBytes * 2];
    private int _count;
    private int _skipped;

    /// <summary>Packed bytes passed on.</summary>
    public long Written { get; private set; }

    /// <summary>The sum of the bytes before they were packed.</summary>
    public uint Crc32 { get; private set; }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => Written;
    public override long Position { get => Written; set => throw new NotSupportedException(); }

    /// <summary>To be called when gzip is closed. It writes nothing at all where nothing was packed.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_skipped == 0) await PassAsync(Empty, cancellationToken).ConfigureAwait(false);
        else if (_count != TrailerBytes) throw new InvalidDataException("the packed bytes have no end");
        else Crc32 = BinaryPrimitives.ReadUInt32LittleEndian(_held);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var skip = Math.Min(HeaderBytes - _skipped, buffer.Length);
        _skipped += skip;
        buffer = buffer[skip..];
        if (buffer.Length >= TrailerBytes)
        {
            await PassAsync(_held.AsMemory(0, _count), cancellationToken).ConfigureAwait(false);
            await PassAsync(buffer[..^TrailerBytes], cancellationToken).ConfigureAwait(false);
            buffer[^TrailerBytes..].CopyTo(_held);
            _count = TrailerBytes;
            return;
        }
        buffer.CopyTo(_held.AsMemory(_count));
        _count += buffer.Length;
        var ripe = Math.Max(0, _count - TrailerBytes);
        await PassAsync(_held.AsMemory(0, ripe), cancellationToken).ConfigureAwait(false);
        _held.AsSpan(ripe, _count - ripe).CopyTo(_held);
        _count -= ripe;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("writing is asynchronous");
    public override void Flush() { }
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask PassAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.IsEmpty) return;
        await target.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        Written += bytes.Length;
    }
}
