namespace Preservation.Signatures.Pdf.Structure;

/// <summary>Bytes by their offset, read in blocks of which a few are kept: memory does not grow with the file.</summary>
internal sealed class PdfSource(System.IO.Stream stream)
{
    private const int BlockBytes = 1 << 14;
    private const int Slots = 128;
    private const int MaxStreamEnds = 64;
    private readonly byte[]?[] _blocks = new byte[Slots][];
    private readonly long[] _numbers = new long[Slots];
    private readonly int[] _filled = new int[Slots];
    private readonly List<(long From, long Found)> _streamEnds = [];

    public long Length { get; } = stream.Length;

    /// <summary>The byte there; -1 outside the file.</summary>
    public int At(long offset)
    {
        if (offset < 0 || offset >= Length) return -1;
        var slot = Load(offset / BlockBytes);
        var within = (int)(offset % BlockBytes);
        return within < _filled[slot] ? _blocks[slot]![within] : -1;
    }

    /// <summary>Copies at most as many bytes as the file has there.</summary>
    public int Read(long offset, Span<byte> to)
    {
        var done = 0;
        while (done < to.Length && offset + done >= 0 && offset + done < Length)
        {
            var slot = Load((offset + done) / BlockBytes);
            var within = (int)((offset + done) % BlockBytes);
            var step = Math.Min(to.Length - done, _filled[slot] - within);
            if (step <= 0) break;
            _blocks[slot].AsSpan(within, step).CopyTo(to[done..]);
            done += step;
        }
        return done;
    }

    /// <summary>Where these bytes come next, at or behind an offset and before a bound; -1 when they do not.</summary>
    public long Find(ReadOnlySpan<byte> wanted, long from, long before)
    {
        var window = new byte[BlockBytes];
        for (var at = from; at < before;)
        {
            var read = Read(at, window.AsSpan(0, (int)Math.Min(window.Length, before - at)));
            if (read < wanted.Length) return -1;
            var found = window.AsSpan(0, read).IndexOf(wanted);
            if (found >= 0) return at + found;
            at += read - wanted.Length + 1;
        }
        return -1;
    }

    /// <summary>Where the next <c>endstream</c> is; -1 without one. What was sought before is not sought again, since thousands of streams may share one end.</summary>
    public long FindStreamEnd(long from)
    {
        foreach (var (start, end) in _streamEnds)
            if (from >= start && (from <= end || end < 0)) return end;
        var found = Find("endstream"u8, from, Length);
        var same = _streamEnds.FindIndex(e => e.Found == found);
        if (same >= 0) _streamEnds[same] = (from, found);
        else
        {
            if (_streamEnds.Count >= MaxStreamEnds) _streamEnds.RemoveAt(0);
            _streamEnds.Add((from, found));
        }
        return found;
    }

    /// <summary>Where these bytes come last, behind a bound; -1 when they do not.</summary>
    public long FindLast(ReadOnlySpan<byte> wanted, long from)
    {
        var window = new byte[(int)Math.Min(1 << 20, Math.Max(0, Length - from))];
        var start = Length - window.Length;
        var read = Read(start, window);
        var found = window.AsSpan(0, read).LastIndexOf(wanted);
        return found < 0 ? -1 : start + found;
    }

    private int Load(long number)
    {
        var slot = (int)(number % Slots);
        if (_blocks[slot] is not null && _numbers[slot] == number) return slot;
        var block = _blocks[slot] ??= new byte[BlockBytes];
        _numbers[slot] = number;
        stream.Position = number * BlockBytes;
        _filled[slot] = stream.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
        return slot;
    }
}
