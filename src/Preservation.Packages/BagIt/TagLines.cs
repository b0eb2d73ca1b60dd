using System.Text;

namespace Preservation.Packages.BagIt;

/// <summary>The lines of a text tag file, which LF, CR or CRLF end (RFC 8493 §2.3); no line is held that is longer than the limit.</summary>
internal sealed class TagLines(Stream stream, TagEncoding encoding, int maxLength)
{
    private const int BufferBytes = 16 * 1024;
    private readonly byte[] _bytes = new byte[BufferBytes];
    private char[] _text = [];
    private Decoder? _decoder;
    private int _start;
    private int _end;
    private bool _skipsLineFeed;
    private bool _isAtEnd;

    /// <summary>True when the file begins with a byte order mark that its encoding does not need.</summary>
    public bool HasNeedlessMark { get; private set; }

    /// <summary>True when reading stopped at a line that is too long.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The next line without its end; null after the last.</summary>
    /// <exception cref="DecoderFallbackException">The bytes are no text of the encoding.</exception>
    public async ValueTask<string?> ReadAsync(CancellationToken cancellationToken)
    {
        StringBuilder? begun = null;
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false)) return begun?.ToString();
            if (_skipsLineFeed)
            {
                _skipsLineFeed = false;
                if (_text[_start] == '\n' && ++_start == _end) continue;
            }
            var rest = _text.AsMemory(_start, _end - _start);
            var at = rest.Span.IndexOfAny('\r', '\n');
            var piece = at < 0 ? rest : rest[..at];
            if ((begun?.Length ?? 0) + piece.Length > maxLength)
            {
                IsTooLong = true;
                return null;
            }
            _start += piece.Length;
            if (at < 0)
            {
                begun = (begun ?? new StringBuilder()).Append(piece);
                continue;
            }
            _skipsLineFeed = _text[_start++] == '\r';
            return begun is null ? piece.ToString() : begun.Append(piece).ToString();
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        for (_start = _end = 0; _end == 0 && !_isAtEnd;)
        {
            var least = _decoder is null ? 4 : 1;
            var count = await stream.ReadAtLeastAsync(_bytes, least, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            _isAtEnd = count < least;
            var skipped = 0;
            if (_decoder is null) skipped = Begin(_bytes.AsSpan(0, count));
            _end = _decoder!.GetChars(_bytes.AsSpan(skipped, count - skipped), _text, _isAtEnd);
        }
        return _end > 0;
    }

    private int Begin(ReadOnlySpan<byte> start)
    {
        var (found, mark) = encoding.Of(start);
        HasNeedlessMark = mark > 0 && !encoding.NeedsMark;
        _decoder = found.GetDecoder();
        _text = new char[found.GetMaxCharCount(BufferBytes)];
        return mark;
    }
}
