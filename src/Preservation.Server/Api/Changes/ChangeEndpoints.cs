using Preservation.Catalogue.Model;
using Preservation.Workflow.Changes;

namespace Preservation.Server.Api.Changes;

/// <summary>What changed, for those it concerns, from a place of the log on.</summary>
internal static class ChangeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/events", ListAsync).Produces<ChangePage>().For(Role.Producer, Role.IngestArchivist, Role.Approver, Role.PreservationOfficer, Role.Auditor);

    private static async Task<IResult> ListAsync(CallerAccess access, Guid? agency, long? after, string[]? type, int? limit, CancellationToken cancellationToken)
    {
        if (after < -1) return Problems.Invalid("after", "a place in the log, or -1 for its beginning");
        if (type?.FirstOrDefault(t => !ChangeTypes.All.Contains(t)) is not null) return Problems.Invalid("type", string.Join(", ", ChangeTypes.All));
        await using var session = await access.BeginAsync(cancellationToken);
        var page = await ChangeFeed.ReadAsync(session, after ?? -1, agency, type ?? [], Page<ChangeView>.Size(limit), cancellationToken);
        // A catalogue that came back from a store may end before what somebody has seen: going on from there would skip what comes.
        return after > page.Cursor || after > await ChangeFeed.HeadAsync(session, cancellationToken)
            ? Problems.Conflict("aheadOfLog", "The log ends before this place. Go on from a place that it has.") : TypedResults.Ok(page);
    }
}
