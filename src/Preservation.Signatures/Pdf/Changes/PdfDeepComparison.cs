using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Pdf.Changes;

/// <summary>
/// Lays two values of two revisions beside each other with everything they lead to. What the form, the page tree and the structure tree hold
/// is compared on its own (<see cref="Stops"/>); a shared object is compared once for each kind of place that leads to it, so that what is
/// allowed at one place does not excuse it at another.
/// </summary>
internal sealed class PdfDeepComparison(PdfView older, PdfView newer, PdfChangeLog log)
{
    private const int BufferBytes = 1 << 14;
    private readonly Stack<(PdfObject? Older, PdfObject? Newer, PdfPlace Place, PdfChangeKind Kind, string? Field)> _open = new();
    private readonly HashSet<(int Older, int Newer, PdfChangeKind Kind, string? Field)> _seen = [];

    /// <summary>Objects that are compared on their own, in both revisions as the same kind of thing.</summary>
    public HashSet<int> Stops { get; } = [];

    /// <summary>Has this object been met at any place.</summary>
    public HashSet<int> Met { get; } = [];

    /// <summary>Puts two values down for comparison; a difference is of this kind.</summary>
    public void Add(PdfObject? from, PdfObject? to, PdfPlace place, PdfChangeKind kind, string? field = null) => _open.Push((from, to, place, kind, field));

    /// <summary>Compares everything that was put down.</summary>
    public void Run()
    {
        while (_open.TryPop(out var next)) Compare(next.Older, next.Newer, next.Place, next.Kind, next.Field);
    }

    /// <summary>Are two values equal as they stand, references by their numbers.</summary>
    public static bool IsSame(PdfObject? from, PdfObject? to) => (from ?? PdfObject.Null.Value, to ?? PdfObject.Null.Value) switch
    {
        (PdfObject.Null, PdfObject.Null) => true,
        (PdfObject.Boolean a, PdfObject.Boolean b) => a.Value == b.Value,
        (PdfObject.Integer a, PdfObject.Integer b) => a.Value == b.Value,
        (PdfObject.Real a, PdfObject.Real b) => a.Value.Equals(b.Value),
        (PdfObject.Integer a, PdfObject.Real b) => b.Value.Equals(a.Value),
        (PdfObject.Real a, PdfObject.Integer b) => a.Value.Equals(b.Value),
        (PdfObject.Name a, PdfObject.Name b) => a.Value == b.Value,
        (PdfObject.String a, PdfObject.String b) => a.Bytes.AsSpan().SequenceEqual(b.Bytes),
        (PdfObject.Reference a, PdfObject.Reference b) => a.Number == b.Number,
        (PdfObject.Array a, PdfObject.Array b) => a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(p => IsSame(p.First, p.Second)),
        (PdfObject.Dictionary a, PdfObject.Dictionary b) => a.Entries.Keys.Union(b.Entries.Keys).All(k => IsSame(a[k], b[k])),
        _ => false,
    };

    private void Compare(PdfObject? from, PdfObject? to, PdfPlace place, PdfChangeKind kind, string? field)
    {
        log.Count();
        if (from is PdfObject.Reference one && to is PdfObject.Reference other)
        {
            if (one.Number == other.Number && Stops.Contains(one.Number)) return;
            Met.Add(one.Number);
            Met.Add(other.Number);
            if (!_seen.Add((one.Number, other.Number, kind, field))) return;
        }
        if (to is PdfObject.Reference target) place = place.In(target.Number);
        (from, to) = (older.Resolve(from), newer.Resolve(to));
        switch (from, to)
        {
            case (null, null): return;
            case (PdfObject.Array a, PdfObject.Array b) when a.Items.Count == b.Items.Count:
                for (var i = 0; i < a.Items.Count; i++) Descend(a.Items[i], b.Items[i], place, i, kind, field);
                return;
            case (PdfObject.Dictionary a, PdfObject.Dictionary b):
                CompareEntries(a, b, place, kind, field, isStream: false);
                return;
            case (PdfObject.Stream a, PdfObject.Stream b):
                CompareEntries(a.Head, b.Head, place, kind, field, isStream: true);
                if (!IsSameContent(a, b)) log.Add(kind, place, field);
                return;
            default:
                if (!IsSame(from, to)) log.Add(kind, place, field);
                return;
        }
    }

    private void CompareEntries(PdfObject.Dictionary from, PdfObject.Dictionary to, PdfPlace place, PdfChangeKind kind, string? field, bool isStream)
    {
        foreach (var (key, value) in from.Entries)
            // The length of a stream that is written again may be written otherwise; its bytes are compared.
            if (!(isStream && key == "Length" && value is PdfObject.Integer)) Descend(value, to[key], place, key, kind, field);
        foreach (var (key, value) in to.Entries)
            if (from[key] is null && value is not PdfObject.Null && !(isStream && key == "Length")) log.Add(kind, place.To(key), field);
    }

    private void Descend(PdfObject from, PdfObject? to, PdfPlace place, object key, PdfChangeKind kind, string? field)
    {
        // A value that leads nowhere is settled here; the others wait their turn, so that no chain of them is too deep.
        if (from is PdfObject.Reference or PdfObject.Array or PdfObject.Dictionary)
            _open.Push((from, to, key is int index ? place.To(index) : place.To((string)key), kind, field));
        else if (to is PdfObject.Reference) _open.Push((from, to, key is int index ? place.To(index) : place.To((string)key), kind, field));
        else if (!IsSame(from, to)) log.Add(kind, key is int index ? place.To(index) : place.To((string)key), field);
    }

    private bool IsSameContent(PdfObject.Stream from, PdfObject.Stream to)
    {
        // The same bytes, of the same length as both say; a length in an object of its own is followed in each revision.
        if (from.DataStart == to.DataStart && from.Head["Length"] is PdfObject.Integer && to.Head["Length"] is PdfObject.Integer) return true;
        var (length, other) = (older.StoredLength(from), newer.StoredLength(to));
        if (from.DataStart == to.DataStart) return length == other;
        if (length is null || length != other) return older.Decoded(from) is { } a && newer.Decoded(to) is { } b && a.AsSpan().SequenceEqual(b);
        return older.IsSameStored(from, to, length.Value, BufferBytes) || older.Decoded(from) is { } plain && newer.Decoded(to) is { } written && plain.AsSpan().SequenceEqual(written);
    }
}
