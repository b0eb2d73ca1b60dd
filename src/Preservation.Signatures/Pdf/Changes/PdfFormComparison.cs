using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Pdf.Changes;

/// <summary>
/// Compares forms and annotations (ISO 32000-2 §12.5, §12.7). Entering a value, its appearance and its state are form filling; a signature
/// field may be filled or added; a field's place, look, flags, actions and name stay as they were.
/// </summary>
internal sealed class PdfFormComparison
{
    private const long ReadOnly = 1;
    private static readonly HashSet<string> ValueKeys = ["V", "AP", "AS", "M", "RV", "I"];
    private readonly PdfView _older;
    private readonly PdfView _newer;
    private readonly PdfDeepComparison _deep;
    private readonly PdfChangeLog _log;
    private readonly Dictionary<int, PdfField> _olderFields;
    private readonly Dictionary<int, PdfField> _newerFields;
    private readonly HashSet<int> _compared = [];
    private readonly PdfChangeKind _signing;

    public PdfFormComparison(PdfView older, PdfView newer, PdfDeepComparison deep, PdfChangeLog log, SignatureLimits limits)
    {
        (_older, _newer, _deep, _log) = (older, newer, deep, log);
        _olderFields = ByNumber(PdfField.All(older, limits));
        _newerFields = ByNumber(PdfField.All(newer, limits));
        _signing = SigningKind();
        // What is a field in both revisions is compared as one, wherever else it is named.
        foreach (var number in _olderFields.Keys)
            if (_newerFields.ContainsKey(number)) _deep.Stops.Add(number);
        // A reference that led nowhere before may lead to a new field by chance.
        foreach (var number in _newerFields.Keys)
            if (older.Get(number) is null && IsNewSignatureField(number)) _deep.Stops.Add(number);
    }

    public void CompareForms(PdfObject? from, PdfObject? to, PdfPlace place)
    {
        Meet(from, to);
        if (to is PdfObject.Reference reference) place = place.In(reference.Number);
        var (older, newer) = (_older.Dictionary(from), _newer.Dictionary(to));
        if (older is null && newer is null) return;
        if (newer is null)
        {
            _log.Add(PdfChangeKind.Other, place);
            return;
        }
        older ??= new PdfObject.Dictionary(new Dictionary<string, PdfObject>(), 0);
        foreach (var key in older.Entries.Keys.Union(newer.Entries.Keys))
        {
            var at = place.To(key);
            var (one, other) = (older[key], newer[key]);
            if (key == "Fields") CompareFieldLists(one, other, at);
            else if (key == "SigFlags") _deep.Add(one, other, at, _signing);
            else if (key == "NeedAppearances") _deep.Add(one, other, at, PdfChangeKind.FormFilling);
            else if (key == "DR") CompareResources(one, other, at);
            else if (key == "DA" && one is null) _log.Add(_signing, at);
            else if (key == "XFA") CompareXfa(one, other, at);
            else _deep.Add(one, other, at, PdfChangeKind.Other);
        }
        foreach (var (number, field) in _olderFields)
            if (_newerFields.TryGetValue(number, out var later)) CompareField(number, field, later, place.To("Fields").In(number));
    }

    /// <summary>The annotations of a page: those that stay are compared one by one, the others came or went.</summary>
    public void CompareAnnotations(IReadOnlyList<PdfObject> from, IReadOnlyList<PdfObject> to, PdfPlace place)
    {
        var (older, newer) = (Numbers(from), Numbers(to));
        foreach (var number in older.Except(newer)) _log.Add(IsComment(_older.Get(number)) ? PdfChangeKind.Annotation : PdfChangeKind.Other, place.In(number));
        foreach (var number in newer.Except(older)) _log.Add(KindOfNew(number), place.In(number), _newerFields.GetValueOrDefault(number)?.Name);
        foreach (var number in older.Intersect(newer)) CompareAnnotation(number, place.In(number));
        var (direct, later) = (from.Where(i => i is not PdfObject.Reference).ToList(), to.Where(i => i is not PdfObject.Reference).ToList());
        if (direct.Count != later.Count) _log.Add(PdfChangeKind.Other, place);
        foreach (var (one, other) in direct.Zip(later)) _deep.Add(one, other, place, PdfChangeKind.Other);
    }

