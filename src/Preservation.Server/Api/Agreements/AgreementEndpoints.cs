using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Terms;

namespace Preservation.Server.Api.Agreements;

/// <summary>Agreements: versions with effective dates, never changed once made.</summary>
internal static class AgreementEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/agreements", ListAsync).Produces<Page<AgreementView>>().For(Role.Administrator, Role.Producer, Role.IngestArchivist, Role.Approver, Role.Auditor, Role.PreservationOfficer);
        routes.MapPost("/agreements", CreateAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
        routes.MapPost("/agreements/{id:guid}/versions", AddVersionAsync).Produces(StatusCodes.Status201Created).For(Role.Administrator);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var rows = await session.Rows.Agreements.OrderBy(a => a.Code)
            .Select(a => new
            {
                a.Id, a.AgencyId, a.Code, a.Title,
                Versions = session.Rows.AgreementVersions.Where(v => v.AgreementId == a.Id).OrderBy(v => v.Version)
                    .Select(v => new { v.Id, v.Version, v.EffectiveFrom, v.Terms }).ToList(),
            }).Take(Page<AgreementView>.MaxSize).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<AgreementView>([.. rows.Select(a => new AgreementView(a.Id, a.AgencyId, a.Code, a.Title,
            [.. a.Versions.Select(v => new AgreementVersionView(v.Id, v.Version, v.EffectiveFrom, AgreementTerms.Parse(v.Terms)))]))], null));
    }

    private static async Task<IResult> CreateAsync(AgreementRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Code)) return Problems.Invalid("code", "must not be empty");
        if (!TryTerms(request.Terms, out var terms, out var problem)) return Problems.Invalid("terms", problem);
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Covers(request.AgencyId)) return Problems.Forbidden();
        if (!await session.Rows.Agencies.AnyAsync(a => a.Id == request.AgencyId, cancellationToken)) return Problems.Invalid("agencyId", "no such agency");
        if (await session.Rows.Agreements.IgnoreQueryFilters().AnyAsync(a => a.Code == request.Code, cancellationToken)) return Problems.Conflict("codeTaken", "An agreement has this code.");
        var agreement = new Agreement { Id = Guid.CreateVersion7(session.Now), AgencyId = request.AgencyId, Code = request.Code, Title = request.Title, CreatedAt = session.Now };
        var version = NewVersion(agreement.Id, 1, request.EffectiveFrom, terms, session.Now);
        session.Rows.Agreements.Add(agreement);
        await session.FlushAsync(cancellationToken);
        session.Rows.AgreementVersions.Add(version);
        session.Audit(access.Caller.PrincipalId, request.AgencyId, "agreement.create", "agreement", agreement.Id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, $"/api/v1/agreements/{agreement.Id}", new { agreement.Id, versionId = version.Id }, cancellationToken);
    }

    private static async Task<IResult> AddVersionAsync(Guid id, VersionRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (!TryTerms(request.Terms, out var terms, out var problem)) return Problems.Invalid("terms", problem);
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        var agreement = await session.Rows.Agreements.SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
        if (agreement is null) return Problems.NotFound();
        await using (var hold = session.Command("SELECT 1 FROM agreement WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var newest = await session.Rows.AgreementVersions.Where(v => v.AgreementId == id).MaxAsync(v => v.Version, cancellationToken);
        var version = NewVersion(id, newest + 1, request.EffectiveFrom, terms, session.Now);
        session.Rows.AgreementVersions.Add(version);
        session.Audit(access.Caller.PrincipalId, agreement.AgencyId, "agreement.version", "agreement", id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status201Created, null, new { versionId = version.Id, version.Version }, cancellationToken);
    }

    private static AgreementVersion NewVersion(Guid agreementId, int version, DateTimeOffset? from, AgreementTerms terms, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now), AgreementId = agreementId, Version = version, EffectiveFrom = (from ?? now).ToUniversalTime(), Terms = terms.ToJson(), CreatedAt = now,
    };

    private static bool TryTerms(JsonElement? json, out AgreementTerms terms, out string problem)
    {
        (terms, problem) = (new AgreementTerms(), "");
        if (json is null) return true;
        try
        {
            terms = AgreementTerms.Parse(json.Value.GetRawText());
            return true;
        }
        catch (JsonException e)
        {
            problem = e.Message;
            return false;
        }
    }

    private sealed record AgreementRequest(Guid AgencyId, string Code, string Title, JsonElement? Terms = null, DateTimeOffset? EffectiveFrom = null);

    private sealed record VersionRequest(JsonElement? Terms = null, DateTimeOffset? EffectiveFrom = null);

    private sealed record AgreementView(Guid Id, Guid AgencyId, string Code, string Title, IReadOnlyList<AgreementVersionView> Versions);

    private sealed record AgreementVersionView(Guid Id, int Version, DateTimeOffset EffectiveFrom, AgreementTerms Terms);
}
