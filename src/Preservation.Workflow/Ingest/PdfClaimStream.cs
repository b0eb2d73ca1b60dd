namespace Preservation.Workflow.Ingest;

/// <summary>
/// Passes writes on and keeps what a PDF says of being PDF/A: the bytes from the first <c>pdfaid:</c> on. The standard wants this metadata uncompressed,
/// anywhere in the file. Files that do not begin as PDF are not searched.
/// </summary>
internal sealed class PdfClaimStream(Stream inner) : Stream
{
    private const int ClaimBytes = 512;
    private readonly byte[] _claim = new byte[ClaimBytes];
    private readonly byte[] _edge = new byte[2 * (Marker.Length - 1)];
    private int _claimed;
    private int _tail;
    private long _written;
    private bool _isPdf;

    private static ReadOnlySpan<byte> Marker => "pdfaid:"u8;

    /// <summary>From the claim on, at most 512 bytes; empty when none was found.</summary>
    public ReadOnlySpan<byte> Found => _claim.AsSpan(0, _claimed);

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_written == 0) _isPdf = buffer.Span.StartsWith("%PDF-"u8);
        _written += buffer.Length;
        if (_isPdf) Look(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("writing is asynchronous");
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Look(ReadOnlySpan<byte> bytes)
    {
        if (_claimed > 0)
        {
            Keep(bytes);
            return;
        }
        // The marker may be divided between two writes: the end of the last and the start of this one are looked at together.
        var begin = Math.Min(bytes.Length, Marker.Length - 1);
        bytes[..begin].CopyTo(_edge.AsSpan(_tail));
        if (_edge.AsSpan(0, _tail + begin).IndexOf(Marker) is >= 0 and var across)
        {
            Keep(_edge.AsSpan(across, _tail - across));
            Keep(bytes);
        }
        else if (bytes.IndexOf(Marker) is >= 0 and var at) Keep(bytes[at..]);
        else Remember(bytes, begin);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var wanted = Math.Min(bytes.Length, ClaimBytes - _claimed);
        bytes[..wanted].CopyTo(_claim.AsSpan(_claimed));
        _claimed += wanted;
    }

    private void Remember(ReadOnlySpan<byte> bytes, int begin)
    {
        var seen = _edge.AsSpan(0, _tail + begin);
        var kept = Math.Min(Marker.Length - 1, bytes.Length >= Marker.Length - 1 ? Marker.Length - 1 : seen.Length);
        var last = bytes.Length >= kept ? bytes[^kept..] : seen[^kept..];
        last.CopyTo(_edge);
        _tail = kept;
    }
}
