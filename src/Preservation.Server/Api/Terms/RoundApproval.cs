using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Api.Terms;

/// <summary>Approval of a round at once, and the decisions that were made so.</summary>
internal static class RoundApproval
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/registrations/{id:guid}/rounds/{number:int}/approve", ApproveAsync).For(Role.Approver);
        routes.MapGet("/registrations/{id:guid}/decisions", ListAsync).Produces<RoundDecisionsView>().For(RegistrationEndpoints.Readers);
    }

    private static async Task<IResult> ApproveAsync(Guid id, int number, ApproveRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        var approval = await RoundDecisions.ApproveAsync(session, access.Caller, id, number, request.Submissions is { } seen ? RoundDecisions.DigestOf(seen) : null, cancellationToken);
        return approval.Refusal switch
        {
            RoundRefusal.NotFound => Problems.NotFound(),
            RoundRefusal.NothingWaits => Problems.Conflict("notWaiting", "No submission of this round waits for a decision."),
            RoundRefusal.Changed => Problems.Conflict("changed", "Other submissions wait than those you named: look again."),
            RoundRefusal.NoneAllowed => Problems.Of(StatusCodes.Status409Conflict, "noneAllowed", "You may approve none of the submissions that wait.", findings: approval.Submissions),
            _ => await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { approval.Decision, approval.Submissions }, cancellationToken),
        };
    }

    private static async Task<IResult> ListAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!await session.Rows.Registrations.AnyAsync(r => r.Id == id, cancellationToken)) return Problems.NotFound();
        var rows = await session.Rows.Decisions.AsNoTracking().Join(session.Rows.RegistrationRounds.Where(o => o.RegistrationId == id), d => d.RoundId, o => (Guid?)o.Id, (d, o) => new { d, o.Number })
            .Join(session.Rows.Principals, x => x.d.DecidedBy, p => p.Id, (x, p) => new { x.d, x.Number, p.Name }).OrderBy(x => x.d.Id).ToListAsync(cancellationToken);
        var items = new List<DecisionOfRound>();
        foreach (var row in rows)
            items.Add(new DecisionOfRound(row.d.Id, row.Number, row.Name, row.d.DecidedAt, await session.Rows.DecisionSubmissions.AsNoTracking().Where(s => s.DecisionId == row.d.Id).OrderBy(s => s.SubmissionId)
                .Select(s => new NamedSubmission(s.SubmissionId, s.Effect, s.State)).ToListAsync(cancellationToken)));
        return TypedResults.Ok(new RoundDecisionsView(id, items));
    }

    /// <param name="Submissions">Those the caller has seen waiting; others that wait by now stop the approval. Null: whatever waits.</param>
    private sealed record ApproveRequest(IReadOnlyList<Guid>? Submissions = null);

    private sealed record RoundDecisionsView(Guid Registration, IReadOnlyList<DecisionOfRound> Items);

    private sealed record DecisionOfRound(Guid Id, int Round, string By, DateTimeOffset At, IReadOnlyList<NamedSubmission> Submissions);

    private sealed record NamedSubmission(Guid Submission, DecisionEffect Effect, SubmissionState State);
}
