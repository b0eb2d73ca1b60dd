namespace Preservation.Signatures.Xml;

/// <summary>
/// Hands a file to the parser in portions, so that its bytes are never in memory beside the tree made of them. The parser reads synchronously;
/// what it reads was fetched before by <see cref="FillAsync"/>, but for the rest of a value that is longer than a portion.
/// </summary>
internal sealed class XmlFeed(Stream source, long bytes) : Stream
{
    private const int PortionBytes = 1 << 16;
    private readonly byte[] _portion = new byte[PortionBytes];
    private int _start;
    private int _end;
    private long _left = Math.Max(0, bytes);

    /// <summary>Should more be fetched before the parser goes on.</summary>
    public bool IsLow => _left > 0 && _end - _start < PortionBytes / 2;

    /// <summary>What is fetched and not read yet.</summary>
    public ReadOnlySpan<byte> Waiting => _portion.AsSpan(_start, _end - _start);

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Fetches a full portion, or the rest of the file.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        Waiting.CopyTo(_portion);
        (_start, _end) = (0, _end - _start);
        while (_left > 0 && _end < PortionBytes)
            Take(await source.ReadAsync(_portion.AsMemory(_end, (int)Math.Min(_left, PortionBytes - _end)), cancellationToken).ConfigureAwait(false));
    }

    public override int Read(Span<byte> buffer)
    {
        if (_start == _end && _left > 0)
        {
            (_start, _end) = (0, 0);
            Take(source.Read(_portion, 0, (int)Math.Min(_left, PortionBytes)));
        }
        var count = Math.Min(buffer.Length, _end - _start);
        _portion.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // A file may be shorter than was said.
    private void Take(int read)
    {
        _end += read;
        _left = read == 0 ? 0 : _left - read;
    }
}
