using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Packages.BagIt;
using Preservation.Packages.Eark;
using Preservation.Packages.Tt05;

namespace Preservation.Packages;

/// <summary>One entry for the check of a package of any kind.</summary>
public static class PackageCheck
{
    /// <summary>
    /// Checks the package as what it is, or as what the caller says. Every file that something is promised of is read once, whatever the
    /// number of promises.
    /// </summary>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the package.</exception>
    public static Task<PackageReport> CheckAsync(IFileTree tree, PackageKind? kind, Limits limits, CancellationToken cancellationToken) =>
        CheckAsync(tree, kind, Tt05CheckOptions.Default, limits, cancellationToken);

    /// <summary>The same, with what the receiver knows for Circular 05 packages.</summary>
    /// <exception cref="IOException">The surroundings failed. This says nothing about the package.</exception>
    public static Task<PackageReport> CheckAsync(IFileTree tree, PackageKind? kind, Tt05CheckOptions tt05, Limits limits, CancellationToken cancellationToken) =>
        CheckAsync(tree, kind, tt05, schemas: null, limits, cancellationToken);

    /// <summary>The same, with the official schemas of METS and PREMIS: E-ARK packages are held against them too, which reads these documents twice.</summary>
    /// <exception cref="IOException">The surroundings failed, or the schemas cannot be used. This says nothing about the package.</exception>
    public static async Task<PackageReport> CheckAsync(
        IFileTree tree, PackageKind? kind, Tt05CheckOptions tt05, OfficialSchemas? schemas, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(limits);
        var files = await PackageFiles.ListAsync(tree, limits, cancellationToken).ConfigureAwait(false);
        switch (kind ?? await PackageKinds.DetectAsync(files, cancellationToken).ConfigureAwait(false))
        {
            case PackageKind.Tt05: return await Tt05Validator.CheckAsync(files, tt05, cancellationToken).ConfigureAwait(false);
            case PackageKind.Eark: return await EarkValidator.CheckAsync(files, schemas, cancellationToken).ConfigureAwait(false);
            case PackageKind.BagIt: return await BagItValidator.CheckAsync(files, cancellationToken).ConfigureAwait(false);
            default:
                files.Findings.Add(PackageRules.UnknownKind, "");
                return new PackageReport(null, null, files.Findings.ToSorted(), files.Index.Files, files.Index.TotalBytes, null);
        }
    }
}
