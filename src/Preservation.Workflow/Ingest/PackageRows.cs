using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Ocfl.Versions;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;

namespace Preservation.Workflow.Ingest;

/// <summary>Enters a version of a package into the catalogue: set-based and some thousands of files at a time, so that a package of many costs few round trips and little memory.</summary>
internal sealed class PackageRows(CatalogueSession session, Submission submission, PackageDescription description, AipPlan aip, VersionPlan version)
{
    private const int PageFiles = 4096;
    private static readonly Dictionary<string, int> RetentionYears = new() { ["02"] = 70, ["03"] = 50, ["04"] = 30, ["05"] = 20, ["06"] = 10 };
    private readonly Guid _id = submission.PackageId!.Value;
    private readonly int _version = version.Version.Number;
    private readonly List<(Guid Id, DocumentDescription Description)> _documents = [];

    public async Task RecordAsync(string waiver, DateTimeOffset createdAt, CancellationToken cancellationToken)
    {
        if (_version == 1) await AddPackageAsync(waiver, cancellationToken);
        else await UpdatePackageAsync(cancellationToken);
        session.Rows.PackageVersions.Add(new PackageVersion
        {
            PackageId = _id, Version = _version, SubmissionId = submission.Id, InventorySha512 = [.. version.Inventory.BytesDigest.Bytes],
            Message = version.Inventory.Versions[^1].Message ?? "", CreatedAt = createdAt, Description = JsonSerializer.Serialize(description, AuditJson.Options),
        });
        var dossier = await DossierAsync(cancellationToken);
        await DocumentsAsync(dossier, cancellationToken);
        await session.FlushAsync(cancellationToken);
        await FilesAsync(cancellationToken);
    }

    private async Task AddPackageAsync(string waiver, CancellationToken cancellationToken)
    {
        session.Rows.Packages.Add(new Package
        {
            Id = _id, SubmissionId = submission.Id, ProducerId = submission.AgencyId, CustodianId = await CustodianAsync(cancellationToken), FondsId = await FondsAsync(description.FondsCode, cancellationToken),
            AgreementVersionId = submission.AgreementVersionId, Kind = Packages.PackageKinds.Name(description.Kind), Title = description.Title ?? submission.FileName, HeadVersion = 1,
            AccessMode = description.AccessMode, RetentionCode = description.RetentionCode, RetentionBasis = description.RetentionCode is null ? null : "SIP maintenance",
            RetentionEnd = RetentionEnd(description), PreservedAt = session.Now, Files = aip.Count, Bytes = aip.Bytes, Waiver = waiver.Length > 0 ? waiver : null,
        });
        await session.FlushAsync(cancellationToken);
    }

    private async Task UpdatePackageAsync(CancellationToken cancellationToken)
    {
        var package = await session.Rows.Packages.SingleAsync(p => p.Id == _id, cancellationToken);
        package.HeadVersion = _version;
        package.Kind = Packages.PackageKinds.Name(description.Kind);
        package.Title = description.Title ?? package.Title;
        package.AccessMode = description.AccessMode;
        package.RetentionCode = description.RetentionCode;
        package.RetentionBasis = description.RetentionCode is null ? null : "SIP maintenance";
        package.RetentionEnd = RetentionEnd(description);
        package.Files = aip.Count;
        package.Bytes = aip.Bytes;
    }

    // Page by page in byte order of the paths, which is the order of the index too: what a page passes over is not shown any more.
    private async Task FilesAsync(CancellationToken cancellationToken)
    {
        string? after = null;
        foreach (var page in aip.Entries.Chunk(PageFiles))
        {
            if (_version > 1) await CloseAsync(after, page[^1].Path, page, cancellationToken);
            await AddAsync(page, cancellationToken);
            after = page[^1].Path;
        }
        if (_version > 1) await CloseAsync(after, null, [], cancellationToken);
        await LinkAsync(cancellationToken);
    }