    private void CompareAnnotation(int number, PdfPlace place)
    {
        _log.Count();
        _deep.Met.Add(number);
        if (_compared.Contains(number)) return;
        if (_older.Get(number) is not PdfObject.Dictionary from || _newer.Get(number) is not PdfObject.Dictionary to)
        {
            _deep.Add(new PdfObject.Reference(number, 0), new PdfObject.Reference(number, 0), place, PdfChangeKind.Other);
            return;
        }
        _deep.Stops.Add(number);
        if (_older.Name(from["Subtype"]) == "Widget")
        {
            // A widget that the form does not name; its own type alone counts.
            CompareField(number, new PdfField(number, "", _older.Name(from["FT"]) ?? "", from), new PdfField(number, "", _newer.Name(to["FT"]) ?? "", to), place);
            return;
        }
        if (!_compared.Add(number)) return;
        foreach (var key in from.Entries.Keys.Union(to.Entries.Keys))
            _deep.Add(from[key], to[key], place.To(key), key is "A" or "AA" or "Subtype" or "Type" or "OC" ? PdfChangeKind.Other : PdfChangeKind.Annotation);
    }

    private void CompareField(int number, PdfField older, PdfField newer, PdfPlace place)
    {
        _log.Count();
        _deep.Met.Add(number);
        if (!_compared.Add(number)) return;
        var (from, to) = (older.Dictionary, newer.Dictionary);
        var isSignature = older.Type == "Sig";
        var filling = isSignature ? _signing : PdfChangeKind.FormFilling;
        var isSigned = isSignature && _older.Resolve(from["V"]) is null && IsSignature(to);
        if (older.Type != newer.Type || older.Name != newer.Name) _log.Add(PdfChangeKind.Other, place, older.Name);
        foreach (var key in from.Entries.Keys.Union(to.Entries.Keys))
        {
            var (one, other, at) = (from[key], to[key], place.To(key));
            if (key == "Kids") CompareFieldLists(one, other, at);
            else if (key == "V" && isSignature) CompareSignature(one, other, isSigned, at, older.Name);
            else if (ValueKeys.Contains(key) && older.Type.Length > 0) _deep.Add(one, other, at, filling, older.Name);
            else if (key == "MK" && older.Type == "Btn") _deep.Add(one, other, at, filling, older.Name);
            else if (key == "F" && isSigned) _deep.Add(one, other, at, filling, older.Name);
            else if (key == "Ff" && IsLocking(one, other)) _log.Add(_signing, at, older.Name);
            else if (key == "StructParent" && one is null) _log.Add(filling, at, older.Name);
            else _deep.Add(one, other, at, PdfChangeKind.Other, older.Name);
        }
    }

    // What was signed stays; an empty field may be given a signature and nothing else.
    private void CompareSignature(PdfObject? from, PdfObject? to, bool isSigned, PdfPlace place, string field)
    {
        if (_older.Resolve(from) is not null || _newer.Resolve(to) is null) _deep.Add(from, to, place, PdfChangeKind.Other, field);
        else _log.Add(isSigned ? _signing : PdfChangeKind.Other, place, field);
    }

    private void CompareFieldLists(PdfObject? from, PdfObject? to, PdfPlace place)
    {
        Meet(from, to);
        var (older, newer) = (_older.Items(from), _newer.Items(to));
        var (one, other) = (Numbers(older), Numbers(newer));
        if (one.Except(other).Any() || older.Count != one.Count || newer.Count != other.Count) _log.Add(PdfChangeKind.Other, place);
        foreach (var number in other.Except(one))
            _log.Add(IsNewSignatureField(number) ? _signing : PdfChangeKind.Other, place.In(number), _newerFields.GetValueOrDefault(number)?.Name);
    }

    // New resources may come; those there stay as they were.
    private void CompareResources(PdfObject? from, PdfObject? to, PdfPlace place)
    {
        Meet(from, to);
        var (older, newer) = (_older.Dictionary(from), _newer.Dictionary(to));
        if (older is null || newer is null)
        {
            if (older is not null || newer is not null) _log.Add(older is null ? _signing : PdfChangeKind.Other, place);
            return;
        }
        foreach (var key in older.Entries.Keys.Union(newer.Entries.Keys))
        {
            if (_older.Resolve(older[key]) is not PdfObject.Dictionary one || _newer.Resolve(newer[key]) is not PdfObject.Dictionary other)
            {
                if (older[key] is null) _log.Add(_signing, place.To(key));
                else _deep.Add(older[key], newer[key], place.To(key), PdfChangeKind.Other);
                continue;
            }
            Meet(older[key], newer[key]);
            foreach (var name in one.Entries.Keys.Union(other.Entries.Keys))
            {
                if (one[name] is null && other[name] is not null) _log.Add(_signing, place.To(key).To(name));
                // Default resources serve the text of fields; old signing software registers each appearance there under one name.
                else _deep.Add(one[name], other[name], place.To(key).To(name), key == "XObject" ? _signing : PdfChangeKind.Other);
            }
        }
    }

