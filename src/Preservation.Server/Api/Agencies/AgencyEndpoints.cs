using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Agencies;

/// <summary>Agencies with their dated codes, and their fonds.</summary>
internal static class AgencyEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/agencies", ListAsync).Produces<Page<AgencyView>>().For(Enum.GetValues<Role>());
        routes.MapPost("/agencies", CreateAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapGet("/fonds", ListFondsAsync).Produces<Page<FondsView>>().For(Enum.GetValues<Role>());
        routes.MapPost("/fonds", CreateFondsAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, CancellationToken cancellationToken)
    {
        var scope = access.Scope;
        var own = access.Caller.AgencyId;
        await using var session = await access.BeginAsync(cancellationToken);
        var agencies = await session.Rows.Agencies.Where(a => scope.Everything || scope.Agencies.Contains(a.Id) || a.Id == own)
            .OrderBy(a => a.Name).ThenBy(a => a.Id)
            .Select(a => new AgencyView(a.Id, a.Name, a.Kind,
                session.Rows.AgencyCodes.Where(c => c.AgencyId == a.Id).OrderBy(c => c.ValidFrom).Select(c => new CodeView(c.Code, c.ValidFrom, c.ValidUntil)).ToList()))
            .Take(Page<AgencyView>.MaxSize).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<AgencyView>(agencies, null));
    }

    private static async Task<IResult> CreateAsync(AgencyRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 200) return Problems.Invalid("name", "1 to 200 characters");
        if (string.IsNullOrWhiteSpace(request.Code) || request.Code.Length > 35) return Problems.Invalid("code", "1 to 35 characters (QĐ 20/2020/QĐ-TTg)");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        if (await session.Rows.AgencyCodes.AnyAsync(c => c.Code == request.Code, cancellationToken))
            return Problems.Conflict("codeTaken", "A code is never given twice.");
        var agency = new Agency { Id = Guid.CreateVersion7(session.Now), Name = request.Name, Kind = request.Kind, Contact = request.Contact, CreatedAt = session.Now };
        session.Rows.Agencies.Add(agency);
        session.Rows.AgencyCodes.Add(new AgencyCode
        {
            Id = Guid.CreateVersion7(session.Now), AgencyId = agency.Id, Code = request.Code,
            ValidFrom = request.ValidFrom ?? DateOnly.FromDateTime(session.Now.UtcDateTime),
        });
        session.Audit(access.Caller.PrincipalId, agency.Id, "agency.create", "agency", agency.Id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, $"/api/v1/agencies/{agency.Id}", new { agency.Id }, cancellationToken);
    }

    private static async Task<IResult> ListFondsAsync(CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var fonds = await session.Rows.Fonds.OrderBy(f => f.Code).Select(f => new FondsView(f.Id, f.AgencyId, f.Code, f.Name, f.IsOpen))
            .Take(Page<FondsView>.MaxSize).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<FondsView>(fonds, null));
    }

    private static async Task<IResult> CreateFondsAsync(FondsRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Code)) return Problems.Invalid("code", "must not be empty");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Covers(request.AgencyId)) return Problems.Forbidden();
        if (await session.Rows.Fonds.AnyAsync(f => f.AgencyId == request.AgencyId && f.Code == request.Code, cancellationToken))
            return Problems.Conflict("codeTaken", "This agency has a fonds with this code.");
        var fonds = new Preservation.Catalogue.Model.Fonds
        {
            Id = Guid.CreateVersion7(session.Now), AgencyId = request.AgencyId, Code = request.Code, Name = request.Name, IsOpen = true, CreatedAt = session.Now,
        };
        session.Rows.Fonds.Add(fonds);
        session.Audit(access.Caller.PrincipalId, request.AgencyId, "fonds.create", "fonds", fonds.Id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, $"/api/v1/fonds/{fonds.Id}", new { fonds.Id }, cancellationToken);
    }

    private sealed record AgencyRequest(string Name, string Code, AgencyKind Kind, string? Contact = null, DateOnly? ValidFrom = null);

    private sealed record AgencyView(Guid Id, string Name, AgencyKind Kind, IReadOnlyList<CodeView> Codes);

    private sealed record CodeView(string Code, DateOnly ValidFrom, DateOnly? ValidUntil);

    private sealed record FondsRequest(Guid AgencyId, string Code, string Name);

    private sealed record FondsView(Guid Id, Guid AgencyId, string Code, string Name, bool IsOpen);
}
