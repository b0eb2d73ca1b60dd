using Preservation.Packages.Tt05.Lists;

namespace Preservation.Packages.Tt05.Tt02;

/// <summary>Finds the file of a document: the one it names, beside its XML or from the delivery's root, or the one named after its code or ordinal.</summary>
internal static class Tt02Files
{
    public static void Take(ListRecord record, string xml, SortedSet<string> files)
    {
        var folder = xml.Contains('/', StringComparison.Ordinal) ? xml[..(xml.LastIndexOf('/') + 1)] : "";
        if (record["document.path"] is { } named)
        {
            var path = folder + named.Replace('\\', '/');
            if (files.Contains(path)) record.Values["document.path"] = path;
            return;
        }
        var near = files.Where(f => f.StartsWith(folder, StringComparison.Ordinal) && !f.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)).ToList();
        foreach (var stem in Stems(record))
        {
            var found = near.FindAll(f => Path.GetFileNameWithoutExtension(f).Equals(stem, StringComparison.OrdinalIgnoreCase));
            if (found.Count != 1) continue;
            record.Values["document.path"] = found[0];
            record.Find("VN-TT02-FILE", "document.path");
            return;
        }
    }

    private static IEnumerable<string> Stems(ListRecord record)
    {
        if (record["document.oldCode"] is { } code) yield return code;
        var ordinal = record["document.docOrdinal"] ?? "";
        foreach (var width in (int[])[1, 2, 3, 4, 7]) yield return $"{record["file.fileCode"]}.{ordinal.PadLeft(width, '0')}";
        foreach (var width in (int[])[1, 2, 3, 4, 7]) yield return ordinal.PadLeft(width, '0');
    }
}
