namespace Preservation.Workflow.VirusScan;

/// <summary>
/// Scans whatever is written to it, in windows that overlap so that nothing hides on a border. While clamd looks at one window the
/// next is sent. Ask <see cref="FinishAsync"/> at the end: it speaks only when every window has its verdict.
/// </summary>
internal sealed class ScanningStream(VirusScanner scanner) : Stream
{
    private const int OverlapBytes = 64 * 1024;
    private const int WindowsAhead = 2;
    private readonly Queue<(VirusScan Scan, Task<string?> Answer)> _ended = new();
    private byte[] _tail = [];
    private int _tailLength;
    private VirusScan? _scan;
    private string? _found;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty && _found is null)
        {
            if (_scan is null)
            {
                _scan = await scanner.StartAsync(cancellationToken);
                await _scan.AppendAsync(_tail.AsMemory(0, _tailLength), cancellationToken);
            }
            var piece = buffer[..(int)Math.Min(buffer.Length, scanner.WindowBytes - _scan.Sent)];
            await _scan.AppendAsync(piece, cancellationToken);
            if (_scan.Sent > scanner.WindowBytes - OverlapBytes) Remember(piece.Span);
            buffer = buffer[piece.Length..];
            if (_scan.Sent >= scanner.WindowBytes) await EndWindowAsync(cancellationToken);
        }
    }

    public async Task<string?> FinishAsync(CancellationToken cancellationToken)
    {
        if (_scan is not null) await EndWindowAsync(cancellationToken);
        while (_ended.Count > 0) await HearAsync();
        return _found;
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("scanning is asynchronous");
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        _scan?.Dispose();
        foreach (var (scan, answer) in _ended)
        {
            scan.Dispose();
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // nobody asks for its verdict any more
        }
        await base.DisposeAsync();
    }

    private async Task EndWindowAsync(CancellationToken cancellationToken)
    {
        var scan = _scan!;
        _scan = null;
        _ended.Enqueue((scan, scan.FinishAsync(cancellationToken)));
        if (_ended.Count >= WindowsAhead) await HearAsync();
    }

    private async Task HearAsync()
    {
        var (scan, answer) = _ended.Dequeue();
        using (scan)
        {
            var found = await answer;
            _found ??= found;
        }
    }

    // Only the end of a window is sent again at the start of the next: shorter contents need no room for it.
    private void Remember(ReadOnlySpan<byte> piece)
    {
        if (_tail.Length == 0) _tail = new byte[OverlapBytes];
        if (piece.Length >= OverlapBytes)
        {
            piece[^OverlapBytes..].CopyTo(_tail);
            _tailLength = OverlapBytes;
            return;
        }
        var keep = Math.Min(_tailLength, OverlapBytes - piece.Length);
        _tail.AsSpan(_tailLength - keep, keep).CopyTo(_tail);
        piece.CopyTo(_tail.AsSpan(keep));
        _tailLength = keep + piece.Length;
    }
}
