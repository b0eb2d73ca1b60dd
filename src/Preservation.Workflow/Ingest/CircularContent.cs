using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Packages.Description;
using Preservation.Packages.Tt05;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// The rules of Circular 05/2025 on what documents consist of, which need their bytes examined: formats (VN-C15) and signatures (VN-C16). What is not
/// looked at (the text layer of scans, whether a claim to be PDF/A is true) is said.
/// </summary>
internal static class CircularContent
{
    private const string BornDigital = "01";
    private const string Digitised = "02";

    public static IEnumerable<Finding> Judge(PackageDescription package, Func<string, FileFacts?> factsOf, IReadOnlySet<string> signedByOrganisations, Tt05Edition edition)
    {
        var digitised = 0;
        foreach (var document in package.Documents)
        {
            var level = Field(document, "confidenceLevel") ?? package.Field("confidenceLevel");
            var isFetched = document.FetchReferences.Select(f => f.Scheme).ToHashSet(StringComparer.Ordinal);
            var own = document.FilePaths.Where(p => !isFetched.Contains(p)).Select(factsOf).OfType<FileFacts>().ToList();
            var isScan = document.Kind == "doc" && level == Digitised;
            if (isScan && own.Count > 0) digitised++;
            foreach (var file in own)
                if (Format(file, isScan, edition) is { } finding) yield return finding;
            if (document.Kind == "doc" && level == BornDigital && own.Count > 0 && !document.FilePaths.Concat(document.AttachmentPaths).Any(signedByOrganisations.Contains))
                yield return new Finding(IngestRules.NoOrganisationSignature, document.DescriptorPath, Found: Field(document, "description") is null ? "–" : "+");
        }
        if (digitised > 0) yield return new Finding(IngestRules.TextLayerUnchecked, "", Found: digitised.ToString(CultureInfo.InvariantCulture));
    }

    // What could not be identified has its own finding.
    private static Finding? Format(FileFacts file, bool isScan, Tt05Edition edition)
    {
        if (file.Puid is null) return null;
        var name = edition.Formats.GetValueOrDefault(file.Puid);
        if (isScan && name?.StartsWith("PDF/A", StringComparison.Ordinal) != true) return new Finding(IngestRules.NoPdfAClaim, file.Path, Found: file.Puid);
        return name is null ? new Finding(IngestRules.FormatNotListed, file.Path, Found: $"{file.Puid} {file.Format}".Trim()) : null;
    }

    private static string? Field(DocumentDescription document, string name) =>
        document.Fields.Where(f => f.Key == name && !string.IsNullOrWhiteSpace(f.Value)).Select(f => f.Value).FirstOrDefault();
}
