using Microsoft.AspNetCore.Http.HttpResults;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Api.Submissions;

/// <summary><c>POST /submissions/{id}/approve</c> and <c>/return</c>.</summary>
internal static class DecideSubmission
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/submissions/{id:guid}/approve", ApproveAsync).For(Role.Approver);
        routes.MapPost("/submissions/{id:guid}/return", ReturnAsync).For(Role.Approver, Role.IngestArchivist);
    }

    private static async Task<IResult> ApproveAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf("");
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await Decisions.ApproveAsync(session, access.Caller, id, cancellationToken);
        if (outcome == DecisionOutcome.FirstOfTwo)
            return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { submission = id, state = SubmissionState.AwaitingApproval, approvals = 1, needed = 2 }, cancellationToken);
        return Refusal(outcome) ?? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { submission = id, state = SubmissionState.Archiving }, cancellationToken);
    }

    private static async Task<IResult> ReturnAsync(Guid id, ReturnRequest request, CallerAccess access, Decisions decisions, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 4000) return Problems.Invalid("reason", "1 to 4,000 characters");
        var findings = request.Findings ?? [];
        if (findings.Count > FindingReason.Most || findings.Any(f => string.IsNullOrWhiteSpace(f.Reason) || f.Reason.Length > FindingReason.MaxLength) || findings.DistinctBy(f => f.Ordinal).Count() != findings.Count)
            return Problems.Invalid("findings", "at most 500, each finding once, with a reason of 1 to 1,000 characters");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await decisions.ReturnAsync(session, access.Caller, id, request.Reason, findings, cancellationToken);
        return Refusal(outcome) ?? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { submission = id, state = SubmissionState.Returned }, cancellationToken);
    }

    private static ProblemHttpResult? Refusal(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Done => null,
        DecisionOutcome.NotFound => Problems.NotFound(),
        DecisionOutcome.OwnSubmission => Problems.Conflict("ownSubmission", "Another person must decide on what you sent."),
        DecisionOutcome.SamePerson => Problems.Conflict("samePerson", "You gave the first approval: another person must give the second."),
        DecisionOutcome.NotAPerson => Problems.Conflict("notAPerson", "The agreement asks for two persons; a system is none."),
        DecisionOutcome.NoSuchFinding => Problems.Invalid("findings", "a number names no finding of this submission"),
        _ => Problems.Conflict("notWaiting", "The submission does not wait for a decision."),
    };

    private sealed record ReturnRequest(string Reason, IReadOnlyList<FindingReason>? Findings = null);
}
