using System.Buffers.Binary;
using System.Text;

namespace Preservation.Workflow.Documents;

/// <summary>
/// A TrueType font as a document needs it (ISO/IEC 14496-22): which glyph a character has, how wide it is, and a font file of the used glyphs alone. Glyphs
/// keep their numbers in it, so that text can be written before it is known which others will be used.
/// </summary>
internal sealed class TrueTypeFont
{
    private const int ShortOffsets = 0;
    private static readonly string[] Kept = ["cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"];
    private readonly byte[] _file;
    private readonly Dictionary<string, (int Offset, int Length)> _tables = [];
    private readonly Dictionary<int, int> _glyphs = [];
    private readonly int _metrics;
    private readonly int _unitsPerEm;

    /// <exception cref="InvalidDataException">It is no TrueType font, or lacks a table.</exception>
    public TrueTypeFont(byte[] file)
    {
        _file = file;
        try
        {
            for (var i = 0; i < UInt16(4); i++)
                _tables[Encoding.Latin1.GetString(file, 12 + (i * 16), 4)] = ((int)UInt32(12 + (i * 16) + 8), (int)UInt32(12 + (i * 16) + 12));
            var head = Table("head");
            _unitsPerEm = UInt16(head + 18);
            Box = [.. Enumerable.Range(0, 4).Select(i => Scaled(Int16(head + 36 + (i * 2))))];
            var hhea = Table("hhea");
            (Ascent, Descent, _metrics) = (Scaled(Int16(hhea + 4)), Scaled(Int16(hhea + 6)), UInt16(hhea + 34));
            GlyphCount = UInt16(Table("maxp") + 4);
            var os2 = Table("OS/2");
            CapHeight = UInt16(os2) >= 2 ? Scaled(Int16(os2 + 88)) : Ascent;
            ReadCharacters(Table("cmap"));
            Name = ReadName(Table("name"));
            foreach (var table in (string[])["glyf", "hmtx", "loca"]) Table(table);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("this is no TrueType font that can be read", e);
        }
    }

    /// <summary>Its PostScript name.</summary>
    public string Name { get; }

    /// <summary>Left, bottom, right and top of all glyphs, in thousandths of the size.</summary>
    public int[] Box { get; }

    /// <summary>In thousandths of the size, like <see cref="Descent"/> and <see cref="CapHeight"/>.</summary>
    public int Ascent { get; }

    public int Descent { get; }

    public int CapHeight { get; }

    public int GlyphCount { get; }

    /// <summary>The glyph of a character; 0 when the font has none.</summary>
    public int GlyphOf(int codePoint) => _glyphs.GetValueOrDefault(codePoint);

    /// <summary>How far a glyph advances, in thousandths of the size.</summary>
    public int WidthOf(int glyph) => Scaled(UInt16(_tables["hmtx"].Offset + (Math.Min(glyph, _metrics - 1) * 4)));

    /// <summary>A font file with these glyphs and what they are composed of.</summary>
    public byte[] Subset(IEnumerable<int> glyphs)
    {
        var wanted = Composed(glyphs.Prepend(0));
        using var outlines = new MemoryStream();
        var places = new byte[(GlyphCount + 1) * 4];
        for (var glyph = 0; glyph < GlyphCount; glyph++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(places.AsSpan(glyph * 4), (uint)outlines.Length);
            if (!wanted.Contains(glyph)) continue;
            var (start, length) = Outline(glyph);
            outlines.Write(_file, start, length);
            while (outlines.Length % 4 != 0) outlines.WriteByte(0);
        }
        BinaryPrimitives.WriteUInt32BigEndian(places.AsSpan(GlyphCount * 4), (uint)outlines.Length);
        var head = Bytes("head");
        BinaryPrimitives.WriteInt16BigEndian(head.AsSpan(50), 1); // long offsets
        return Assemble(Kept.Where(_tables.ContainsKey).ToDictionary(t => t, t => t switch { "glyf" => outlines.ToArray(), "loca" => places, "head" => head, _ => Bytes(t) }));
    }

    private HashSet<int> Composed(IEnumerable<int> glyphs)
    {
        var all = new HashSet<int>();
        var open = new Stack<int>(glyphs);
        while (open.TryPop(out var glyph))
        {
            if (!all.Add(glyph)) continue;
            var (start, length) = Outline(glyph);
            if (length == 0 || Int16(start) >= 0) continue;
            var at = start + 10;
            int flags;
            do
            {
                flags = UInt16(at);
                open.Push(UInt16(at + 2));
                at += 4 + ((flags & 0x0001) != 0 ? 4 : 2) + ((flags & 0x0008) != 0 ? 2 : (flags & 0x0040) != 0 ? 4 : (flags & 0x0080) != 0 ? 8 : 0);
            }
            while ((flags & 0x0020) != 0); // MORE_COMPONENTS
        }
        return all;
    }