    private async Task CloseAsync(string? after, string? last, AipEntry[] page, CancellationToken cancellationToken)
    {
        await using var close = session.Command("""
            UPDATE file SET version_until = $2 WHERE package_id = $1 AND version_until IS NULL
                AND ($5::text IS NULL OR logical_path COLLATE "C" > $5) AND ($6::text IS NULL OR logical_path COLLATE "C" <= $6)
                AND NOT EXISTS (SELECT FROM unnest($3::text[], $4::bytea[]) AS t (path, sha512) WHERE t.path = file.logical_path AND t.sha512 = file.sha512)
            """, _id, _version, page.Select(e => e.Path).ToArray(), page.Select(e => e.Sha512.Bytes.ToArray()).ToArray(), after, last);
        await close.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task AddAsync(AipEntry[] page, CancellationToken cancellationToken)
    {
        var formats = page.Select(FormatOf).ToArray();
        await using var insert = session.Command("""
            INSERT INTO file (package_id, version_from, logical_path, bytes, sha256, sha512, puid, format, media_type)
            SELECT $1, $2, t.* FROM unnest($3::text[], $4::bigint[], $5::bytea[], $6::bytea[], $7::text[], $8::text[], $9::text[]) AS t (path, bytes, sha256, sha512, puid, format, media_type)
            WHERE NOT EXISTS (SELECT FROM file f WHERE f.package_id = $1 AND f.logical_path = t.path AND f.version_until IS NULL)
            """, _id, _version, page.Select(e => e.Path).ToArray(), page.Select(e => e.Bytes).ToArray(), page.Select(e => e.Sha256.Bytes.ToArray()).ToArray(),
            page.Select(e => e.Sha512.Bytes.ToArray()).ToArray(), formats.Select(f => f.Puid).ToArray(), formats.Select(f => f.Name).ToArray(), formats.Select(f => f.MediaType).ToArray());
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task LinkAsync(CancellationToken cancellationToken)
    {
        var links = _documents.SelectMany(d => d.Description.FilePaths.Concat(d.Description.AttachmentPaths)
            .Select(p => (d.Id, Path: AipPlanner.PathInAip(description.Kind, p)))).Where(l => l.Path is not null).ToList();
        await using var link = session.Command("""
            INSERT INTO document_file (document_id, file_id)
            SELECT DISTINCT t.document, f.id FROM unnest($2::uuid[], $3::text[]) AS t (document, path)
            JOIN file f ON f.package_id = $1 AND f.logical_path = t.path AND f.version_until IS NULL
            ON CONFLICT DO NOTHING
            """, _id, links.Select(l => l.Id).ToArray(), links.Select(l => l.Path!).ToArray());
        await link.ExecuteNonQueryAsync(cancellationToken);
    }

    // What we made ourselves is identified like everything else.
    private (string? Puid, string? Name, string? MediaType) FormatOf(AipEntry entry)
    {
        if (!entry.IsMade) return (entry.Puid, entry.FormatName, entry.MimeType);
        var head = new byte[(int)Math.Min(entry.Bytes, Formats.FormatIdentifier.HeadBytes)];
        using (var made = aip.Open(entry)) made.ReadExactly(head);
        return Formats.FormatIdentifier.Identify(entry.Path, head) is { } match ? (match.Puid, match.Name, match.MediaType) : default;
    }

    private async Task<Dossier> DossierAsync(CancellationToken cancellationToken)
    {
        var code = description.Field("fileCode") ?? description.ObjId ?? _id.ToString();
        var dossier = await session.Rows.Dossiers.SingleOrDefaultAsync(d => d.PackageId == _id, cancellationToken);
        if (dossier is null)
            session.Rows.Dossiers.Add(dossier = new Dossier { Id = Guid.CreateVersion7(session.Now), PackageId = _id, Code = code, Title = description.Title ?? submission.FileName, Fields = "" });
        dossier.Code = code;
        dossier.Title = description.Title ?? dossier.Title;
        (dossier.StartText, dossier.EndText, dossier.Fields) = (description.Start?.Text, description.End?.Text, Json(description.Fields));
        return dossier;
    }

    // A document keeps its identifier from version to version as long as it keeps its code.
    private async Task DocumentsAsync(Dossier dossier, CancellationToken cancellationToken)
    {
        var known = await session.Rows.Documents.Where(d => d.PackageId == _id && d.VersionUntil == null).ToListAsync(cancellationToken);
        var links = await session.Rows.DossierDocuments.Where(l => l.DossierId == dossier.Id).ToDictionaryAsync(l => l.DocumentId, cancellationToken);
        var left = known.GroupBy(d => d.Code, StringComparer.Ordinal).ToDictionary(g => g.Key, g => new Queue<Document>(g), StringComparer.Ordinal);
        var ordinal = 0;
        foreach (var d in description.Documents)
        {
            var code = d.Code ?? d.Id;
            if (!left.TryGetValue(code, out var same) || !same.TryDequeue(out var document))
                session.Rows.Documents.Add(document = new Document { Id = Guid.CreateVersion7(session.Now), PackageId = _id, Code = code, VersionFrom = _version, Fields = "" });
            (document.Number, document.Notation, document.IssuedText, document.IssuedFrom, document.IssuedUntil) = (d.Number, d.Notation, d.Issued?.Text, d.Issued?.From, d.Issued?.To);
            (document.Issuer, document.Type, document.Abstract, document.Fields) = (d.Issuer, d.TypeCode, d.Abstract, Json(d.Fields));
            _documents.Add((document.Id, d));
            var place = d.Ordinal ?? ++ordinal;
            if (links.TryGetValue(document.Id, out var link)) link.Ordinal = place;
            else session.Rows.DossierDocuments.Add(new DossierDocument { DossierId = dossier.Id, DocumentId = document.Id, Ordinal = place });
        }
        foreach (var gone in left.Values.SelectMany(q => q)) gone.VersionUntil = _version;
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
