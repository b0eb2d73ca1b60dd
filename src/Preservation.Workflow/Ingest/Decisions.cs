using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Ingest;

/// <summary>What a person's decision on a submission came to.</summary>
public enum DecisionOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>No such submission in the caller's scope.</summary>
    NotFound,

    /// <summary>The submission is not waiting for this decision (any more).</summary>
    NotWaiting,

    /// <summary>The same person sent it, or prepared it: another must decide.</summary>
    OwnSubmission,
}

/// <summary>Approval and return by a person.</summary>
public sealed class Decisions(Receipts receipts)
{
    /// <summary>Accepts a submission that passed every check; archiving starts at once.</summary>
    public static async Task<DecisionOutcome> ApproveAsync(CatalogueSession session, Caller caller, Guid submissionId, CancellationToken cancellationToken)
    {
        var (outcome, submission) = await LockAsync(session, caller, submissionId, cancellationToken);
        if (submission is null) return outcome;
        submission.State = SubmissionState.Archiving;
        await FinishAsync(session, caller, submission, "approved", null, cancellationToken);
        return DecisionOutcome.Done;
    }

    /// <summary>Sends a submission back with a reason.</summary>
    public async Task<DecisionOutcome> ReturnAsync(CatalogueSession session, Caller caller, Guid submissionId, string reason, CancellationToken cancellationToken)
    {
        var (outcome, submission) = await LockAsync(session, caller, submissionId, cancellationToken);
        if (submission is null) return outcome;
        submission.State = SubmissionState.Returned;
        submission.Reason = reason;
        submission.EndedAt = session.Now;
        await FinishAsync(session, caller, submission, "returned", reason, cancellationToken);
        await receipts.AddAsync(session, submission, ReceiptKind.Returned, new { state = submission.State, reason }, cancellationToken);
        return DecisionOutcome.Done;
    }

    private static async Task<(DecisionOutcome Outcome, Submission? Submission)> LockAsync(
        CatalogueSession session, Caller caller, Guid submissionId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(caller);
        await using (var hold = session.Command("SELECT 1 FROM submission WHERE id = $1 FOR UPDATE", submissionId))
            if (await hold.ExecuteScalarAsync(cancellationToken) is null) return (DecisionOutcome.NotFound, null);
        var submission = await session.Rows.Submissions.SingleOrDefaultAsync(s => s.Id == submissionId, cancellationToken);
        if (submission is null) return (DecisionOutcome.NotFound, null);
        if (submission.State != SubmissionState.AwaitingApproval) return (DecisionOutcome.NotWaiting, null);
        return await People.IsSamePersonAsync(session, submission.SubmittedBy, caller.PrincipalId, cancellationToken) ? (DecisionOutcome.OwnSubmission, null) : (DecisionOutcome.Done, submission);
    }

    private static async Task FinishAsync(
        CatalogueSession session, Caller caller, Submission submission, string decision, string? reason, CancellationToken cancellationToken)
    {
        var now = session.Now;
        submission.DecidedAt = now;
        submission.DecidedBy = caller.PrincipalId;
        foreach (var task in await session.Rows.Tasks.Where(t => t.SubmissionId == submission.Id && t.State == TaskState.Open && t.Kind == TaskKinds.Approval).ToListAsync(cancellationToken))
        {
            task.State = TaskState.Done;
            task.Decision = decision;
            task.DecidedBy = caller.PrincipalId;
            task.DecidedAt = now;
        }
        session.Rows.PremisEvents.Add(Events.Of(session, "appraisal", decision, null, submission, caller.PrincipalId, caller.Name));
        session.Audit(caller.PrincipalId, submission.AgencyId, $"submission.{decision}", "submission", submission.Id.ToString(), new { reason });
    }
}
