using System.Globalization;
using System.Text;

namespace Preservation.Signatures.Pdf.Structure;

/// <summary>Reads values at an offset (ISO 32000-2 §7.2–7.3). What is no PDF is read as null as far as it can be; depth and size are bounded.</summary>
internal sealed class PdfParser(PdfSource source, long position, SignatureLimits limits)
{
    private const int MaxDepth = 96;
    private const int MaxWord = 1024;
    private static readonly PdfObject.Boolean True = new(true);
    private static readonly PdfObject.Boolean False = new(false);
    private readonly StringBuilder _word = new();
    private int _left = limits.MaxPdfObjectTokens;

    public long Position { get; private set; } = position;

    public static bool IsSpace(int c) => c is 0 or 9 or 10 or 12 or 13 or 32;
    public static bool IsDelimiter(int c) => c is '(' or ')' or '<' or '>' or '[' or ']' or '{' or '}' or '/' or '%';

    /// <summary>The next value; a keyword that is none is null.</summary>
    /// <exception cref="PdfException">The value is deeper or longer than allowed, or the bytes end within it.</exception>
    public PdfObject ReadObject() => ReadObject(0) ?? PdfObject.Null.Value;

    /// <summary><c>n g obj</c> and what follows, up to <c>endobj</c> or the first byte of a stream.</summary>
    /// <exception cref="PdfException">There is no object here.</exception>
    public (int Number, int Generation, PdfObject Value) ReadIndirect()
    {
        var number = ReadInteger() ?? throw new PdfException("no object number");
        var generation = ReadInteger() ?? throw new PdfException("no generation");
        if (ReadWord() != "obj" || number is < 0 or > int.MaxValue || generation is < 0 or > int.MaxValue) throw new PdfException("no obj");
        var value = ReadObject();
        if (value is not PdfObject.Dictionary dictionary) return ((int)number, (int)generation, value);
        var behind = Position;
        if (ReadWord() != "stream")
        {
            Position = behind;
            return ((int)number, (int)generation, value);
        }
        if (source.At(Position) == '\r') Position++;
        if (source.At(Position) == '\n') Position++;
        return ((int)number, (int)generation, new PdfObject.Stream(dictionary, Position, (int)number, (int)generation));
    }

