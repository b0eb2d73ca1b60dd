using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;

namespace Preservation.Server.Api.Submissions;

/// <summary>What those who decide look at: the queue, findings in groups beside those of the attempt before, and what was decided.</summary>
internal static class ReviewSubmissions
{
    internal static readonly Role[] Readers = [Role.IngestArchivist, Role.Approver, Role.Auditor];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/decisions/queue", QueueAsync).Produces<Page<QueuedSubmission>>().For(Readers);
        routes.MapGet("/submissions/{id:guid}/findings", FindingsAsync).Produces<ReviewView>().For(ReadSubmissions.Readers);
        routes.MapGet("/submissions/{id:guid}/decisions", DecisionsAsync).Produces<DecisionsView>().For(ReadSubmissions.Readers);
    }

    private static async Task<IResult> QueueAsync(CallerAccess access, IOptions<PreservationOptions> options, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        var size = Page<QueuedSubmission>.Size(limit);
        var rows = await QueuedSubmission.ListAsync(session, after, size + 1, options.Value.Terms.ProcessingDays, cancellationToken);
        return TypedResults.Ok(Page<QueuedSubmission>.Of(rows, size, r => r.Id.ToString()));
    }

    private static async Task<IResult> FindingsAsync(Guid id, CallerAccess access, string? by, CancellationToken cancellationToken)
    {
        if (by is not (null or "rule" or "document")) return Problems.Invalid("by", "rule or document");
        await using var session = await access.BeginAsync(cancellationToken);
        if (!await session.Rows.Submissions.AnyAsync(s => s.Id == id, cancellationToken)) return Problems.NotFound();
        var review = await FindingsReview.LoadAsync(session, id, by == "document", cancellationToken);
        return TypedResults.Ok(new ReviewView(id, by ?? "rule", review.Earlier, [.. review.Groups.Select(g => new GroupView(g.Key, g.Title, g.Count(FindingChange.New), g.Count(FindingChange.Still), g.Count(FindingChange.Gone),
            [.. g.Findings.Select(f => new ItemView(f.Change, f.Change == FindingChange.Gone ? null : f.Finding.Ordinal, FindingView.Of(f.Finding)))]))]));
    }

    private static async Task<IResult> DecisionsAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!await session.Rows.Submissions.AnyAsync(s => s.Id == id, cancellationToken)) return Problems.NotFound();
        return TypedResults.Ok(new DecisionsView(id, await DecisionView.OfAsync(session, id, cancellationToken)));
    }

    private sealed record ReviewView(Guid Submission, string By, EarlierAttempt? Earlier, IReadOnlyList<GroupView> Groups);

    private sealed record GroupView(string Key, string? Title, int New, int Still, int Gone, IReadOnlyList<ItemView> Findings);

    private sealed record ItemView(FindingChange Change, int? Ordinal, FindingView Finding);

    private sealed record DecisionsView(Guid Submission, IReadOnlyList<DecisionView> Items);
}
