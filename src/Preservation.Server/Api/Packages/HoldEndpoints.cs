using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Stores;

namespace Preservation.Server.Api.Packages;

/// <summary>Legal holds of a package: placed by one person, lifted by another; on every store that locks they are set and read back.</summary>
internal static class HoldEndpoints
{
    private static readonly Role[] Holders = [Role.PreservationOfficer, Role.Approver];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/packages/{id:guid}/holds", ReadAsync).Produces<HoldsView>().For([.. Holders, Role.Auditor]);
        routes.MapPost("/packages/{id:guid}/holds", PlaceAsync).Produces(StatusCodes.Status201Created).For(Holders);
        routes.MapPost("/packages/{id:guid}/holds/{hold:guid}/lift", LiftAsync).For(Holders);
    }

    private static async Task<IResult> ReadAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!await session.Rows.Packages.AnyAsync(p => p.Id == id, cancellationToken)) return Problems.NotFound();
        var holds = await session.Rows.LegalHolds.AsNoTracking().Where(h => h.PackageId == id).OrderBy(h => h.PlacedAt).ToListAsync(cancellationToken);
        var kept = await session.Rows.PackageCopies.AsNoTracking().Where(c => c.PackageId == id).OrderBy(c => c.Store).Select(c => new HeldCopy(c.Store, c.Held, c.LockUntil)).ToListAsync(cancellationToken);
        return TypedResults.Ok(new HoldsView(holds, kept));
    }

    private static async Task<IResult> PlaceAsync(Guid id, HoldRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (!IsReason(request.Reason)) return Problems.Invalid("reason", "1 to 2,000 characters");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (await PackageAsync(session, id, cancellationToken) is not { } package) return Problems.NotFound();
        var hold = LegalHolds.Place(session, access.Caller.PrincipalId, package, request.Reason);
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, null, new { hold.Id }, cancellationToken);
    }

    private static async Task<IResult> LiftAsync(Guid id, Guid hold, HoldRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (!IsReason(request.Reason)) return Problems.Invalid("reason", "1 to 2,000 characters");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (await PackageAsync(session, id, cancellationToken) is null || !await session.Rows.LegalHolds.AnyAsync(h => h.Id == hold && h.PackageId == id, cancellationToken)) return Problems.NotFound();
        if (!await LegalHolds.LiftAsync(session, access.Caller.PrincipalId, hold, request.Reason, cancellationToken))
            return Problems.Conflict("notYours", "The hold is lifted already, or you placed it yourself: another person must lift it.");
        return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id = hold }, cancellationToken);
    }

    private static Task<Package?> PackageAsync(CatalogueSession session, Guid id, CancellationToken cancellationToken) => session.Rows.Packages.SingleOrDefaultAsync(p => p.Id == id, cancellationToken);

    private static bool IsReason(string reason) => !string.IsNullOrWhiteSpace(reason) && reason.Length <= 2_000;

    private sealed record HoldRequest(string Reason);

    private sealed record HoldsView(IReadOnlyList<LegalHold> Holds, IReadOnlyList<HeldCopy> Copies);

    private sealed record HeldCopy(string Store, bool Held, DateTimeOffset? LockUntil);
}
