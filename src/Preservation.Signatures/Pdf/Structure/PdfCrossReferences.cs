namespace Preservation.Signatures.Pdf.Structure;

/// <summary>
/// Follows a file's cross-reference sections from the last to the first (ISO 32000-2 §7.5.4, §7.5.8): tables, streams and both beside each
/// other. A pointer that leads nowhere ends it: what then stands where is not certain.
/// </summary>
internal sealed class PdfCrossReferences(PdfSource source, SignatureLimits limits)
{
    private readonly Dictionary<long, long> _resolved = [];
    private int _left = limits.MaxPdfObjects;
    private long _bytesLeft = 4L * limits.MaxPdfStreamBytes;

    /// <summary>How far the header stands behind the file's first byte; offsets count from it where they do not count from the file's.</summary>
    public long Shift { get; private set; }

    /// <summary>The sections, the newest first.</summary>
    public List<PdfSection> Sections { get; } = [];

    /// <summary>The section that a <c>startxref</c> names; null when it was not met.</summary>
    public long? Resolved(long pointer) => _resolved.TryGetValue(pointer, out var offset) ? offset : null;

    /// <exception cref="PdfException">A section is missing, damaged, or there are too many.</exception>
    public void Read()
    {
        var header = source.Find("%PDF-"u8, 0, Math.Min(source.Length, 2048));
        Shift = 0;
        var mark = source.FindLast("startxref"u8, Math.Max(0, source.Length - (1 << 16)));
        if (mark < 0) throw new PdfException("no startxref");
        var pointer = new PdfParser(source, mark + 9, limits).ReadInteger() ?? throw new PdfException("startxref without an offset");
        if (header > 0 && TryLocate(pointer) is null && TryLocate(pointer + header) is not null) Shift = header;
        var seen = new HashSet<long>();
        for (long? at = pointer; at is { } next;)
        {
            var offset = TryLocate(next + Shift) ?? throw new PdfException("no cross-reference section where one is named");
            _resolved[next] = offset;
            if (!seen.Add(offset)) throw new PdfException("cross-reference sections name each other");
            if (Sections.Count >= limits.MaxPdfRevisions) throw new PdfException("too many cross-reference sections");
            var section = ReadSection(offset);
            Sections.Add(section);
            at = section.Trailer["Prev"] switch
            {
                null => null,
                PdfObject.Integer { Value: >= 0 } number => number.Value,
                PdfObject.Real { Value: >= 0 and < long.MaxValue } real => (long)real.Value,
                _ => throw new PdfException("Prev is no offset"),
            };
        }
    }

    // Where the section begins: writers often point at the line end before it.
    private long? TryLocate(long offset)
    {
        if (offset < 0 || offset >= source.Length) return null;
        var parser = new PdfParser(source, offset, limits);
        parser.SkipSpace();
        var start = parser.Position;
        if (start - offset > 64) return null;
        if (parser.ReadWord() == "xref") return start;
        parser = new PdfParser(source, start, limits);
        return parser.ReadInteger() is not null && parser.ReadInteger() is not null && parser.ReadWord() == "obj" ? start : null;
    }

    private PdfSection ReadSection(long offset)
    {
        var entries = new Dictionary<int, PdfEntry>();
        var parser = new PdfParser(source, offset, limits);
        if (parser.ReadWord() != "xref") return new PdfSection(offset, entries, ReadStream(offset, entries));
        ReadTable(parser, entries);
        if (parser.ReadObject() is not PdfObject.Dictionary trailer) throw new PdfException("no trailer");
        if (trailer["XRefStm"] is PdfObject.Integer { Value: var beside })
        {
            var hidden = new Dictionary<int, PdfEntry>();
            ReadStream(TryLocate(beside + Shift) ?? throw new PdfException("no XRefStm"), hidden);
            // §7.5.8.4: the table calls free what only newer readers are to see.
            foreach (var (number, entry) in hidden)
                if (!entries.TryGetValue(number, out var known) || known.Kind == PdfEntryKind.Free) entries[number] = entry;
        }
        return new PdfSection(offset, entries, trailer);
    }

