using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Pdf.Changes;

/// <summary>
/// What one revision changes of the one before it. It walks both from the trailer and knows of each place what may change there; what it
/// does not know must be equal, with everything it leads to.
/// </summary>
internal sealed class PdfRevisionComparison
{
    private static readonly HashSet<string> OfCrossReferences = ["Size", "Prev", "XRefStm", "Type", "W", "Index", "Filter", "DecodeParms", "Length", "ID"];
    private static readonly HashSet<string> MetadataKeys = ["Metadata", "Extensions", "Version", "MarkInfo"];
    private readonly PdfView _older;
    private readonly PdfView _newer;
    private readonly IReadOnlySet<int> _changed;
    private readonly PdfChangeLog _log;
    private readonly PdfDeepComparison _deep;
    private readonly PdfFormComparison _form;
    private readonly PdfStructureTreeComparison _structure;

    private PdfRevisionComparison(PdfDocument document, int revision, PdfChangeLog log)
    {
        (_older, _newer, _log) = (document.View(revision - 1), document.View(revision), log);
        _changed = document.Revisions[revision].Changed;
        _deep = new PdfDeepComparison(_older, _newer, log);
        _form = new PdfFormComparison(_older, _newer, _deep, log, document.Limits);
        _structure = new PdfStructureTreeComparison(_older, _newer, _deep, log);
    }

    /// <param name="document">The document.</param>
    /// <param name="revision">The later one; at least 1.</param>
    /// <param name="maxCost">Objects that may be looked at.</param>
    /// <exception cref="PdfException">It cannot be judged: too many objects, or one of the revisions has no catalog.</exception>
    public static PdfChangeLog Compare(PdfDocument document, int revision, int maxCost)
    {
        var log = new PdfChangeLog(maxCost);
        new PdfRevisionComparison(document, revision, log).Run();
        return log;
    }

    private void Run()
    {
        var root = new PdfPlace(null, "", 0);
        var (from, to) = (_older.Trailer, _newer.Trailer);
        foreach (var key in from.Entries.Keys.Union(to.Entries.Keys))
        {
            if (OfCrossReferences.Contains(key) || key is "Root") continue;
            _deep.Add(from[key], to[key], root.To(key), key == "Info" ? PdfChangeKind.Metadata : PdfChangeKind.Other);
        }
        if ((from["Root"] as PdfObject.Reference)?.Number != (to["Root"] as PdfObject.Reference)?.Number) _log.Add(PdfChangeKind.Other, root.To("Root"));
        if (_older.Catalog is not { } older || _newer.Catalog is not { } newer) throw new PdfException("no catalog");
        if (to["Root"] is PdfObject.Reference catalog) _deep.Stops.Add(catalog.Number);
        CompareCatalogs(older, newer, root.To("Root").In((to["Root"] as PdfObject.Reference)?.Number ?? 0));
        _deep.Run();
        CompareUnmet(root);
    }

    private void CompareCatalogs(PdfObject.Dictionary from, PdfObject.Dictionary to, PdfPlace place)
    {
        _form.CompareForms(from["AcroForm"], to["AcroForm"], place.To("AcroForm"));
        ComparePages(from["Pages"], to["Pages"], place.To("Pages"));
        _structure.Compare(from["StructTreeRoot"], to["StructTreeRoot"], place.To("StructTreeRoot"));
        foreach (var key in from.Entries.Keys.Union(to.Entries.Keys))
        {
            if (key is "AcroForm" or "Pages" or "StructTreeRoot") continue;
            var kind = key == "DSS" ? PdfChangeKind.Validation : MetadataKeys.Contains(key) ? PdfChangeKind.Metadata : PdfChangeKind.Other;
            _deep.Add(from[key], to[key], place.To(key), kind);
        }
    }

    private void ComparePages(PdfObject? from, PdfObject? to, PdfPlace place)
    {
        var open = new Stack<(PdfObject? Older, PdfObject? Newer, PdfPlace Place)>();
        var seen = new HashSet<int>();
        open.Push((from, to, place));
        while (open.TryPop(out var next))
        {
            _log.Count();
            if (next.Older is not PdfObject.Reference one || next.Newer is not PdfObject.Reference other || one.Number != other.Number)
            {
                _deep.Add(next.Older, next.Newer, next.Place, PdfChangeKind.Other);
                if (next.Older is not PdfObject.Reference || next.Newer is not PdfObject.Reference) continue;
                _log.Add(PdfChangeKind.Other, next.Place);
                continue;
            }
            if (!seen.Add(one.Number)) continue;
            if (_older.Resolve(one) is not PdfObject.Dictionary older || _newer.Resolve(other) is not PdfObject.Dictionary newer)
            {
                _deep.Add(one, other, next.Place, PdfChangeKind.Other);
                continue;
            }
            _deep.Stops.Add(one.Number);
            _deep.Met.Add(one.Number);
            CompareNode(older, newer, next.Place.In(one.Number), open);
        }
    }

    private void CompareNode(PdfObject.Dictionary from, PdfObject.Dictionary to, PdfPlace place, Stack<(PdfObject?, PdfObject?, PdfPlace)> open)
    {
        foreach (var key in from.Entries.Keys.Union(to.Entries.Keys))
        {
            if (key == "Kids")
            {
                var (older, newer) = (_older.Items(from[key]), _newer.Items(to[key]));
                Meet(from[key], to[key]);
                if (older.Count != newer.Count) _log.Add(PdfChangeKind.Other, place.To(key));
                for (var i = 0; i < Math.Min(older.Count, newer.Count); i++) open.Push((older[i], newer[i], place.To(key).To(i)));
            }
            else if (key == "Annots")
            {
                Meet(from[key], to[key]);
                _form.CompareAnnotations(_older.Items(from[key]), _newer.Items(to[key]), place.To(key));
            }
            // Signing software sets the order of fields and the page's key in the structure tree with the first field, the date with any change.
            else if (key is "Tabs" or "StructParents" && from[key] is null) _log.Add(PdfChangeKind.Signing, place.To(key));
            else if (key == "LastModified") _deep.Add(from[key], to[key], place.To(key), PdfChangeKind.Metadata);
            else _deep.Add(from[key], to[key], place.To(key), PdfChangeKind.Other);
        }
    }

    private void Meet(params ReadOnlySpan<PdfObject?> values)
    {
        foreach (var value in values)
            if (value is PdfObject.Reference reference) _deep.Met.Add(reference.Number);
    }

    // Numbers and names can stand where nothing of this walk leads: the length of an object stream, the first object of a linearised file.
    private void CompareUnmet(PdfPlace root)
    {
        foreach (var number in _changed)
            if (!_deep.Met.Contains(number) && _older.Get(number) is PdfObject.Integer or PdfObject.Name && !PdfDeepComparison.IsSame(_older.Get(number), _newer.Get(number)))
                _log.Add(PdfChangeKind.Other, root.To("unreferenced").In(number));
    }
}
