using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api.Packages;
using Preservation.Workflow.Access;
using Preservation.Workflow.Cases;

namespace Preservation.Server.Api.Cases;

/// <summary>What an auditor's mandate shows of one case, and the same as a file to take away.</summary>
internal static class CaseEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/packages/{id:guid}/case", GetAsync).Produces<CaseView>().For(Role.Auditor);
        routes.MapGet("/packages/{id:guid}/case/file", FileAsync).Produces<Stream>(StatusCodes.Status200OK, "application/zip").For(Role.Auditor);
    }

    private static async Task<IResult> GetAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await CaseReading.OfAsync(session, id, cancellationToken) is not { } view) return Problems.NotFound();
        await TellAsync(session, access.Caller, id, "view", cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(view);
    }

    private static async Task<IResult> FileAsync(Guid id, CallerAccess access, CaseFile file, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await CaseReading.OfAsync(session, id, cancellationToken) is not { } view) return Problems.NotFound();
        return await MakeAsync(session, access.Caller, id, view, file, cancellationToken) is { } made
            ? TypedResults.Stream(made, "application/zip", $"case-{id}.zip") : Problems.Of(StatusCodes.Status404NotFound, "notYetCovered", "The package is not covered by a time-stamp yet; the next batch will cover it.");
    }

    /// <summary>The case as a file, and that it was taken; null while no time-stamp covers the package.</summary>
    internal static async Task<Stream?> MakeAsync(CatalogueSession session, Caller caller, Guid id, CaseView view, CaseFile file, CancellationToken cancellationToken)
    {
        var package = await session.Rows.Packages.AsNoTracking().SingleAsync(p => p.Id == id, cancellationToken);
        var (provenance, _) = await GetEvidence.ProvenanceAsync(session, package, cancellationToken);
        await TellAsync(session, caller, id, "file", cancellationToken);
        var made = await file.MakeAsync(session, package, view, provenance, caller.Name, Basis(caller, package), cancellationToken);
        if (made is not null) await session.CommitAsync(cancellationToken);
        return made;
    }

    internal static async Task TellAsync(CatalogueSession session, Caller caller, Guid package, string form, CancellationToken cancellationToken)
    {
        var producer = await session.Rows.Packages.Where(p => p.Id == package).Select(p => p.ProducerId).SingleAsync(cancellationToken);
        session.Audit(caller.PrincipalId, producer, "case.read", "package", package.ToString(), new { form });
    }

    // The narrowest grant is the mandate.
    internal static string Basis(Caller caller, Package package) => caller.Grants.Where(g => g.Role == Role.Auditor && (g.PackageId is null || g.PackageId == package.Id)).OrderByDescending(g => g.Scope).Select(g => g.Basis).First();
}
