namespace Preservation.Signatures.Pdf.Structure;

/// <summary>A value of PDF (ISO 32000-2 §7.3). A closed set: everything that is not one of these is read as null.</summary>
internal abstract class PdfObject
{
    private PdfObject()
    {
    }

    public sealed class Null : PdfObject
    {
        public static Null Value { get; } = new();
    }

    public sealed class Boolean(bool value) : PdfObject
    {
        public bool Value { get; } = value;
    }

    public sealed class Integer(long value) : PdfObject
    {
        public long Value { get; } = value;
    }

    public sealed class Real(double value) : PdfObject
    {
        public double Value { get; } = value;
    }

    public sealed class Name(string value) : PdfObject
    {
        public string Value { get; } = value;
    }

    /// <param name="bytes">The decoded string.</param>
    /// <param name="start">Offset of its first delimiter, in the file or in the object stream.</param>
    /// <param name="end">Offset behind its last delimiter.</param>
    /// <param name="isHex">Was it written between <c>&lt;</c> and <c>&gt;</c>.</param>
    public sealed class String(byte[] bytes, long start, long end, bool isHex) : PdfObject
    {
        public byte[] Bytes { get; } = bytes;
        public long Start { get; } = start;
        public long End { get; } = end;
        public bool IsHex { get; } = isHex;
    }

    public sealed class Array(IReadOnlyList<PdfObject> items) : PdfObject
    {
        public IReadOnlyList<PdfObject> Items { get; } = items;
    }

    /// <param name="entries">By key; of a doubled key the last, since most readers take that.</param>
    /// <param name="start">Offset of its <c>&lt;&lt;</c>.</param>
    public sealed class Dictionary(IReadOnlyDictionary<string, PdfObject> entries, long start) : PdfObject
    {
        public IReadOnlyDictionary<string, PdfObject> Entries { get; } = entries;
        public long Start { get; } = start;

        /// <summary>The value as written, a reference unresolved; null when the key is missing or says null.</summary>
        public PdfObject? this[string key] => Entries.TryGetValue(key, out var value) && value is not Null ? value : null;

        public string? NameOf(string key) => (this[key] as Name)?.Value;
    }

    /// <param name="number">Object number.</param>
    /// <param name="generation">Its generation.</param>
    public sealed class Reference(int number, int generation) : PdfObject
    {
        public int Number { get; } = number;
        public int Generation { get; } = generation;
    }

    /// <param name="head">The dictionary that stands before it.</param>
    /// <param name="dataStart">Offset of its first byte in the file.</param>
    /// <param name="number">Its object number, to which its encryption is bound.</param>
    /// <param name="generation">Its generation.</param>
    public sealed class Stream(Dictionary head, long dataStart, int number, int generation) : PdfObject
    {
        public Dictionary Head { get; } = head;
        public long DataStart { get; } = dataStart;
        public int Number { get; } = number;
        public int Generation { get; } = generation;
    }
}
