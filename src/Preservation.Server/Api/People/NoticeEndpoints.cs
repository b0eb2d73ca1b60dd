using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Server.Api.People;

/// <summary>Changes of rights that the caller has not confirmed yet. They are the caller's alone, whatever its scope.</summary>
internal static class NoticeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/notices", ListAsync).Produces<Page<NoticeView>>().For(Enum.GetValues<Role>());
        routes.MapPost("/notices/{id:guid}/confirm", ConfirmAsync).For(Enum.GetValues<Role>());
    }

    private static async Task<IResult> ListAsync(CallerAccess access, CatalogueSessions sessions, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var size = Page<NoticeView>.Size(limit);
        var rows = await NoticeView.Of(session.Rows, access.Caller.PrincipalId).Where(n => after == null || n.Id > after).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<NoticeView>.Of(rows, size, n => n.Id.ToString()));
    }

    private static async Task<IResult> ConfirmAsync(Guid id, CallerAccess access, CatalogueSessions sessions, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf("");
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        if (!await RightsNotices.ConfirmAsync(session, access.Caller, id, cancellationToken)) return Problems.NotFound();
        return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id }, cancellationToken);
    }
}
