using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Signatures.Pdf.Changes;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Pdf;

/// <summary>Judges what came after a signature by what it and those before it allow.</summary>
internal static class PdfLaterRevisions
{
    private const int MaxNamed = 20;

    /// <param name="placement">Where the signature stands.</param>
    /// <param name="transforms">What it and the signatures before it allow.</param>
    /// <param name="layout">The document.</param>
    /// <param name="file">Path for findings.</param>
    public static (LaterChanges Changes, ImmutableArray<Finding> Findings) Judge(PdfPlacement placement, PdfTransforms transforms, PdfLayout layout, string file)
    {
        if (placement.Revision is not { } revision || layout.Document.IsRepaired || layout.Document.IsLocked)
            return (placement.Coverage == Coverage.Full ? LaterChanges.None : LaterChanges.Unknown, []);
        var (changes, unjudged) = layout.ChangesAfter(revision);
        var refused = changes.Where(c => !transforms.Allows(c)).ToList();
        if (layout.Scan.LastObject >= layout.Document.Revisions[^1].End) refused.Add(new PdfChange(PdfChangeKind.Other, "behind the last revision", 0));
        if (refused.Count > 0)
            return (LaterChanges.Suspicious, [new Finding(SignatureRules.PdfChangesSuspicious, file, transforms.Permission is { } p ? string.Create(CultureInfo.InvariantCulture, $"DocMDP {p}") : null, List(refused))]);
        if (unjudged is not null) return (LaterChanges.Unknown, [new Finding(SignatureRules.PdfChangesNotJudged, file, null, unjudged)]);
        if (revision == layout.Document.Revisions.Count - 1) return (LaterChanges.None, []);
        var kinds = changes.GroupBy(c => c.Kind).OrderBy(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{Word(g.Key)}: {g.Count()}"));
        return (LaterChanges.Allowed, [new Finding(SignatureRules.PdfChangesAllowed, file, null, string.Join(", ", kinds))]);
    }

    // Object and place; field names are content and are not quoted.
    private static string List(IReadOnlyList<PdfChange> changes)
    {
        var named = changes.OrderByDescending(c => c.Kind).Select(c => string.Create(CultureInfo.InvariantCulture, $"{Word(c.Kind)} {c.ObjectNumber} {c.Path}")).Distinct().ToList();
        var text = string.Join("; ", named.Take(MaxNamed));
        return named.Count <= MaxNamed ? text : text + string.Create(CultureInfo.InvariantCulture, $"; +{named.Count - MaxNamed}");
    }

    private static string Word(PdfChangeKind kind) => kind switch
    {
        PdfChangeKind.Metadata => "metadata",
        PdfChangeKind.Validation => "validation material",
        PdfChangeKind.Signing => "signature",
        PdfChangeKind.FormFilling => "form",
        PdfChangeKind.Annotation => "annotation",
        _ => "object",
    };
}
