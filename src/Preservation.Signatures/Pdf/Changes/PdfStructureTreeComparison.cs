using Preservation.Signatures.Pdf.Structure;

namespace Preservation.Signatures.Pdf.Changes;

/// <summary>
/// Compares structure trees (ISO 32000-2 §14.7). Software that adds a signature field to a tagged document adds an element for it, with the
/// field and no content of a page; everything that was there stays.
/// </summary>
internal sealed class PdfStructureTreeComparison(PdfView older, PdfView newer, PdfDeepComparison deep, PdfChangeLog log)
{
    private const int MaxDepth = 64;

    public void Compare(PdfObject? from, PdfObject? to, PdfPlace place)
    {
        Meet(from, to);
        if (older.Resolve(from) is not PdfObject.Dictionary one || newer.Resolve(to) is not PdfObject.Dictionary other)
        {
            deep.Add(from, to, place, PdfChangeKind.Other);
            return;
        }
        if (to is PdfObject.Reference reference)
        {
            place = place.In(reference.Number);
            if (from is PdfObject.Reference same && same.Number == reference.Number) deep.Stops.Add(reference.Number);
        }
        var open = new Stack<(PdfObject Older, PdfObject Newer, PdfPlace Place)>();
        foreach (var key in one.Entries.Keys.Union(other.Entries.Keys))
        {
            if (key == "K") CompareKids(one[key], other[key], place.To(key), open);
            else if (key == "ParentTree") CompareParentTrees(one[key], other[key], place.To(key));
            // A role of the standard's own elements need not be said, so that a first map changes none of those there.
            else if (key == "RoleMap" && one[key] is null) log.Add(PdfChangeKind.Signing, place.To(key));
            else if (key == "ParentTreeNextKey") deep.Add(one[key], other[key], place.To(key), PdfChangeKind.Signing);
            else deep.Add(one[key], other[key], place.To(key), PdfChangeKind.Other);
        }
        var seen = new HashSet<int>();
        while (open.TryPop(out var next)) CompareElement(next.Older, next.Newer, next.Place, open, seen);
    }

    private void CompareElement(PdfObject from, PdfObject to, PdfPlace place, Stack<(PdfObject, PdfObject, PdfPlace)> open, HashSet<int> seen)
    {
        log.Count();
        if (from is PdfObject.Reference one && to is PdfObject.Reference other && one.Number == other.Number)
        {
            if (!seen.Add(one.Number)) return;
            deep.Met.Add(one.Number);
            place = place.In(one.Number);
            if (older.Resolve(one) is PdfObject.Dictionary) deep.Stops.Add(one.Number);
        }
        if (older.Resolve(from) is not PdfObject.Dictionary element || newer.Resolve(to) is not PdfObject.Dictionary later)
        {
            deep.Add(from, to, place, PdfChangeKind.Other);
            return;
        }
        foreach (var key in element.Entries.Keys.Union(later.Entries.Keys))
        {
            if (key == "K") CompareKids(element[key], later[key], place.To(key), open);
            else deep.Add(element[key], later[key], place.To(key), PdfChangeKind.Other);
        }
    }

    // The old kids in their order, and new ones anywhere between them.
    private void CompareKids(PdfObject? from, PdfObject? to, PdfPlace place, Stack<(PdfObject, PdfObject, PdfPlace)> open)
    {
        Meet(from is PdfObject.Reference && older.Resolve(from) is PdfObject.Array ? from : null, to is PdfObject.Reference && newer.Resolve(to) is PdfObject.Array ? to : null);
        var (before, after) = (Kids(older, from), Kids(newer, to));
        var next = 0;
        foreach (var kid in after)
        {
            if (next < before.Count && PdfDeepComparison.IsSame(before[next], kid))
            {
                if (kid is PdfObject.Reference or PdfObject.Dictionary) open.Push((before[next], kid, place));
                next++;
            }
            else log.Add(HoldsFieldsAlone(kid, 0) ? PdfChangeKind.Signing : PdfChangeKind.Other, kid is PdfObject.Reference added ? place.In(added.Number) : place);
        }
        if (next < before.Count) log.Add(PdfChangeKind.Other, place);
    }

    private bool HoldsFieldsAlone(PdfObject kid, int depth)
    {
        log.Count();
        if (depth > MaxDepth || newer.Resolve(kid) is not PdfObject.Dictionary element) return false;
        if (newer.Name(element["Type"]) == "OBJR") return true;
        if (newer.Name(element["Type"]) == "MCR" || element["S"] is null || element["ActualText"] is not null) return false;
        return Kids(newer, element["K"]).All(k => HoldsFieldsAlone(k, depth + 1));
    }

    private void CompareParentTrees(PdfObject? from, PdfObject? to, PdfPlace place)
    {
        var (before, after) = (Numbers(older, from), Numbers(newer, to));
        foreach (var (number, value) in before)
        {
            if (after.TryGetValue(number, out var later)) deep.Add(value, later, place.To((int)Math.Clamp(number, 0, int.MaxValue)), PdfChangeKind.Other);
            else log.Add(PdfChangeKind.Other, place);
        }
        if (after.Keys.Any(n => !before.ContainsKey(n))) log.Add(PdfChangeKind.Signing, place);
    }

    // A number tree (§7.9.7) as the map it is, whatever its shape.
    private Dictionary<long, PdfObject> Numbers(PdfView view, PdfObject? root)
    {
        var map = new Dictionary<long, PdfObject>();
        var open = new Stack<PdfObject?>([root]);
        var seen = new HashSet<int>();
        while (open.TryPop(out var node))
        {
            log.Count();
            if (node is PdfObject.Reference reference)
            {
                if (!seen.Add(reference.Number)) continue;
                deep.Met.Add(reference.Number);
            }
            if (view.Resolve(node) is not PdfObject.Dictionary dictionary) continue;
            foreach (var kid in view.Items(dictionary["Kids"])) open.Push(kid);
            var pairs = view.Items(dictionary["Nums"]);
            for (var i = 0; i + 1 < pairs.Count; i += 2)
                if (view.Integer(pairs[i]) is { } number) map.TryAdd(number, pairs[i + 1]);
        }
        return map;
    }

    private static IReadOnlyList<PdfObject> Kids(PdfView view, PdfObject? value) => value switch
    {
        null => [],
        PdfObject.Array array => array.Items,
        PdfObject.Reference when view.Resolve(value) is PdfObject.Array array => array.Items,
        _ => [value],
    };

    private void Meet(params ReadOnlySpan<PdfObject?> values)
    {
        foreach (var value in values)
            if (value is PdfObject.Reference reference) deep.Met.Add(reference.Number);
    }
}