    private (int Start, int Length) Outline(int glyph)
    {
        var loca = _tables["loca"].Offset;
        var isShort = Int16(_tables["head"].Offset + 50) == ShortOffsets;
        long Place(int g) => isShort ? UInt16(loca + (g * 2)) * 2L : UInt32(loca + (g * 4));
        return ((int)(_tables["glyf"].Offset + Place(glyph)), (int)(Place(glyph + 1) - Place(glyph)));
    }

    private static byte[] Assemble(Dictionary<string, byte[]> tables)
    {
        using var file = new MemoryStream();
        void Write16(int value) => file.Write([(byte)(value >> 8), (byte)(value & 0xFF)]);
        void Write32(uint value) => file.Write([(byte)(value >> 24), (byte)((value >> 16) & 0xFF), (byte)((value >> 8) & 0xFF), (byte)(value & 0xFF)]);
        var power = 1;
        while (power * 2 <= tables.Count) power *= 2;
        Write32(0x00010000);
        Write16(tables.Count);
        Write16(power * 16);
        Write16((int)Math.Log2(power));
        Write16((tables.Count - power) * 16);
        var at = 12 + (tables.Count * 16);
        foreach (var (name, bytes) in tables.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            file.Write(Encoding.Latin1.GetBytes(name));
            Write32(Checksum(bytes));
            Write32((uint)at);
            Write32((uint)bytes.Length);
            at += (bytes.Length + 3) / 4 * 4;
        }
        foreach (var (_, bytes) in tables.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            file.Write(bytes);
            while (file.Length % 4 != 0) file.WriteByte(0);
        }
        return file.ToArray();
    }

    private static uint Checksum(byte[] bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i++) sum = unchecked(sum + ((uint)bytes[i] << (24 - (i % 4 * 8))));
        return sum;
    }

    private void ReadCharacters(int cmap)
    {
        foreach (var (platform, encoding, format) in new[] { (3, 10, 12), (0, 4, 12), (3, 1, 4), (0, 3, 4) })
            for (var i = 0; i < UInt16(cmap + 2); i++)
            {
                var table = cmap + (int)UInt32(cmap + 4 + (i * 8) + 4);
                if (UInt16(cmap + 4 + (i * 8)) != platform || UInt16(cmap + 4 + (i * 8) + 2) != encoding || UInt16(table) != format) continue;
                if (format == 12) ReadGroups(table);
                else ReadSegments(table);
                return;
            }
        throw new InvalidDataException("the font has no Unicode character map");
    }

    private void ReadGroups(int table)
    {
        for (var i = 0; i < UInt32(table + 12); i++)
        {
            var (first, last, glyph) = (UInt32(table + 16 + (i * 12)), UInt32(table + 20 + (i * 12)), UInt32(table + 24 + (i * 12)));
            if (last > 0x10FFFF || first > last) throw new InvalidDataException("the font's character map is damaged");
            for (var c = first; c <= last; c++) _glyphs[(int)c] = (int)(glyph + c - first);
        }
    }

    private void ReadSegments(int table)
    {
        var segments = UInt16(table + 6) / 2;
        for (var i = 0; i < segments; i++)
        {
            var (last, first) = (UInt16(table + 14 + (i * 2)), UInt16(table + 16 + (segments * 2) + (i * 2)));
            var (delta, range) = (UInt16(table + 16 + (segments * 4) + (i * 2)), table + 16 + (segments * 6) + (i * 2));
            for (var c = first; c <= last && c != 0xFFFF; c++)
            {
                var glyph = UInt16(range) == 0 ? (c + delta) & 0xFFFF : UInt16(range + UInt16(range) + ((c - first) * 2));
                if (UInt16(range) != 0 && glyph != 0) glyph = (glyph + delta) & 0xFFFF;
                if (glyph != 0) _glyphs[c] = glyph;
            }
        }
    }

    private string ReadName(int name)
    {
        for (var i = 0; i < UInt16(name + 2); i++)
        {
            var record = name + 6 + (i * 12);
            if (UInt16(record) != 3 || UInt16(record + 6) != 6) continue;
            var text = Encoding.BigEndianUnicode.GetString(_file, name + UInt16(name + 4) + UInt16(record + 10), UInt16(record + 8));
            return string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
        }
        return "Font";
    }

    private int Table(string name) => _tables.TryGetValue(name, out var table) ? table.Offset : throw new InvalidDataException($"the font has no table {name}");

    private byte[] Bytes(string name) => _file.AsSpan(_tables[name].Offset, _tables[name].Length).ToArray();

    private int Scaled(int units) => (int)Math.Round(units * 1000.0 / _unitsPerEm);

    private int UInt16(int at) => BinaryPrimitives.ReadUInt16BigEndian(_file.AsSpan(at));

    private int Int16(int at) => BinaryPrimitives.ReadInt16BigEndian(_file.AsSpan(at));

    private uint UInt32(int at) => BinaryPrimitives.ReadUInt32BigEndian(_file.AsSpan(at));
}
