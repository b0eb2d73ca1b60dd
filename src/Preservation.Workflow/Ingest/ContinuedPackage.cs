using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Packages;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Ingest;

/// <summary>What one version of a preserved package holds, as far as a submission that continues it must know.</summary>
/// <param name="Version">The version.</param>
/// <param name="Inventory">SHA-512 of its OCFL inventory.</param>
/// <param name="Description">What the package says about itself.</param>
/// <param name="Submissions">What it was made of since it was new or last replaced.</param>
/// <param name="Reports">What the service added for those.</param>
internal sealed record ContinuedPackage(
    int Version, Digest Inventory, PackageDescription Description, ImmutableArray<EarlierSubmission> Submissions, SubmittedFiles Reports) : IDisposable
{
    private const string ReportsFolder = "metadata/other/signatures/";

    /// <summary>Where the AIP keeps a supplement as received: the first submission of a package has <c>submission/</c> itself.</summary>
    public static string FolderOf(Guid submission) => $"{AipRequest.SubmissionFolder}{submission}/";

    /// <summary>Reads a version from the catalogue, its files into temporary ones that are the caller's to close. The answer never changes: versions are history.</summary>
    public static async Task<ContinuedPackage> LoadAsync(CatalogueSession session, Guid package, int version, CancellationToken cancellationToken)
    {
        var versions = await session.Rows.PackageVersions.AsNoTracking().Where(v => v.PackageId == package && v.Version <= version).OrderBy(v => v.Version)
            .Join(session.Rows.Submissions, v => v.SubmissionId, s => s.Id, (v, s) => new { v.Version, v.InventorySha512, v.Description, Submission = s.Id, s.RecordStatus }).ToListAsync(cancellationToken);
        var head = versions.Single(v => v.Version == version);
        var description = JsonSerializer.Deserialize<PackageDescription>(
            head.Description ?? throw new InvalidOperationException($"the catalogue keeps no description of version {version} of {package}"), AuditJson.Options)!;
        var folders = versions.Skip(versions.FindLastIndex(v => v.RecordStatus != "SUPPLEMENT") + 1).Select(v => FolderOf(v.Submission)).ToList();
        var inventory = new Digest(DigestAlgorithm.Sha512, [.. head.InventorySha512]);
        var continued = new ContinuedPackage(version, inventory, description, [.. folders.Prepend(AipRequest.SubmissionFolder).Select(f => new EarlierSubmission(f, []))], []);
        try
        {
            await continued.ReadFilesAsync(session, package, cancellationToken);
            return continued;
        }
        catch
        {
            continued.Dispose();
            throw;
        }
    }

    // In byte order of their paths, so that each folder's come in order too. The reports are read last: what a submission brought under their names is its own.
    private async Task ReadFilesAsync(CatalogueSession session, Guid package, CancellationToken cancellationToken)
    {
        var found = await VerdictRows.FoundAsync(session, package, cancellationToken);
        await foreach (var file in FilesUnderAsync(session, package, AipRequest.SubmissionFolder, cancellationToken))
        {
            var submission = Submissions.Skip(1).FirstOrDefault(s => file.Path.StartsWith(s.Folder, StringComparison.Ordinal)) ?? Submissions[0];
            submission.Files.Add(found.Complete(file with { Path = file.Path[submission.Folder.Length..] }, submission.Folder));
        }
        await foreach (var file in FilesUnderAsync(session, package, ReportsFolder, cancellationToken))
            if (HeldAt(file.Path) is null) Reports.Add(file);
    }

    private async IAsyncEnumerable<SubmittedFile> FilesUnderAsync(CatalogueSession session, Guid package, string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var select = session.Command("""
            SELECT logical_path, bytes, sha256, sha512, puid, format, media_type FROM file
            WHERE package_id = $1 AND version_from <= $2 AND (version_until IS NULL OR version_until > $2) AND starts_with(logical_path, $3)
            ORDER BY logical_path COLLATE "C"
            """, package, Version, folder);
        await using var rows = await select.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            yield return new SubmittedFile(rows.GetString(0), rows.GetInt64(1), new Digest(DigestAlgorithm.Sha256, [.. rows.GetFieldValue<byte[]>(2)]), new Digest(DigestAlgorithm.Sha512, [.. rows.GetFieldValue<byte[]>(3)]))
            {
                Puid = Text(rows, 4), FormatName = Text(rows, 5), MimeType = Text(rows, 6), IsHeld = true,
            };
    }

    private static string? Text(NpgsqlDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);

    // The latest of what the submissions have at a path.
    private SubmittedFile? HeldAt(string path) => Submissions.Reverse().Select(s => s.Files.Find(path)).FirstOrDefault(f => f is not null);

    /// <summary>Why a supplement cannot be added to this version; empty when it can.</summary>
    public IEnumerable<Finding> Refuse(PackageDescription supplement, IEnumerable<(string Path, Digest Sha512)> files)
    {
        if (supplement.Kind != Description.Kind)
        {
            yield return new Finding(IngestRules.ContinuesOtherKind, "", PackageKinds.Name(Description.Kind), PackageKinds.Name(supplement.Kind));
            yield break;
        }
        foreach (var (path, _) in files.Where(f => IsContent(supplement.Kind, f.Path) && HeldAt(f.Path) is { } held && held.Sha512 != f.Sha512))
            yield return new Finding(IngestRules.SupplementChanges, path);
        foreach (var (before, now) in Supplement.Repeated(Description, supplement))
            if (!before.FilePaths.Concat(before.AttachmentPaths).ToHashSet(StringComparer.Ordinal).SetEquals(now.FilePaths.Concat(now.AttachmentPaths)))
                yield return new Finding(IngestRules.SupplementChanges, now.DescriptorPath, Found: now.Code);
    }

    // Metadata may be corrected by a supplement; what was handed over as content may not.
    private static bool IsContent(PackageKind kind, string path) =>
        AipPlanner.PathInAip(kind, path)?.Split('/') is ["representations", _, not "metadata", ..] parts && parts[^1] != "METS.xml";

    public void Dispose()
    {
        foreach (var submission in Submissions) submission.Files.Dispose();
        Reports.Dispose();
    }
}
