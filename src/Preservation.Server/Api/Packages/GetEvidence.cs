using Microsoft.EntityFrameworkCore;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Server.Api.Packages;

/// <summary><c>GET /packages/{id}/evidence</c>: a zip that a stranger can check without this service.</summary>
internal static class GetEvidence
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/packages/{id:guid}/evidence", HandleAsync).For(ReadPackages.Readers);

    private static async Task<IResult> HandleAsync(Guid id, CallerAccess access, EvidenceExport evidence, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var package = await session.Rows.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
        if (package is null) return Problems.NotFound();
        session.Audit(access.Caller.PrincipalId, package.ProducerId, "evidence.read", "package", id.ToString(), new { });
        await session.CommitAsync(cancellationToken);
        var file = await evidence.MakeAsync(package, cancellationToken);
        return file is null
            ? Problems.Of(StatusCodes.Status404NotFound, "notYetCovered", "The package is not covered by a time-stamp yet; the next batch will cover it.")
            : TypedResults.Stream(file, "application/zip", $"evidence-{id}.zip");
    }
}
