using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Evidence.Export;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Server.Api.Packages;

/// <summary>
/// <c>GET /packages/{id}/evidence</c>: a zip that a stranger can check without this service: records, reports, what they rest on, provenance. <c>path</c>, as
/// often as wanted, names files; otherwise it is about all of them. <c>GET /packages/{id}/evidence/content</c>, for those who may read files: the files too.
/// </summary>
internal static class GetEvidence
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/packages/{id:guid}/evidence", (Guid id, string[]? path, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken) =>
            HandleAsync(id, path, withContent: false, access, evidence, cancellationToken)).For(ReadPackages.Readers);
        routes.MapGet("/packages/{id:guid}/evidence/content", (Guid id, string[]? path, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken) =>
            HandleAsync(id, path, withContent: true, access, evidence, cancellationToken)).For(GetPackageFile.ContentReaders);
    }

    private static async Task<IResult> HandleAsync(Guid id, string[]? paths, bool withContent, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var package = await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (package is null) return Problems.NotFound();
        var provenance = await ProvenanceAsync(session, package, cancellationToken);
        session.Audit(access.Caller.PrincipalId, package.ProducerId, "evidence.read", "package", id.ToString(), new { paths, withContent });
        await session.CommitAsync(cancellationToken);
        var selection = new EvidenceSelection(paths is { Length: > 0 } ? paths.ToHashSet(StringComparer.Ordinal) : null, withContent);
        var file = await evidence.MakeAsync(package, selection, provenance, cancellationToken);
        return file is null
            ? Problems.Of(StatusCodes.Status404NotFound, "notYetCovered", "The package is not covered by a time-stamp yet; the next batch will cover it.")
            : TypedResults.Stream(file, "application/zip", $"evidence-{id}.zip");
    }

    internal static async Task<EvidencePart[]> ProvenanceAsync(CatalogueSession session, Package package, CancellationToken cancellationToken)
    {
        var provenance = await GetProvenance.LoadAsync(session, package, cancellationToken);
        return
        [
            EvidencePart.Of(EvidencePartKind.Premis, "provenance.xml", GetProvenance.Premis(package, provenance.Events)),
            EvidencePart.Of(EvidencePartKind.Audit, "provenance.json", JsonSerializer.SerializeToUtf8Bytes(provenance, JsonSerializerOptions.Web)),
        ];
    }
}
