using System.Collections.Immutable;
using Preservation.Packages.Description;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Dip;

/// <summary>What of an archival package is given: documents, and the files below <c>representations/</c> with their own metadata.</summary>
internal sealed record DipSelection(bool IsWhole, ImmutableArray<DocumentDescription> Documents, ImmutableArray<string> Paths)
{
    private const string Representations = "representations/";

    /// <summary>The selection a request asks for; what it asks in vain, and what cannot be given, are findings in the source's list.</summary>
    public static DipSelection Of(DipSource source, IReadOnlyCollection<string> wanted)
    {
        var isWhole = wanted.Count == 0;
        var documents = isWhole ? source.Description.Documents : [.. Described(source, wanted)];
        var chosen = isWhole ? null : documents.SelectMany(d => d.FilePaths.Concat(d.AttachmentPaths).Append(d.DescriptorPath)).ToHashSet(StringComparer.Ordinal);
        if (!isWhole && !source.IsTt05) chosen!.UnionWith(Chosen(source, wanted));
        bool IsChosen(string path) => IsGiven(path) && (chosen is null || chosen.Contains(path));
        foreach (var path in source.Missing.Where(IsChosen).Distinct(StringComparer.Ordinal)) source.Files.Findings.Add(DipRules.Content, path, "METS", "–");
        var paths = new List<string>();
        foreach (var path in source.Files.Under(Representations).Where(IsChosen))
            if (source.Declares(path)) paths.Add(path);
            else source.Files.Findings.Add(DipRules.Undeclared, path);
        foreach (var holey in documents.SelectMany(d => d.FetchReferences)) source.Files.Findings.Add(DipRules.Holey, holey.Scheme);
        return new DipSelection(isWhole, documents, [.. paths]);
    }

    // In the order of the dossier, whatever the order of the request.
    private static IEnumerable<DocumentDescription> Described(DipSource source, IReadOnlyCollection<string> wanted)
    {
        if (!source.IsTt05) return [];
        var known = source.Description.Documents.SelectMany(d => new[] { d.Id, d.Code }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var id in wanted.Where(w => !known.Contains(w))) source.Files.Findings.Add(DipRules.Selection, "", "docId, docCode", id);
        return source.Description.Documents.Where(d => wanted.Contains(d.Id) || (d.Code is { } code && wanted.Contains(code)));
    }

    private static IEnumerable<string> Chosen(DipSource source, IReadOnlyCollection<string> wanted)
    {
        foreach (var asked in wanted)
        {
            var folder = asked.TrimEnd('/') + "/";
            var found = !asked.StartsWith(Representations, StringComparison.Ordinal) ? []
                : source.Files.Has(asked) ? [asked] : source.Files.Under(folder).Concat(source.Missing.Where(m => m.StartsWith(folder, StringComparison.Ordinal))).ToList();
            if (!found.Exists(IsGiven)) source.Files.Findings.Add(DipRules.Selection, "", Representations + "…", asked);
            foreach (var path in found) yield return path;
        }
    }

    // A DIP has METS documents and a provenance of its own.
    private static bool IsGiven(string path) =>
        path.StartsWith(Representations, StringComparison.Ordinal) && path.Split('/') is [_, _, not MetsNames.FileName, ..] parts
        && !(parts is [_, _, "metadata", "preservation", ..]) && !(parts.Length == 3 && Eark.EarkDocument.IsPartName(parts[2]));
}
