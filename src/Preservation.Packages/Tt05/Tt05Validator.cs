using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Tt05;

/// <summary>
/// Checks a package against Circular 05/2025: annex text plus the tolerances that its own samples need. Gathers everything, never
/// stops at the first; what only the receiver can know (VN-C13 to VN-C17) is the ingest's to check from the description.
/// </summary>
public static class Tt05Validator
{
    /// <summary>Reads and digests every file of the package once.</summary>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the package.</exception>
    public static async Task<PackageReport> CheckAsync(
        IFileTree tree, Tt05CheckOptions options, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(limits);
        var files = await PackageFiles.ListAsync(tree, limits, cancellationToken).ConfigureAwait(false);
        return await CheckAsync(files, options, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<PackageReport> CheckAsync(PackageFiles files, Tt05CheckOptions options, CancellationToken cancellationToken)
    {
        var package = await Tt05Package.ReadAsync(files, cancellationToken).ConfigureAwait(false);
        var links = package.Rep is null ? null : new Tt05Links(package.Rep, files.Has);
        var findings = files.Findings;
        findings.AddRange(Tt05StructureCheck.Check(package, files));
        if (package.Root is { } root) findings.AddRange(Tt05MetsCheck.Check(root, MetsNames.FileName, isRep: false, package));
        if (package.Rep is { } rep) findings.AddRange(Tt05MetsCheck.Check(rep, Tt05Layout.RepMets, isRep: true, package));
        var edition = options.Editions.Of(package.Root);
        CheckFields(package, files, edition);
        var extension = await Tt05Extension.ReadAsync(files, edition, cancellationToken).ConfigureAwait(false);
        if (package.Dossier is { } dossier)
            findings.AddRange(Tt05CrossCheck.Check(new Tt05CrossInput(Tt05Layout.Ead, dossier, package.Documents, package.Form, !package.IsAip && package.Root?.Header?.RecordStatus == "SUPPLEMENT", options)));
        var fileCheck = new Tt05FileCheck(package, files, links);
        fileCheck.CheckLinks();
        await fileCheck.CheckDigestsAsync(cancellationToken).ConfigureAwait(false);
        return new PackageReport(
            PackageKind.Tt05, "05/2025", findings.ToSorted(), files.Index.Files, files.Index.TotalBytes, Tt05Describer.Describe(package, links, files.Has) with { AgencyCode = extension?.AgencyCode });
    }

    private static void CheckFields(Tt05Package package, PackageFiles files, Tt05Edition edition)
    {
        if (package.Dossier is { } dossier)
            files.Findings.AddRange(Tt05FieldCheck.Check(dossier, edition.OfPackage(package.Form), Tt05Layout.Ead));
        foreach (var document in package.Documents)
            files.Findings.AddRange(Tt05FieldCheck.Check(document.Descriptor, edition.OfDocument(document.Kind, package.Form), document.Path));
    }
}
