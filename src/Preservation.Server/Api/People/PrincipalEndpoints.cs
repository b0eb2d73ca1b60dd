using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Server.Api.People;

/// <summary>Principals, their keys and grants.</summary>
internal static class PrincipalEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/principals", ListAsync).Produces<Page<PrincipalView>>().For(Role.Administrator, Role.Auditor);
        routes.MapPost("/principals", CreateAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/grants", GrantAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/keys", CreateKeyAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/keys/{keyId:guid}/revoke", RevokeKeyAsync).For(Role.Administrator);
        routes.MapPost("/principals/{id:guid}/grants/{grantId:guid}/end", EndGrantAsync).For(Role.Administrator);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var size = Page<PrincipalView>.Size(limit);
        var rows = await session.Rows.Principals.Where(p => after == null || p.Id > after).OrderBy(p => p.Id).Take(size + 1)
            .Select(p => new PrincipalView(p.Id, p.Kind, p.Name, p.Position, p.AgencyId, p.ValidFrom, p.ValidUntil,
                session.Rows.RoleGrants.Where(g => g.PrincipalId == p.Id)
                    .Select(g => new GrantView(g.Id, g.Role, g.Scope, g.AgencyId, g.FondsId, g.PackageId, g.ValidFrom, g.ValidUntil, g.Basis)).ToList()))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<PrincipalView>.Of(rows, size, p => p.Id.ToString()));
    }

    private static async Task<IResult> CreateAsync(PrincipalRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 200) return Problems.Invalid("name", "1 to 200 characters");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        if (request.AgencyId is { } agencyId && !await session.Rows.Agencies.AnyAsync(a => a.Id == agencyId, cancellationToken)) return Problems.Invalid("agencyId", "no such agency");
        var principal = new Principal
        {
            Id = Guid.CreateVersion7(session.Now), Kind = request.Kind, Name = request.Name, Position = request.Position, AgencyId = request.AgencyId,
            ValidFrom = session.Now, ValidUntil = request.ValidUntil?.ToUniversalTime(), CreatedAt = session.Now,
        };
        session.Rows.Principals.Add(principal);
        session.Audit(access.Caller.PrincipalId, request.AgencyId, "principal.create", "principal", principal.Id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, $"/api/v1/principals/{principal.Id}", new { principal.Id }, cancellationToken);
    }

    private static async Task<IResult> GrantAsync(Guid id, GrantRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Basis)) return Problems.Invalid("basis", "a grant names its legal basis");
        var targets = (request.AgencyId, request.FondsId, request.PackageId);
        var fits = request.Scope switch
        {
            GrantScope.Everything => targets is (null, null, null),
            GrantScope.Agency => targets is ({ }, null, null),
            GrantScope.Fonds => targets is (null, { }, null),
            _ => targets is (null, null, { }),
        };
        if (!fits) return Problems.Invalid("scope", "name exactly the agency, fonds or package that the scope speaks of");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        if (!await session.Rows.Principals.AnyAsync(p => p.Id == id, cancellationToken)) return Problems.NotFound();
        // Grants of one principal are changed one at a time, so that two requests cannot combine what must stay apart.
        await using (var hold = session.Command("SELECT 1 FROM principal WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var now = session.Now;
        var held = await session.Rows.RoleGrants.Where(g => g.PrincipalId == id && (g.ValidUntil == null || g.ValidUntil > now)).Select(g => g.Role).ToListAsync(cancellationToken);
        if (Duties.Conflict(held, request.Role) is { } conflict)
            return Problems.Conflict("dutiesKeptApart", $"One principal cannot be both {conflict} and {request.Role}.");
        var grant = new RoleGrant
        {
            Id = Guid.CreateVersion7(now), PrincipalId = id, Role = request.Role, Scope = request.Scope, AgencyId = request.AgencyId, FondsId = request.FondsId,
            PackageId = request.PackageId, ValidFrom = (request.ValidFrom ?? now).ToUniversalTime(), ValidUntil = request.ValidUntil?.ToUniversalTime(),
            Basis = request.Basis, GrantedBy = access.Caller.PrincipalId, CreatedAt = now,
        };
        session.Rows.RoleGrants.Add(grant);
        session.Audit(access.Caller.PrincipalId, request.AgencyId, "grant.create", "principal", id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, null, new { grant.Id }, cancellationToken);
    }

    private static async Task<IResult> EndGrantAsync(Guid id, Guid grantId, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf("");
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var grant = await session.Rows.RoleGrants.SingleOrDefaultAsync(g => g.Id == grantId && g.PrincipalId == id, cancellationToken);
        if (grant is null) return Problems.NotFound();
        grant.ValidUntil = session.Now;
        session.Audit(access.Caller.PrincipalId, grant.AgencyId, "grant.end", "principal", id.ToString(), new { grantId });
        return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { grant.Id }, cancellationToken);
    }

    private static async Task<IResult> CreateKeyAsync(Guid id, KeyRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        if (!await session.Rows.Principals.AnyAsync(p => p.Id == id, cancellationToken)) return Problems.NotFound();
        var (text, lookup, secretHash) = ApiKey.Create();
        var credential = new Credential
        {
            Id = Guid.CreateVersion7(session.Now), PrincipalId = id, Kind = CredentialKind.ApiKey, Lookup = lookup, SecretHash = secretHash,
            CreatedAt = session.Now, ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
        };
        session.Rows.Credentials.Add(credential);
        session.Audit(access.Caller.PrincipalId, null, "credential.create", "principal", id.ToString(), new { credential.Id, request.ExpiresAt });
        // The answer kept for a repeated request must not hold the secret: a repeat is told the id only.
        var answer = await access.CommitAsync(session, digest, StatusCodes.Status201Created, null, new { credential.Id, key = (string?)null }, cancellationToken);
        return answer is Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult ? answer
            : TypedResults.Json(new { credential.Id, key = text }, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> RevokeKeyAsync(Guid id, Guid keyId, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf("");
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var credential = await session.Rows.Credentials.SingleOrDefaultAsync(c => c.Id == keyId && c.PrincipalId == id, cancellationToken);
        if (credential is null) return Problems.NotFound();
        credential.RevokedAt ??= session.Now;
        session.Audit(access.Caller.PrincipalId, null, "credential.revoke", "principal", id.ToString(), new { keyId });
        return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { credential.Id }, cancellationToken);
    }

    private sealed record PrincipalRequest(PrincipalKind Kind, string Name, string? Position = null, Guid? AgencyId = null, DateTimeOffset? ValidUntil = null);

    private sealed record PrincipalView(
        Guid Id, PrincipalKind Kind, string Name, string? Position, Guid? AgencyId, DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil, IReadOnlyList<GrantView> Grants);

    private sealed record GrantRequest(
        Role Role, GrantScope Scope, string Basis, Guid? AgencyId = null, Guid? FondsId = null, Guid? PackageId = null,
        DateTimeOffset? ValidFrom = null, DateTimeOffset? ValidUntil = null);

    private sealed record GrantView(
        Guid Id, Role Role, GrantScope Scope, Guid? AgencyId, Guid? FondsId, Guid? PackageId, DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil, string Basis);

    private sealed record KeyRequest(DateTimeOffset? ExpiresAt = null);
}
