using System.Globalization;
using System.Text;

namespace Preservation.Signatures.Pdf;

/// <summary>
/// Tokens of PDF syntax (ISO 32000-2 §7.2–7.3) in the order of the file, read forward in one buffer. Strings are passed over; only hex
/// strings are kept, up to a bound.
/// </summary>
internal sealed class PdfTokens(Stream stream, int maxHexBytes)
{
    private const int MaxWord = 256;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly StringBuilder _word = new();
    private int _at;
    private int _filled;
    private long _before;

    /// <summary>Offset of the next byte.</summary>
    public long Position => _before + _at;

    /// <summary>Offset of the last token's first byte.</summary>
    public long Start { get; private set; }

    public string Word { get; private set; } = "";
    public long Number { get; private set; }

    /// <summary>Value of the last hex string; null when it was longer than allowed or held other characters.</summary>
    public byte[]? Hex { get; private set; }

    /// <summary>Offsets right behind each <c>%%EOF</c>.</summary>
    public List<long> Ends { get; } = [];

    public PdfTokenKind Read()
    {
        var c = SkipSpace();
        Start = Position - 1;
        switch (c)
        {
            case -1: return PdfTokenKind.End;
            case '/': return ReadWord(-1, PdfTokenKind.Name);
            case '[': return PdfTokenKind.OpenArray;
            case ']': return PdfTokenKind.CloseArray;
            case '(': return SkipString();
            case '<':
                if (Peek() != '<') return ReadHex();
                Next();
                return PdfTokenKind.OpenDictionary;
            case '>':
                if (Peek() != '>') return PdfTokenKind.Keyword;
                Next();
                return PdfTokenKind.CloseDictionary;
            case '{' or '}' or ')':
                Word = "";
                return PdfTokenKind.Keyword;
            default:
                var kind = ReadWord(c, PdfTokenKind.Keyword);
                if (!long.TryParse(Word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return kind;
                Number = number;
                return PdfTokenKind.Number;
        }
    }

    /// <summary>Passes over the end of line behind <c>stream</c> and then over this many bytes.</summary>
    public void SkipStream(long bytes)
    {
        if (Peek() == '\r') Next();
        if (Peek() == '\n') Next();
        while (bytes > 0 && Peek() >= 0)
        {
            var step = (int)Math.Min(bytes, _filled - _at);
            _at += step;
            bytes -= step;
        }
    }

    /// <summary>Passes over everything up to and with the next <c>endstream</c>.</summary>
    public void SkipToEndStream()
    {
        ReadOnlySpan<byte> wanted = "endstream"u8;
        var matched = 0;
        while (matched < wanted.Length)
        {
            var c = Next();
            if (c < 0) return;
            matched = c == wanted[matched] ? matched + 1 : c == wanted[0] ? 1 : 0;
        }
    }

    private int Peek()
    {
        if (_at < _filled) return _buffer[_at];
        _before += _filled;
        _at = 0;
        // Others read the same stream between.
        stream.Position = _before;
        _filled = stream.Read(_buffer, 0, _buffer.Length);
        return _filled == 0 ? -1 : _buffer[0];
    }

    private int Next()
    {
        var c = Peek();
        if (c >= 0) _at++;
        return c;
    }

    private int SkipSpace()
    {
        while (true)
        {
            var c = Next();
            if (c == '%') SkipComment();
            else if (c < 0 || !IsSpace(c)) return c;
        }
    }

    private void SkipComment()
    {
        ReadOnlySpan<byte> mark = "%EOF"u8;
        var length = 0;
        var isEnd = true;
        while (Peek() is var c and not ('\r' or '\n' or -1))
        {
            Next();
            if (length < mark.Length) isEnd &= c == mark[length];
            if (++length == mark.Length && isEnd) Ends.Add(Position);
        }
    }

    private PdfTokenKind SkipString()
    {
        for (var depth = 1; depth > 0;)
        {
            var c = Next();
            if (c < 0) return PdfTokenKind.End;
            if (c == '\\') Next();
            else if (c == '(') depth++;
            else if (c == ')') depth--;
        }
        return PdfTokenKind.String;
    }

    private PdfTokenKind ReadHex()
    {
        var bytes = new MemoryStream();
        var high = -1;
        var fits = true;
        while (true)
        {
            var c = Next();
            if (c < 0) return PdfTokenKind.End;
            if (c == '>') break;
            if (IsSpace(c)) continue;
            if (!char.IsAsciiHexDigit((char)c) || bytes.Length > maxHexBytes)
            {
                fits = false;
                continue;
            }
            var digit = Convert.ToInt32(((char)c).ToString(), 16);
            if (high < 0) high = digit;
            else
            {
                bytes.WriteByte((byte)(high << 4 | digit));
                high = -1;
            }
        }
        if (high >= 0) bytes.WriteByte((byte)(high << 4));
        Hex = fits ? bytes.ToArray() : null;
        return PdfTokenKind.Hex;
    }

    private PdfTokenKind ReadWord(int first, PdfTokenKind kind)
    {
        _word.Clear();
        if (first >= 0) _word.Append((char)first);
        while (Peek() is var c and >= 0 && !IsSpace(c) && !IsDelimiter(c))
        {
            Next();
            if (c == '#' && kind == PdfTokenKind.Name) c = ReadEscape();
            if (_word.Length < MaxWord) _word.Append((char)c);
        }
        Word = _word.ToString();
        return kind;
    }

    // ISO 32000-2 §7.3.5: /Byte#52ange is /ByteRange.
    private int ReadEscape()
    {
        var value = 0;
        for (var i = 0; i < 2; i++)
        {
            var c = Peek();
            if (c < 0 || !char.IsAsciiHexDigit((char)c)) return '#';
            Next();
            value = value << 4 | Convert.ToInt32(((char)c).ToString(), 16);
        }
        return value;
    }

    private static bool IsSpace(int c) => c is 0 or 9 or 10 or 12 or 13 or 32;
    private static bool IsDelimiter(int c) => c is '(' or ')' or '<' or '>' or '[' or ']' or '{' or '}' or '/' or '%';
}