    /// <summary>The next whole number; null, and no step, when there is none.</summary>
    public long? ReadInteger()
    {
        var start = Position;
        SkipSpace();
        if (long.TryParse(ReadWord(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        Position = start;
        return null;
    }

    /// <summary>The next run of regular characters.</summary>
    public string ReadWord()
    {
        SkipSpace();
        _word.Clear();
        for (var c = source.At(Position); c >= 0 && !IsSpace(c) && !IsDelimiter(c); c = source.At(++Position))
            if (_word.Length < MaxWord) _word.Append((char)c);
        return _word.ToString();
    }

    public void SkipSpace()
    {
        while (true)
        {
            var c = source.At(Position);
            if (c == '%') while (source.At(Position) is not ('\r' or '\n' or -1)) Position++;
            else if (IsSpace(c)) Position++;
            else return;
        }
    }

    // Null for the end of an array or dictionary.
    private PdfObject? ReadObject(int depth)
    {
        if (--_left < 0) throw new PdfException("object of too many tokens");
        if (depth > MaxDepth) throw new PdfException("object too deep");
        SkipSpace();
        var start = Position;
        switch (source.At(Position))
        {
            case -1: throw new PdfException("object without an end");
            case '/':
                Position++;
                return new PdfObject.Name(ReadName());
            case '(': return ReadLiteral(start);
            case '<' when source.At(Position + 1) == '<':
                Position += 2;
                return ReadDictionary(start, depth);
            case '<': return ReadHex(start);
            case '[':
                Position++;
                return ReadArray(depth);
            case ']':
                Position++;
                return null;
            case '>':
                Position += source.At(Position + 1) == '>' ? 2 : 1;
                return null;
            case '{' or '}' or ')':
                Position++;
                return PdfObject.Null.Value;
            default: return ReadWordObject();
        }
    }

    private PdfObject? ReadWordObject()
    {
        var start = Position;
        var word = ReadWord();
        if (long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number is >= 0 and <= int.MaxValue && TryReadReference((int)number) is { } reference ? reference : new PdfObject.Integer(number);
        if (word is "true") return True;
        if (word is "false") return False;
        if (word is "endobj" or "endstream" or "stream" or "obj" or "xref" or "trailer" or "startxref")
        {
            // The value has lost its end: whoever reads on finds the word again.
            Position = start;
            return null;
        }
        return double.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var real)
            ? new PdfObject.Real(real) : PdfObject.Null.Value;
    }

    private PdfObject.Reference? TryReadReference(int number)
    {
        var back = Position;
        SkipSpace();
        if (char.IsAsciiDigit((char)Math.Max(0, source.At(Position))) && ReadInteger() is { } generation and >= 0 and <= int.MaxValue)
        {
            SkipSpace();
            var next = source.At(Position + 1);
            if (source.At(Position) == 'R' && (next < 0 || IsSpace(next) || IsDelimiter(next)))
            {
                Position++;
                return new PdfObject.Reference(number, (int)generation);
            }
        }
        Position = back;
        return null;
    }

    private PdfObject.Array ReadArray(int depth)
    {
        var items = new List<PdfObject>();
        while (ReadObject(depth + 1) is { } item) items.Add(item);
        return new PdfObject.Array(items);
    }

    private PdfObject.Dictionary ReadDictionary(long start, int depth)
    {
        var entries = new Dictionary<string, PdfObject>();
        while (ReadObject(depth + 1) is { } key)
        {
            if (key is not PdfObject.Name name) continue;
            if (ReadObject(depth + 1) is not { } value) break;
            entries[name.Value] = value;
        }
        return new PdfObject.Dictionary(entries, start);
    }

    private string ReadName()
    {
        _word.Clear();
        for (var c = source.At(Position); c >= 0 && !IsSpace(c) && !IsDelimiter(c); c = source.At(Position))
        {
            Position++;
            if (c == '#' && Digit(source.At(Position)) is { } high && Digit(source.At(Position + 1)) is { } low)
            {
                c = high << 4 | low;
                Position += 2;
            }
            if (_word.Length < MaxWord) _word.Append((char)c);
        }
        return _word.ToString();
    }

    private PdfObject.String ReadHex(long start)
    {
        var bytes = new List<byte>();
        var high = -1;
        for (Position++; ; Position++)
        {
            var c = source.At(Position);
            if (c < 0) throw new PdfException("string without an end");
            if (c == '>') break;
            if (Digit(c) is not { } digit) continue;
            if (high < 0) high = digit;
            else
            {
                Add(bytes, high << 4 | digit);
                high = -1;
            }
        }
        if (high >= 0) Add(bytes, high << 4);
        Position++;
        return new PdfObject.String([.. bytes], start, Position, isHex: true);
    }

    private PdfObject.String ReadLiteral(long start)
    {
        var bytes = new List<byte>();
        Position++;
        for (var depth = 1; ;)
        {
            var c = source.At(Position++);
            if (c < 0) throw new PdfException("string without an end");
            if (c == '\\')
            {
                ReadEscape(bytes);
                continue;
            }
            if (c == '(') depth++;
            else if (c == ')' && --depth == 0) break;
            Add(bytes, c);
        }
        return new PdfObject.String([.. bytes], start, Position, isHex: false);
    }

    private void ReadEscape(List<byte> bytes)
    {
        var c = source.At(Position++);
        switch (c)
        {
            case 'n': Add(bytes, '\n'); break;
            case 'r': Add(bytes, '\r'); break;
            case 't': Add(bytes, '\t'); break;
            case 'b': Add(bytes, '\b'); break;
            case 'f': Add(bytes, '\f'); break;
            case '\n' or -1: break;
            case '\r':
                if (source.At(Position) == '\n') Position++;
                break;
            case >= '0' and <= '7':
                var value = c - '0';
                for (var i = 0; i < 2 && source.At(Position) is >= '0' and <= '7'; i++) value = value * 8 + source.At(Position++) - '0';
                Add(bytes, value & 0xFF);
                break;
            default: Add(bytes, c); break;
        }
    }

    private void Add(List<byte> bytes, int value)
    {
        if (bytes.Count >= limits.MaxCmsBytes) throw new PdfException("string too long");
        bytes.Add((byte)value);
    }

    private static int? Digit(int c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'f' => c - 'a' + 10,
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => null,
    };
}
