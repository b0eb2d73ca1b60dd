using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Packages;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;

namespace Preservation.Workflow.Ingest;

/// <summary>What one version of a preserved package holds, as far as a submission that continues it must know.</summary>
/// <param name="Version">The version.</param>
/// <param name="Inventory">SHA-512 of its OCFL inventory.</param>
/// <param name="Description">What the package says about itself.</param>
/// <param name="Submissions">What it was made of since it was new or last replaced.</param>
/// <param name="Reports">What the service added for those.</param>
internal sealed record ContinuedPackage(
    int Version, Digest Inventory, PackageDescription Description, ImmutableArray<EarlierSubmission> Submissions, ImmutableArray<SubmittedFile> Reports)
{
    private const string ReportsFolder = "metadata/other/signatures/";

    /// <summary>Where the AIP keeps a supplement as received: the first submission of a package has <c>submission/</c> itself.</summary>
    public static string FolderOf(Guid submission) => $"{AipRequest.SubmissionFolder}{submission}/";

    /// <summary>Reads a version from the catalogue. The answer never changes: versions are history.</summary>
    public static async Task<ContinuedPackage> LoadAsync(CatalogueSession session, Guid package, int version, CancellationToken cancellationToken)
    {
        var versions = await session.Rows.PackageVersions.AsNoTracking().Where(v => v.PackageId == package && v.Version <= version).OrderBy(v => v.Version)
            .Join(session.Rows.Submissions, v => v.SubmissionId, s => s.Id, (v, s) => new { v.Version, v.InventorySha512, v.Description, Submission = s.Id, s.RecordStatus }).ToListAsync(cancellationToken);
        var head = versions.Single(v => v.Version == version);
        var description = JsonSerializer.Deserialize<PackageDescription>(
            head.Description ?? throw new InvalidOperationException($"the catalogue keeps no description of version {version} of {package}"), AuditJson.Options)!;
        var folders = versions.Skip(versions.FindLastIndex(v => v.RecordStatus != "SUPPLEMENT") + 1).Select(v => FolderOf(v.Submission)).ToList();
        var files = await session.Rows.Files.AsNoTracking()
            .Where(f => f.PackageId == package && f.VersionFrom <= version && (f.VersionUntil == null || f.VersionUntil > version)
                && (f.LogicalPath.StartsWith(AipRequest.SubmissionFolder) || f.LogicalPath.StartsWith(ReportsFolder)))
            .OrderBy(f => f.LogicalPath).ToListAsync(cancellationToken);
        var submitted = files.Where(f => f.LogicalPath.StartsWith(AipRequest.SubmissionFolder, StringComparison.Ordinal))
            .ToLookup(f => folders.Find(folder => f.LogicalPath.StartsWith(folder, StringComparison.Ordinal)) ?? AipRequest.SubmissionFolder);
        var earlier = folders.Prepend(AipRequest.SubmissionFolder)
            .Select(folder => new EarlierSubmission(folder, [.. submitted[folder].Select(f => Held(f, f.LogicalPath[folder.Length..]))])).ToImmutableArray();
        var current = earlier.SelectMany(e => e.Files).Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        return new ContinuedPackage(version, new Digest(DigestAlgorithm.Sha512, [.. head.InventorySha512]), description, earlier,
            [.. files.Where(f => f.LogicalPath.StartsWith(ReportsFolder, StringComparison.Ordinal) && !current.Contains(f.LogicalPath)).Select(f => Held(f, f.LogicalPath))]);
    }

    /// <summary>Why a supplement cannot be added to this version; empty when it can.</summary>
    public IEnumerable<Finding> Refuse(PackageDescription supplement, IReadOnlyCollection<FileFacts> files)
    {
        if (supplement.Kind != Description.Kind)
        {
            yield return new Finding(IngestRules.ContinuesOtherKind, "", PackageKinds.Name(Description.Kind), PackageKinds.Name(supplement.Kind));
            yield break;
        }
        var held = new Dictionary<string, Digest>(StringComparer.Ordinal);
        foreach (var file in Submissions.SelectMany(s => s.Files)) held[file.Path] = file.Sha512;
        foreach (var file in files.Where(f => IsContent(supplement.Kind, f.Path) && held.TryGetValue(f.Path, out var digest) && digest != f.Sha512Digest))
            yield return new Finding(IngestRules.SupplementChanges, file.Path);
        foreach (var (before, now) in Supplement.Repeated(Description, supplement))
            if (!before.FilePaths.Concat(before.AttachmentPaths).ToHashSet(StringComparer.Ordinal).SetEquals(now.FilePaths.Concat(now.AttachmentPaths)))
                yield return new Finding(IngestRules.SupplementChanges, now.DescriptorPath, Found: now.Code);
    }

    // Metadata may be corrected by a supplement; what was handed over as content may not.
    private static bool IsContent(PackageKind kind, string path) =>
        AipPlanner.PathInAip(kind, path)?.Split('/') is ["representations", _, not "metadata", ..] parts && parts[^1] != "METS.xml";

    private static SubmittedFile Held(StoredFile file, string path) =>
        new(path, file.Bytes, new Digest(DigestAlgorithm.Sha256, [.. file.Sha256]), new Digest(DigestAlgorithm.Sha512, [.. file.Sha512]))
        {
            Puid = file.Puid, FormatName = file.Format, MimeType = file.MediaType, IsHeld = true,
        };
}
