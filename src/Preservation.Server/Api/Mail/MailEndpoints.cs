using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Server.Api.People;
using Preservation.Workflow.Access;
using Preservation.Workflow.Mail;

namespace Preservation.Server.Api.Mail;

/// <summary>Where persons want mail: their own, whatever their scope, and for an administrator anybody's.</summary>
internal static class MailEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mail", GetOwnAsync).Produces<MailView>().For(Enum.GetValues<Role>());
        routes.MapPost("/mail", SetOwnAsync).For(Enum.GetValues<Role>());
        routes.MapGet("/principals/{id:guid}/mail", GetAsync).Produces<MailView>().For(PrincipalEndpoints.Readers);
        routes.MapPost("/principals/{id:guid}/mail", SetAsync).For(Role.Administrator);
    }

    private static async Task<IResult> GetOwnAsync(CallerAccess access, CatalogueSessions sessions, MailPost post, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return TypedResults.Ok(await MailView.OfAsync(session.Rows, access.Caller.PrincipalId, post.IsConfigured, cancellationToken));
    }

    private static async Task<IResult> SetOwnAsync(MailRequest request, CallerAccess access, CatalogueSessions sessions, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var me = access.Caller.PrincipalId;
        var outcome = await MailChoices.SetAsync(session, me, me, request.Address, request.Language, request.Frequency, cancellationToken);
        return outcome is RightsOutcome.Done ? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id = me }, cancellationToken) : RightsAnswers.Refusal(outcome);
    }

    private static async Task<IResult> GetAsync(Guid id, CallerAccess access, MailPost post, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        return await session.Rows.Principals.FindAsync([id], cancellationToken) is null ? Problems.NotFound() : TypedResults.Ok(await MailView.OfAsync(session.Rows, id, post.IsConfigured, cancellationToken));
    }

    private static Task<IResult> SetAsync(Guid id, MailRequest request, CallerAccess access, CancellationToken cancellationToken) =>
        RightsAnswers.ChangeAsync(access, request, StatusCodes.Status200OK, session => MailChoices.SetAsync(session, access.Caller.PrincipalId, id, request.Address, request.Language, request.Frequency, cancellationToken), cancellationToken);

    private sealed record MailRequest(string Address, MailFrequency Frequency, string Language = "vi");
}
