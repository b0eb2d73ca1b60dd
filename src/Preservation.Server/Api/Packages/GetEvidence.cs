using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Evidence.Export;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Server.Api.Packages;

/// <summary>
/// <c>GET /packages/{id}/evidence</c>: a zip that a stranger can check without this service: records, reports, what they rest on, provenance, the audit log's
/// proofs. <c>path</c>, as often as wanted, names files; otherwise it is about all of them. <c>GET /packages/{id}/evidence/content</c>, for those who may read
/// files: the files too. A list that is too long for an address is sent with <c>POST</c>, as <c>paths</c>.
/// </summary>
internal static class GetEvidence
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/packages/{id:guid}/evidence", (Guid id, string[]? path, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken) =>
            HandleAsync(id, path, withContent: false, access, evidence, cancellationToken)).Produces<Stream>(StatusCodes.Status200OK, "application/zip").For(ReadPackages.Readers);
        routes.MapGet("/packages/{id:guid}/evidence/content", (Guid id, string[]? path, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken) =>
            HandleAsync(id, path, withContent: true, access, evidence, cancellationToken)).Produces<Stream>(StatusCodes.Status200OK, "application/zip").For(GetPackageFile.ContentReaders);
        routes.MapPost("/packages/{id:guid}/evidence", (Guid id, FileList list, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken) =>
            HandleAsync(id, list, withContent: false, access, evidence, cancellationToken)).Produces<Stream>(StatusCodes.Status200OK, "application/zip").For(ReadPackages.Readers);
        routes.MapPost("/packages/{id:guid}/evidence/content", (Guid id, FileList list, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken) =>
            HandleAsync(id, list, withContent: true, access, evidence, cancellationToken)).Produces<Stream>(StatusCodes.Status200OK, "application/zip").For(GetPackageFile.ContentReaders);
    }

    private static async Task<IResult> HandleAsync(Guid id, FileList list, bool withContent, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken) =>
        list.Paths is { Length: > 0 } paths && paths.All(p => !string.IsNullOrEmpty(p)) ? await HandleAsync(id, paths, withContent, access, evidence, cancellationToken) : Problems.Invalid("paths", "one path at least, none of them empty");

    private static async Task<IResult> HandleAsync(Guid id, string[]? paths, bool withContent, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var package = await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (package is null) return Problems.NotFound();
        var (provenance, entries) = await ProvenanceAsync(session, package, cancellationToken);
        // Of a long list the log keeps its length.
        session.Audit(access.Caller.PrincipalId, package.ProducerId, "evidence.read", "package", id.ToString(), paths is { Length: > 20 } ? new { files = paths.Length, withContent } : new { paths, withContent });
        await session.CommitAsync(cancellationToken);
        var selection = new EvidenceSelection(paths is { Length: > 0 } ? paths.ToHashSet(StringComparer.Ordinal) : null, withContent) { AuditEntries = entries };
        var file = await evidence.MakeAsync(package, selection, provenance, cancellationToken);
        return file is null
            ? Problems.Of(StatusCodes.Status404NotFound, "notYetCovered", "The package is not covered by a time-stamp yet; the next batch will cover it.")
            : TypedResults.Stream(file, "application/zip", $"evidence-{id}.zip");
    }

    /// <summary>The package's provenance as parts of an archive, and the entries of the audit log that it names.</summary>
    internal static async Task<(EvidencePart[] Parts, IReadOnlyCollection<long> Entries)> ProvenanceAsync(CatalogueSession session, Package package, CancellationToken cancellationToken)
    {
        var provenance = await GetProvenance.LoadAsync(session, package, cancellationToken);
        return (
        [
            EvidencePart.Of(EvidencePartKind.Premis, "provenance.xml", GetProvenance.Premis(package, provenance.Events)),
            EvidencePart.Of(EvidencePartKind.Audit, "provenance.json", JsonSerializer.SerializeToUtf8Bytes(provenance, JsonSerializerOptions.Web)),
        ], [.. provenance.AuditEntries.Select(e => e.Entry)]);
    }

    /// <param name="Paths">Files of the package, by their paths in it.</param>
    private sealed record FileList(string[]? Paths);
}
