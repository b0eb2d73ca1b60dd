using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Packages;
using Preservation.Packages.Aip;
using Preservation.Packages.Premis;

namespace Preservation.Workflow.Verdicts;

/// <summary>Makes the catalogue's rows of verdicts.</summary>
internal static class VerdictRows
{
    /// <summary>What a verdict is on.</summary>
    /// <param name="Package">The package.</param>
    /// <param name="Path">The file by its path in the AIP.</param>
    /// <param name="SignedPath">What is signed, by its path in the AIP.</param>
    /// <param name="ShownPath">Where the AIP shows what is signed.</param>
    /// <param name="FileSha512">The file's SHA-512.</param>
    public sealed record Place(Guid Package, string Path, string SignedPath, string? ShownPath, byte[] FileSha512);

    /// <summary>Adds the verdicts of an ingest. They supersede what a submission that is replaced brought under the same paths.</summary>
    public static async Task AddIngestedAsync(
        CatalogueSession session, Guid package, PackageKind kind, string folder, SubmittedFiles files, ImmutableArray<PlannedVerdict> verdicts, CancellationToken cancellationToken)
    {
        var paths = verdicts.Select(v => folder + v.Summary.File).ToArray();
        await using (var replaced = session.Command("UPDATE signature_verdict SET is_newest = false WHERE package_id = $1 AND path = ANY ($2) AND is_newest AND making_id IS NULL", package, paths))
            await replaced.ExecuteNonQueryAsync(cancellationToken);
        foreach (var verdict in verdicts)
        {
            var summary = verdict.Summary;
            var file = files.Find(summary.File) ?? throw new InvalidOperationException($"{summary.File} was examined and is not submitted");
            var id = Guid.CreateVersion7(session.Now);
            var place = new Place(package, folder + summary.File, folder + verdict.SignedPath, AipPlanner.PathInAip(kind, verdict.SignedPath), [.. file.Sha512.Bytes]);
            // Material may have come since the checks, while the submission waited for a person: it is looked for from the verdict on.
            session.Rows.SignatureVerdicts.Add(Of(session, id, summary, place, VerdictReason.Ingest) with
            {
                Report = $"{VerdictFiles.Folder}{summary.File}.json", ReportSha512 = Convert.FromHexString(summary.ReportSha512), KeptWith = id, LookedAt = summary.Basis.At.ToUniversalTime(),
                Found = verdict.Found.IsEmpty ? null : JsonSerializer.Serialize(verdict.Found, AuditJson.Options),
            });
        }
        await session.FlushAsync(cancellationToken);
    }

    /// <summary>What the ingests of a package found of signatures, for the versions that go on showing those files.</summary>
    public static async Task<FoundSignatures> FoundAsync(CatalogueSession session, Guid package, CancellationToken cancellationToken)
    {
        var rows = await session.Rows.SignatureVerdicts.AsNoTracking().Where(v => v.PackageId == package && v.Reason == VerdictReason.Ingest && v.Found != null)
            .OrderBy(v => v.RecordedAt).Select(v => new { v.Path, v.SignedPath, v.FileSha512, v.Found }).ToListAsync(cancellationToken);
        return new FoundSignatures([.. rows.Select(r => (r.Path, r.SignedPath, new Digest(DigestAlgorithm.Sha512, [.. r.FileSha512]), JsonSerializer.Deserialize<ImmutableArray<PremisSignature>>(r.Found!, AuditJson.Options)))]);
    }

    public static SignatureVerdict Of(CatalogueSession session, Guid id, VerdictSummary summary, Place place, VerdictReason reason) => new()
    {
        Id = id, PackageId = place.Package, Path = place.Path, SignedPath = place.SignedPath, ShownPath = place.ShownPath, FileSha512 = place.FileSha512, Reason = reason, MadeAt = summary.Basis.At.ToUniversalTime(), RecordedAt = session.Now,
        Engine = summary.Basis.Engine, Rules = summary.Rules, Basis = JsonSerializer.Serialize(summary.Basis, AuditJson.Options), Outcome = summary.Outcome,
        Signatures = JsonSerializer.Serialize(summary.Signatures, AuditJson.Options), Conclusion = JsonSerializer.Serialize(summary.Conclusion, AuditJson.Options), Lacking = [.. summary.Lacking],
        KeptWith = id, IsNewest = true, LookedAt = session.Now, LookedRules = summary.Rules,
    };
}
