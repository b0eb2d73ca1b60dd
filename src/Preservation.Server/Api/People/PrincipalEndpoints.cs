using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Server.Api.People;

/// <summary>Principals and their grants; switched off and on again.</summary>
internal static class PrincipalEndpoints
{
    /// <summary>Who sees people.</summary>
    public static readonly Role[] Readers = [Role.Administrator, Role.Auditor];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/principals", ListAsync).Produces<Page<PrincipalView>>().For(Readers);
        routes.MapPost("/principals", CreateAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/grants", GrantAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/grants/{grantId:guid}/end", EndGrantAsync).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/disable", DisableAsync).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/enable", EnableAsync).For(Role.Administrator);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var size = Page<PrincipalView>.Size(limit);
        var rows = await session.Rows.Principals.Where(p => after == null || p.Id > after).OrderBy(p => p.Id).Take(size + 1)
            .Select(p => new PrincipalView(p.Id, p.Kind, p.Name, p.Position, p.AgencyId, p.StaffNumber, p.ResponsibleId, p.ValidFrom, p.ValidUntil, p.DisabledAt, p.DisabledReason,
                session.Rows.RoleGrants.Where(g => g.PrincipalId == p.Id)
                    .Select(g => new GrantView(g.Id, g.Role, g.Scope, g.AgencyId, g.FondsId, g.PackageId, g.ValidFrom, g.ValidUntil, g.Basis)).ToList()))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<PrincipalView>.Of(rows, size, p => p.Id.ToString()));
    }

    private static async Task<IResult> CreateAsync(PrincipalRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 200) return Problems.Invalid("name", "1 to 200 characters");
        if (request.StaffNumber is { } number && (request.Kind != PrincipalKind.Person || number.Length is 0 or > 50)) return Problems.Invalid("staffNumber", "1 to 50 characters, of a person");
        if (request.ResponsibleId is not null && request.Kind != PrincipalKind.System) return Problems.Invalid("responsibleId", "the person who is answerable for a system");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        if (request.AgencyId is { } agencyId && !await session.Rows.Agencies.AnyAsync(a => a.Id == agencyId, cancellationToken)) return Problems.Invalid("agencyId", "no such agency");
        if (request.ResponsibleId is { } responsible && !await session.Rows.Principals.AnyAsync(p => p.Id == responsible && p.Kind == PrincipalKind.Person, cancellationToken)) return Problems.Invalid("responsibleId", "no such person");
        if (request.StaffNumber is not null)
        {
            await using (var hold = session.Command("SELECT pg_advisory_xact_lock(hashtextextended($1, 4247))", request.StaffNumber)) await hold.ExecuteNonQueryAsync(cancellationToken);
            if (await session.Rows.Principals.AnyAsync(p => p.StaffNumber == request.StaffNumber, cancellationToken)) return Problems.Conflict("samePerson", "This person is entered already.");
        }
        var now = session.Now;
        var principal = new Principal
        {
            Id = Guid.CreateVersion7(now), Kind = request.Kind, Name = request.Name, Position = request.Position, AgencyId = request.AgencyId, StaffNumber = request.StaffNumber, ResponsibleId = request.ResponsibleId,
            ValidFrom = now, ValidUntil = request.ValidUntil?.ToUniversalTime(), CreatedAt = now,
        };
        session.Rows.Principals.Add(principal);
        session.Audit(access.Caller.PrincipalId, request.AgencyId, "principal.create", "principal", principal.Id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, $"/api/v1/principals/{principal.Id}", new { principal.Id }, cancellationToken);
    }

    private static Task<IResult> GrantAsync(Guid id, GrantTerms request, CallerAccess access, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, request, StatusCodes.Status201Created, session => Grants.GiveAsync(session, access.Caller, id, request, cancellationToken), cancellationToken);

    private static Task<IResult> EndGrantAsync(Guid id, Guid grantId, CallerAccess access, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, "", StatusCodes.Status200OK, session => Grants.EndAsync(session, access.Caller, id, grantId, cancellationToken), cancellationToken);

    private static Task<IResult> DisableAsync(Guid id, DisableRequest request, CallerAccess access, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, request, StatusCodes.Status200OK, session => Workflow.Access.People.DisableAsync(session, access.Caller, id, request.Reason, cancellationToken), cancellationToken);

    private static Task<IResult> EnableAsync(Guid id, CallerAccess access, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, "", StatusCodes.Status200OK, session => Workflow.Access.People.EnableAsync(session, access.Caller, id, cancellationToken), cancellationToken);

    private sealed record PrincipalRequest(
        PrincipalKind Kind, string Name, string? Position = null, Guid? AgencyId = null, DateTimeOffset? ValidUntil = null, string? StaffNumber = null, Guid? ResponsibleId = null);

    private sealed record PrincipalView(
        Guid Id, PrincipalKind Kind, string Name, string? Position, Guid? AgencyId, string? StaffNumber, Guid? ResponsibleId, DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil, DateTimeOffset? DisabledAt,
        string? DisabledReason, IReadOnlyList<GrantView> Grants);

    private sealed record GrantView(
        Guid Id, Role Role, GrantScope Scope, Guid? AgencyId, Guid? FondsId, Guid? PackageId, DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil, string Basis);

    private sealed record DisableRequest(string Reason);
}
