using System.Collections.Immutable;
using Preservation.Packages.Description;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Dip;

/// <summary>What of an archival package is given: documents, and the files below <c>representations/</c> with their own metadata.</summary>
internal sealed class DipSelection
{
    private const string Representations = "representations/";
    private readonly DipSource _source;
    private readonly Func<string, bool> _isAsked;

    private DipSelection(DipSource source, bool isWhole, ImmutableArray<DocumentDescription> documents, Func<string, bool> isAsked) =>
        (_source, IsWhole, Documents, _isAsked) = (source, isWhole, documents, isAsked);

    public bool IsWhole { get; }

    public ImmutableArray<DocumentDescription> Documents { get; }

    /// <summary>Paths of the files, in byte order.</summary>
    public IEnumerable<string> Paths => Under(Representations);

    /// <summary>The same, in one folder.</summary>
    public IEnumerable<string> Under(string folder) => _source.Files.Under(folder).Where(p => IsChosen(p) && _source.Declares(p));

    /// <summary>The selection a request asks for; what it asks in vain, and what cannot be given, are findings in the source's list.</summary>
    public static DipSelection Of(DipSource source, IReadOnlyCollection<string> wanted)
    {
        var isWhole = wanted.Count == 0;
        var documents = isWhole ? source.Description.Documents : [.. Described(source, wanted)];
        var selection = new DipSelection(source, isWhole, documents, isWhole ? _ => true : source.IsTt05 ? OfDocuments(documents) : path => wanted.Any(asked => IsAsked(asked, path)));
        if (!isWhole && !source.IsTt05) ReportVain(source, wanted);
        foreach (var path in source.Missing.Where(selection.IsChosen)) source.Files.Findings.Add(DipRules.Content, path, "METS", "–");
        foreach (var path in source.Files.Under(Representations).Where(p => selection.IsChosen(p) && !source.Declares(p))) source.Files.Findings.Add(DipRules.Undeclared, path);
        foreach (var holey in documents.SelectMany(d => d.FetchReferences)) source.Files.Findings.Add(DipRules.Holey, holey.Scheme);
        return selection;
    }

    private bool IsChosen(string path) => IsGiven(path) && _isAsked(path);

    private static Func<string, bool> OfDocuments(ImmutableArray<DocumentDescription> documents) =>
        documents.SelectMany(d => d.FilePaths.Concat(d.AttachmentPaths).Append(d.DescriptorPath)).ToHashSet(StringComparer.Ordinal).Contains;

    // In the order of the dossier, whatever the order of the request.
    private static IEnumerable<DocumentDescription> Described(DipSource source, IReadOnlyCollection<string> wanted)
    {
        if (!source.IsTt05) return [];
        var known = source.Description.Documents.SelectMany(d => new[] { d.Id, d.Code }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var id in wanted.Where(w => !known.Contains(w))) source.Files.Findings.Add(DipRules.Selection, "", "docId, docCode", id);
        return source.Description.Documents.Where(d => wanted.Contains(d.Id) || (d.Code is { } code && wanted.Contains(code)));
    }

    // A file, or everything in a folder.
    private static bool IsAsked(string asked, string path) =>
        path == asked || (path.StartsWith(asked.TrimEnd('/'), StringComparison.Ordinal) && path.AsSpan(asked.TrimEnd('/').Length).StartsWith("/"));

    private static void ReportVain(DipSource source, IReadOnlyCollection<string> wanted)
    {
        foreach (var asked in wanted)
        {
            var found = source.Files.Has(asked) ? [asked] : source.Files.Under(asked.TrimEnd('/') + "/").Concat(source.Missing.Where(m => IsAsked(asked, m)));
            if (!asked.StartsWith(Representations, StringComparison.Ordinal) || !found.Any(IsGiven)) source.Files.Findings.Add(DipRules.Selection, "", Representations + "…", asked);
        }
    }

    // A DIP has METS documents and a provenance of its own.
    private static bool IsGiven(string path) =>
        path.StartsWith(Representations, StringComparison.Ordinal) && path.Split('/') is [_, _, not MetsNames.FileName, ..] parts
        && !(parts is [_, _, "metadata", "preservation", ..]) && !(parts.Length == 3 && Eark.EarkDocument.IsPartName(parts[2]));
}
