using Preservation.Signatures.Pdf.Changes;
using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Pdf;

/// <summary>A PDF taken apart as far as its signatures ask: revisions, fields, and each signature in its place among them.</summary>
internal sealed class PdfLayout
{
    private readonly Dictionary<int, (PdfChangeLog? Log, string? Reason)> _changes = [];
    private readonly Dictionary<int, Dictionary<long, PdfField>> _signed = [];
    private readonly SignatureLimits _limits;
    private int _left;

    private PdfLayout(PdfDocument document, PdfScan scan, SignatureLimits limits) =>
        (Document, Scan, _limits, _left, Store) = (document, scan, limits, limits.MaxPdfComparisons, new PdfSecurityStore(limits));

    public PdfDocument Document { get; }
    public PdfScan Scan { get; }
    public PdfSecurityStore Store { get; }

    /// <param name="stream">Seekable.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static PdfLayout Read(Stream stream, SignatureLimits limits, CancellationToken cancellationToken)
    {
        var source = new PdfSource(stream);
        var references = new PdfCrossReferences(source, limits);
        string? damage = null;
        try
        {
            references.Read();
        }
        catch (Exception exception) when (PdfException.IsDamage(exception))
        {
            damage = exception is PdfException ? exception.Message : "number out of range";
        }
        // Lengths that stand in objects of their own are looked up before the revisions are known; each is checked where it leads.
        var lengths = damage is null ? PdfDocument.TryFrom(references, [], source, limits)?.Last : null;
        var scan = PdfScanner.Scan(stream, limits, n => n is > 0 and <= int.MaxValue ? lengths?.Integer(new PdfObject.Reference((int)n, 0)) : null, cancellationToken);
        var document = damage is null ? PdfDocument.TryFrom(references, scan.Ends, source, limits) : null;
        return new PdfLayout(document ?? PdfDocument.Repaired(scan.Objects, scan.Trailers, damage ?? "no catalog, or revisions out of order", source, limits), scan, limits);
    }

    /// <summary>Signature fields of a revision by the offset of their signature dictionaries.</summary>
    public IReadOnlyDictionary<long, PdfField> SignedFields(int revision)
    {
        if (_signed.TryGetValue(revision, out var known)) return known;
        var view = Document.View(revision);
        var fields = new Dictionary<long, PdfField>();
        foreach (var field in PdfField.All(view, _limits))
            if (field.Type == "Sig" && InFile(view, field) is { } value) fields.TryAdd(value.Start, field);
        return _signed[revision] = fields;
    }

    /// <summary>Fields of the last revision that say they are signed and hold no signature that could be checked (universal forgery).</summary>
    public IEnumerable<(PdfField Field, string Missing)> IncompleteFields()
    {
        var view = Document.Last;
        var known = Scan.Signatures.Select(s => s.Offset).ToHashSet();
        foreach (var field in PdfField.All(view, _limits))
        {
            if (field.Type != "Sig" || view.Resolve(field.Dictionary["V"]) is not { } value) continue;
            // What the scan found is judged already, whatever it lacks.
            if (InFile(view, field) is { Start: var start } && known.Contains(start)) continue;
            if (value is not PdfObject.Dictionary dictionary) yield return (field, "V");
            else if (view.Items(dictionary["ByteRange"]).Count == 0) yield return (field, "ByteRange");
            else if (view.Resolve(dictionary["Contents"]) is not PdfObject.String) yield return (field, "Contents");
            else yield return (field, "ByteRange, Contents");
        }
    }

    /// <summary>Signature dictionaries that the catalog names itself: certification and usage rights.</summary>
    public bool IsNamedByCatalog(long offset, int revision)
    {
        var view = Document.View(revision);
        return view.Dictionary(view.Catalog?["Perms"]) is { } permissions
            && permissions.Entries.Values.Any(v => view.Resolve(v) is PdfObject.Dictionary { Start: var start } && start == offset);
    }

    /// <summary>The dictionary at an offset, as written; null when it cannot be read.</summary>
    public PdfObject.Dictionary? ReadAt(PdfSignatureDictionary signature)
    {
        // Through the object, where that can be: its strings are deciphered then.
        if (signature.ObjectNumber is > 0 and <= int.MaxValue && Document.Last.Get((int)signature.ObjectNumber) is PdfObject.Dictionary { Start: var start } known && start == signature.Offset)
            return known;
        try
        {
            return new PdfParser(Document.Source, signature.Offset, _limits).ReadObject() as PdfObject.Dictionary;
        }
        catch (PdfException)
        {
            return null;
        }
    }

    /// <summary>What each revision after this one changes; the reason instead, where that cannot be said.</summary>
    public (IReadOnlyList<PdfChange> Changes, string? Unjudged) ChangesAfter(int revision)
    {
        var changes = new List<PdfChange>();
        for (var later = revision + 1; later < Document.Revisions.Count; later++)
        {
            var (log, reason) = ChangesIn(later);
            if (log is null) return (changes, reason);
            changes.AddRange(log.Changes);
        }
        return (changes, null);
    }

    private (PdfChangeLog? Log, string? Reason) ChangesIn(int revision)
    {
        if (_changes.TryGetValue(revision, out var known)) return known;
        try
        {
            var log = PdfRevisionComparison.Compare(Document, revision, _left);
            _left = log.Left;
            return _changes[revision] = (log, null);
        }
        catch (Exception exception) when (PdfException.IsDamage(exception))
        {
            return _changes[revision] = (null, exception.Message);
        }
    }

    private static PdfObject.Dictionary? InFile(PdfView view, PdfField field)
    {
        // Offsets within object streams are none of the file.
        var holder = field.Dictionary["V"] is PdfObject.Reference reference ? reference.Number : field.Number;
        if (holder > 0 && view.Entry(holder) is { Kind: PdfEntryKind.Compressed }) return null;
        return view.Resolve(field.Dictionary["V"]) as PdfObject.Dictionary;
    }
}
