using System.Xml;

namespace Preservation.Core;

/// <summary>
/// XML on its way to a reader of the framework, which loses its place in its own buffer when a byte of the XML declaration is no text, and then throws what
/// nobody expects. A declaration is ASCII (XML 1.0 §2.8): where it is written in an encoding of single bytes, any other byte in it is refused before the reader sees it.
/// </summary>
internal sealed class DeclaredXmlStream(Stream inner, bool closesInner) : Stream
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Beginning => "<?xml"u8;

    private int _mark;
    private int _matched;
    private bool _isPast;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Look(buffer[..read]);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Look(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && closesInner) inner.Dispose();
        base.Dispose(disposing);
    }

    private void Look(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && !_isPast; i++)
        {
            var b = bytes[i];
            if (_matched < Beginning.Length)
            {
                if (_matched == 0 && _mark < Mark.Length && b == Mark[_mark]) _mark++;
                else if (b == Beginning[_matched]) _matched++;
                else _isPast = true;
            }
            else if (b >= 0x80) throw new XmlException("the XML declaration has a byte that is not ASCII");
            else _isPast = b == (byte)'>';
        }
    }
}