    private void ReadTable(PdfParser parser, Dictionary<int, PdfEntry> entries)
    {
        while (true)
        {
            var back = parser.Position;
            if (parser.ReadInteger() is not { } first)
            {
                if (parser.ReadWord() != "trailer") throw new PdfException($"no trailer at {back}");
                return;
            }
            if (parser.ReadInteger() is not { } count || first < 0 || count < 0 || first + count > int.MaxValue) throw new PdfException("subsection out of range");
            for (var i = 0L; i < count; i++)
            {
                if (parser.ReadInteger() is not { } position || parser.ReadInteger() is not { } generation) throw new PdfException("damaged cross-reference table");
                var kind = parser.ReadWord();
                // A table that should begin at 0 and says 1 is common.
                if (i == 0 && first == 1 && kind == "f" && position == 0 && generation == 65535) first = 0;
                if (kind is not ("n" or "f") || generation is < 0 or > int.MaxValue) throw new PdfException("damaged cross-reference table");
                Add(entries, (int)(first + i), kind == "n" && position > 0
                    ? new PdfEntry(PdfEntryKind.Offset, position + Shift, (int)generation) : new PdfEntry(PdfEntryKind.Free, 0, (int)generation));
            }
        }
    }

    private PdfObject.Dictionary ReadStream(long offset, Dictionary<int, PdfEntry> entries)
    {
        if (new PdfParser(source, offset, limits).ReadIndirect().Value is not PdfObject.Stream { Head: var dictionary } stream || dictionary.NameOf("Type") != "XRef")
            throw new PdfException("no cross-reference stream");
        var data = PdfStreams.Decode(source, stream, Direct, null, limits);
        _bytesLeft -= data.Length;
        if (_bytesLeft < 0) throw new PdfException("too many bytes of cross-references");
        if (dictionary["W"] is not PdfObject.Array { Items.Count: >= 3 } widths) throw new PdfException("no W");
        var sizes = widths.Items.Take(3).Select(w => w is PdfObject.Integer { Value: >= 0 and <= 8 } size ? (int)size.Value : throw new PdfException("W out of range")).ToArray();
        var index = dictionary["Index"] is PdfObject.Array given ? given.Items.Select(i => Direct(i) ?? -1).ToArray() : [0, Direct(dictionary["Size"]) ?? -1];
        var (at, width) = (0, sizes.Sum());
        if (width == 0) throw new PdfException("W of no width");
        for (var pair = 0; pair + 1 < index.Length; pair += 2)
        {
            if (index[pair] < 0 || index[pair + 1] < 0 || index[pair] > int.MaxValue - index[pair + 1]) throw new PdfException("Index out of range");
            for (var i = 0L; i < index[pair + 1] && at + width <= data.Length; i++, at += width)
                Add(entries, (int)(index[pair] + i), ReadEntry(data.AsSpan(at, width), sizes));
        }
        return dictionary;
    }

    private PdfEntry ReadEntry(ReadOnlySpan<byte> entry, int[] sizes)
    {
        var kind = sizes[0] == 0 ? 1 : Number(entry[..sizes[0]]);
        var position = Number(entry.Slice(sizes[0], sizes[1]));
        var index = (int)Math.Min(int.MaxValue, Number(entry[(sizes[0] + sizes[1])..]));
        return kind switch
        {
            1 when position <= source.Length => new PdfEntry(PdfEntryKind.Offset, position + Shift, index),
            2 when position <= int.MaxValue => new PdfEntry(PdfEntryKind.Compressed, position, index),
            _ => new PdfEntry(PdfEntryKind.Free, 0, index),
        };
    }

    private static long Number(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        foreach (var b in bytes) value = value << 8 | b;
        return value > long.MaxValue ? long.MaxValue : (long)value;
    }

    private void Add(Dictionary<int, PdfEntry> entries, int number, PdfEntry entry)
    {
        if (--_left < 0) throw new PdfException("too many objects");
        entries.TryAdd(number, entry);
    }

    private static long? Direct(PdfObject? value) => (value as PdfObject.Integer)?.Value;
}