    // Of the packets of an XFA form the data alone are what a person fills in.
    private void CompareXfa(PdfObject? from, PdfObject? to, PdfPlace place)
    {
        var (older, newer) = (_older.Items(from), _newer.Items(to));
        if (older.Count == 0 || older.Count != newer.Count)
        {
            _deep.Add(from, to, place, PdfChangeKind.Other);
            return;
        }
        Meet(from, to);
        for (var i = 0; i < older.Count; i++)
        {
            var isData = i % 2 == 1 && _older.Resolve(older[i - 1]) is PdfObject.String { Bytes: var name } && PdfField.Text(name) is "datasets" or "form";
            _deep.Add(older[i], newer[i], place.To(i), isData ? PdfChangeKind.FormFilling : PdfChangeKind.Other);
        }
    }

    private PdfChangeKind KindOfNew(int number)
    {
        if (_newer.Get(number) is not PdfObject.Dictionary annotation) return PdfChangeKind.Other;
        if (_newer.Name(annotation["Subtype"]) != "Widget") return IsComment(annotation) && annotation["A"] is null && annotation["AA"] is null ? PdfChangeKind.Annotation : PdfChangeKind.Other;
        if (IsNewSignatureField(number)) return _signing;
        // A widget below a new signature field, or a field without a widget that is given its first.
        return annotation["Parent"] is PdfObject.Reference parent && IsNewSignatureField(parent.Number) && annotation["A"] is null && annotation["AA"] is null ? _signing : PdfChangeKind.Other;
    }

    private bool IsNewSignatureField(int number) =>
        _newerFields.TryGetValue(number, out var field) && !_olderFields.ContainsKey(number) && field.Type == "Sig" && field.Name.Length > 0
        && field.Dictionary["A"] is null && field.Dictionary["AA"] is null
        && (_newer.Resolve(field.Dictionary["V"]) is null || IsSignature(field.Dictionary))
        && _newer.Items(field.Dictionary["Kids"]).All(k => k is PdfObject.Reference kid && _newerFields.TryGetValue(kid.Number, out var below) && below.Type == "Sig");

    private bool IsSignature(PdfObject.Dictionary field) =>
        _newer.Resolve(field["V"]) is PdfObject.Dictionary value && _newer.Resolve(value["Contents"]) is PdfObject.String && _newer.Items(value["ByteRange"]).Count >= 4;

    // A revision that adds document time-stamps alone extends signatures; it makes none.
    private PdfChangeKind SigningKind()
    {
        var made = _newerFields.Values.Where(f => f.Type == "Sig" && IsSignature(f.Dictionary) && (!_olderFields.TryGetValue(f.Number, out var before) || _older.Resolve(before.Dictionary["V"]) is null)).ToList();
        return made.Count > 0 && made.All(f => _newer.Dictionary(f.Dictionary["V"]) is { } value && _newer.Name(value["SubFilter"]) == "ETSI.RFC3161")
            ? PdfChangeKind.Validation : PdfChangeKind.Signing;
    }

    private bool IsLocking(PdfObject? from, PdfObject? to)
    {
        var (before, after) = (_older.Integer(from) ?? 0, _newer.Integer(to) ?? 0);
        return before != after && (before | ReadOnly) == after;
    }

    // What covers or steers is no comment.
    private static bool IsComment(PdfObject? annotation) =>
        annotation is PdfObject.Dictionary dictionary && dictionary.NameOf("Subtype") is not ("Widget" or "Screen" or "Movie" or "RichMedia" or "3D" or "PrinterMark" or "TrapNet" or null);

    private void Meet(params ReadOnlySpan<PdfObject?> values)
    {
        foreach (var value in values)
            if (value is PdfObject.Reference reference) _deep.Met.Add(reference.Number);
    }

    private static List<int> Numbers(IReadOnlyList<PdfObject> items) => [.. items.OfType<PdfObject.Reference>().Select(r => r.Number).Distinct()];

    private static Dictionary<int, PdfField> ByNumber(IReadOnlyList<PdfField> fields) => fields.Where(f => f.Number > 0).ToDictionary(f => f.Number);
}
