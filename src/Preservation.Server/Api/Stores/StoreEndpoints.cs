using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Stores;

namespace Preservation.Server.Api.Stores;

/// <summary>The stores and what they were seen to do, the register of media, and migrations of one store onto another.</summary>
internal static class StoreEndpoints
{
    internal static readonly Role[] Readers = [Role.PreservationOfficer, Role.Auditor, Role.Approver];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/stores", ReportAsync).Produces<StoresReportView>().For(Readers);
        routes.MapPost("/stores/{name}/migrations", MigrateAsync).Produces(StatusCodes.Status202Accepted).For(Role.PreservationOfficer);
        routes.MapPost("/stores/{name}/retire", RetireStoreAsync).For(Role.PreservationOfficer);
        routes.MapPost("/media", RegisterAsync).Produces(StatusCodes.Status201Created).For(Role.PreservationOfficer);
        routes.MapPost("/media/{id:guid}/retire", RetireAsync).For(Role.PreservationOfficer);
    }

    private static async Task<IResult> ReportAsync(CallerAccess access, StoresReport reports, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        return TypedResults.Ok(await reports.MakeAsync(session, cancellationToken));
    }

    private static async Task<IResult> MigrateAsync(string name, MigrationRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var migration = await StoreMigrations.BeginAsync(session, access.Caller.PrincipalId, name, request.To, cancellationToken);
        if (migration is null) return Problems.Conflict("cannotMigrate", "A store is unknown or retired, both are the same, or the first is being migrated already.");
        return await access.CommitAsync(session, digest, StatusCodes.Status202Accepted, null, new { migration.Id }, cancellationToken);
    }

    // A store is given up only when what it holds is elsewhere: the policy must be met for every package without it.
    private static async Task<IResult> RetireStoreAsync(string name, StoreReasonRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 2_000) return Problems.Invalid("reason", "1 to 2,000 characters");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var store = await session.Rows.Stores.SingleOrDefaultAsync(s => s.Name == name && s.RetiredAt == null, cancellationToken);
        if (store is null) return Problems.NotFound();
        if (!await session.Rows.StoreMigrations.AnyAsync(m => m.FromStore == name && m.EndedAt != null, cancellationToken)
            || await session.Rows.PackageCopies.AnyAsync(c => c.Store == name && !session.Rows.PackageCopies.Any(o => o.PackageId == c.PackageId && o.Store != name && o.State == CopyState.Good && o.Version >= c.Version), cancellationToken))
            return Problems.Conflict("notMigrated", "Migrate the store first: an object on it has no other good copy, or no migration of it has ended.");
        store.RetiredAt = session.Now;
        session.Audit(access.Caller.PrincipalId, null, "store.retire", "store", name, request);
        return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { store.Name, store.RetiredAt }, cancellationToken);
    }

    private static async Task<IResult> RegisterAsync(MediumRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (Lengths(request) is { } problem) return problem;
        if (request.RatedEnd <= request.InServiceFrom) return Problems.Invalid("ratedEnd", "after inServiceFrom");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        if (!await session.Rows.Stores.AnyAsync(s => s.Name == request.Store, cancellationToken)) return Problems.Invalid("store", "a store of the catalogue");
        if (await session.Rows.Media.AnyAsync(m => m.Number == request.Number, cancellationToken)) return Problems.Conflict("numberTaken", "A medium has this number.");
        var medium = new Medium
        {
            Id = Guid.CreateVersion7(session.Now), Number = request.Number, Mark = request.Mark, Kind = request.Kind, Store = request.Store, InServiceFrom = request.InServiceFrom, RatedEnd = request.RatedEnd,
            RegisteredBy = access.Caller.PrincipalId, RegisteredAt = session.Now,
        };
        session.Rows.Media.Add(medium);
        session.Audit(access.Caller.PrincipalId, null, "medium.register", "medium", medium.Id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, null, new { medium.Id }, cancellationToken);
    }

    private static async Task<IResult> RetireAsync(Guid id, StoreReasonRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 2_000) return Problems.Invalid("reason", "1 to 2,000 characters");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var medium = await session.Rows.Media.SingleOrDefaultAsync(m => m.Id == id, cancellationToken);
        if (medium is null) return Problems.NotFound();
        if (medium.RetiredAt is not null) return Problems.Conflict("retired", "The medium is retired already.");
        (medium.RetiredBy, medium.RetiredAt) = (access.Caller.PrincipalId, session.Now);
        session.Audit(access.Caller.PrincipalId, null, "medium.retire", "medium", id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { medium.Id, medium.RetiredAt }, cancellationToken);
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult? Lengths(MediumRequest request)
    {
        foreach (var (name, value, most) in new[] { ("number", request.Number, 100), ("mark", request.Mark, 200), ("kind", request.Kind, 100) })
            if (string.IsNullOrWhiteSpace(value) || value.Length > most) return Problems.Invalid(name, $"1 to {most} characters");
        return null;
    }

    private sealed record MigrationRequest(string To);

    private sealed record StoreReasonRequest(string Reason);

    private sealed record MediumRequest(string Number, string Mark, string Kind, string Store, DateOnly InServiceFrom, DateOnly RatedEnd);
}
