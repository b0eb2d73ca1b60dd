using Microsoft.Win32.SafeHandles;

namespace Preservation.Core.Files;

/// <summary>
/// A part of a file, read by position, so that many readers share one handle. Every read is done when it returns: a file handle that is not
/// opened for overlapped work would be read by another thread, whose waking costs more than the read.
/// </summary>
internal sealed class FileSliceStream(SafeFileHandle file, long start, long bytes, bool ownsHandle = false) : Stream
{
    private long _position;

    /// <summary>A whole file, closed with the stream.</summary>
    public static FileSliceStream Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        return new FileSliceStream(handle, 0, RandomAccess.GetLength(handle), ownsHandle: true);
    }

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

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

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

    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsHandle) file.Dispose();
        base.Dispose(disposing);
    }

    private int Wanted(int room) => (int)Math.Min(room, Math.Max(0, bytes - _position));

    private int Advance(int read, int room)
    {
        if (read == 0 && room > 0 && _position < bytes) throw new InvalidDataException("the archive ends within an entry");
        _position += read;
        return read;
    }
}
