using System.Text.Json;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Ocfl.Versions;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;

namespace Preservation.Workflow.Ingest;

/// <summary>Enters a new package into the catalogue: set-based, so that a package of many files costs few round trips.</summary>
internal sealed class PackageRows(CatalogueSession session, Submission submission, IngestPlan plan, AipPlan aip)
{
    private static readonly Dictionary<string, int> RetentionYears = new() { ["02"] = 70, ["03"] = 50, ["04"] = 30, ["05"] = 20, ["06"] = 10 };
    private readonly Guid _id = submission.PackageId!.Value;

    public async Task AddPackageAsync(string waiver, VersionPlan version, CancellationToken cancellationToken)
    {
        var description = plan.Description;
        session.Rows.Packages.Add(new Package
        {
            Id = _id, SubmissionId = submission.Id, ProducerId = submission.AgencyId, CustodianId = await CustodianAsync(cancellationToken), FondsId = await FondsAsync(description.FondsCode, cancellationToken),
            AgreementVersionId = submission.AgreementVersionId, Kind = Packages.PackageKinds.Name(description.Kind), Title = description.Title ?? submission.FileName, HeadVersion = 1,
            AccessMode = description.AccessMode, RetentionCode = description.RetentionCode, RetentionBasis = description.RetentionCode is null ? null : "SIP maintenance",
            RetentionEnd = RetentionEnd(description), PreservedAt = session.Now, Files = aip.Entries.Length, Bytes = aip.Entries.Sum(e => e.Bytes), Waiver = waiver.Length > 0 ? waiver : null,
        });
        await session.FlushAsync(cancellationToken);
        session.Rows.PackageVersions.Add(new PackageVersion
        {
            PackageId = _id, Version = 1, SubmissionId = submission.Id, InventorySha512 = [.. version.Inventory.BytesDigest!.Bytes],
            Message = version.Inventory.Versions[^1].Message ?? "", CreatedAt = plan.ArchivedAt!.Value,
        });
        AddDossier(description);
        await session.FlushAsync(cancellationToken);
    }

    public async Task AddFilesAsync(IReadOnlyList<FileFacts> facts, CancellationToken cancellationToken)
    {
        var formats = facts.ToDictionary(f => f.Path, StringComparer.Ordinal);
        FileFacts? Format(AipEntry e) => e.SourcePath is { } source ? formats.GetValueOrDefault(source) : Made(e);
        await using (var insert = session.Command("""
            INSERT INTO file (package_id, version_from, logical_path, bytes, sha256, sha512, puid, format, media_type)
            SELECT $1, 1, t.* FROM unnest($2::text[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::text[]) AS t
            """, _id, aip.Entries.Select(e => e.Path).ToArray(), aip.Entries.Select(e => e.Bytes).ToArray(), aip.Entries.Select(e => e.Sha256.Bytes.ToArray()).ToArray(),
            aip.Entries.Select(e => e.Sha512.Bytes.ToArray()).ToArray(), aip.Entries.Select(e => Format(e)?.Puid).ToArray(), aip.Entries.Select(e => Format(e)?.Format).ToArray(),
            aip.Entries.Select(e => Format(e)?.MediaType).ToArray()))
            await insert.ExecuteNonQueryAsync(cancellationToken);
        var links = _documents.SelectMany(d => d.Description.FilePaths.Concat(d.Description.AttachmentPaths)
            .Select(p => (d.Id, Path: AipPlanner.PathInAip(plan.Description.Kind, p)))).Where(l => l.Path is not null).ToList();
        await using var link = session.Command("""
            INSERT INTO document_file (document_id, file_id)
            SELECT DISTINCT t.document, f.id FROM unnest($2::uuid[], $3::text[]) AS t (document, path) JOIN file f ON f.package_id = $1 AND f.logical_path = t.path
            """, _id, links.Select(l => l.Id).ToArray(), links.Select(l => l.Path!).ToArray());
        await link.ExecuteNonQueryAsync(cancellationToken);
    }

    // What we made ourselves is identified like everything else.
    private static FileFacts? Made(AipEntry e) => Formats.FormatIdentifier.Identify(e.Path, e.Content.Span) is { } match
        ? new FileFacts(e.Path, e.Bytes, e.Sha256.Hex, e.Sha512.Hex, match.Puid, match.Name, match.Version, match.MediaType) : null;

    private readonly List<(Guid Id, DocumentDescription Description)> _documents = [];

    private void AddDossier(PackageDescription description)
    {
        var dossier = new Dossier
        {
            Id = Guid.CreateVersion7(session.Now), PackageId = _id, Code = description.Field("fileCode") ?? description.ObjId ?? _id.ToString(), Title = description.Title ?? submission.FileName,
            StartText = description.Start?.Text, EndText = description.End?.Text, Fields = Json(description.Fields),
        };
        session.Rows.Dossiers.Add(dossier);
        var ordinal = 0;
        foreach (var d in description.Documents)
        {
            var id = Guid.CreateVersion7(session.Now);
            _documents.Add((id, d));
            session.Rows.Documents.Add(new Document
            {
                Id = id, PackageId = _id, Code = d.Code ?? d.Id, Number = d.Number, Notation = d.Notation, IssuedText = d.Issued?.Text, IssuedFrom = d.Issued?.From, IssuedUntil = d.Issued?.To,
                Issuer = d.Issuer, Type = d.TypeCode, Abstract = d.Abstract, Fields = Json(d.Fields),
            });
            session.Rows.DossierDocuments.Add(new DossierDocument { DossierId = dossier.Id, DocumentId = id, Ordinal = d.Ordinal ?? ++ordinal });
        }
    }

    private async Task<Guid> CustodianAsync(CancellationToken cancellationToken)
    {
        await using var command = session.Command("SELECT terms ->> 'custodianId' FROM agreement_version WHERE id = $1", submission.AgreementVersionId);
        return await command.ExecuteScalarAsync(cancellationToken) is string id ? Guid.Parse(id) : submission.AgencyId;
    }

    private async Task<Guid?> FondsAsync(string? code, CancellationToken cancellationToken)
    {
        await using var command = session.Command("SELECT id FROM fonds WHERE agency_id = $1 AND code = $2", submission.AgencyId, code);
        return await command.ExecuteScalarAsync(cancellationToken) as Guid?;
    }

    // The law counts from the year the work ended; the end is the last day of the last year (vietnam.md §4.1). Permanent and "other" have no end here.
    private static DateOnly? RetentionEnd(PackageDescription description) =>
        description.RetentionCode is { } code && RetentionYears.TryGetValue(code, out var years) && description.End?.To is { } end ? new DateOnly(end.Year + years, 12, 31) : null;

    private static string Json(IEnumerable<KeyValuePair<string, string>> fields) =>
        JsonSerializer.Serialize(fields.GroupBy(f => f.Key).ToDictionary(g => g.Key, g => g.Count() == 1 ? (object)g.First().Value : g.Select(f => f.Value).ToArray()), AuditJson.Options);
}
