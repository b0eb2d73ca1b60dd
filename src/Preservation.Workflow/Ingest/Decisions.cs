using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Ingest;

/// <summary>Approval and return by a person, each recorded as a decision. The submission's row is held, so that of two decisions at once one sees the other.</summary>
public sealed class Decisions(Receipts receipts)
{
    /// <summary>Accepts a submission that passed every check: archiving starts at once, or after the second person where the agreement asks for two.</summary>
    public static async Task<DecisionOutcome> ApproveAsync(CatalogueSession session, Caller caller, Guid submissionId, CancellationToken cancellationToken)
    {
        var (outcome, submission) = await LockAsync(session, caller, submissionId, cancellationToken);
        if (submission is null) return outcome;
        switch (await ApprovalRight.EffectAsync(session, caller, submission, cancellationToken))
        {
            case DecisionEffect.FirstApproval:
                await RecordAsync(session, caller, submission, DecisionKind.Approved, DecisionEffect.FirstApproval, null, [], session.Now, cancellationToken);
                session.Rows.PremisEvents.Add(Events.Of(session, "appraisal", "firstApproval", null, submission, caller.PrincipalId, caller.Name));
                return DecisionOutcome.FirstOfTwo;
            case DecisionEffect.SamePerson: return DecisionOutcome.SamePerson;
            case DecisionEffect.NotAPerson: return DecisionOutcome.NotAPerson;
        }
        submission.State = SubmissionState.Archiving;
        await FinishAsync(session, caller, submission, DecisionKind.Approved, null, [], cancellationToken);
        return DecisionOutcome.Done;
    }

    /// <summary>Sends a submission back with a reason, and with what is said of single findings; the receipt carries both.</summary>
    public async Task<DecisionOutcome> ReturnAsync(CatalogueSession session, Caller caller, Guid submissionId, string reason, IReadOnlyList<FindingReason> findings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var (outcome, submission) = await LockAsync(session, caller, submissionId, cancellationToken);
        if (submission is null) return outcome;
        var ordinals = findings.Select(f => f.Ordinal).ToArray();
        var named = await session.Rows.SubmissionFindings.AsNoTracking().Where(f => f.SubmissionId == submissionId && ordinals.Contains(f.Ordinal)).ToDictionaryAsync(f => f.Ordinal, cancellationToken);
        if (named.Count != findings.Count) return DecisionOutcome.NoSuchFinding;
        submission.State = SubmissionState.Returned;
        submission.Reason = reason;
        submission.EndedAt = session.Now;
        await FinishAsync(session, caller, submission, DecisionKind.Returned, reason, findings, cancellationToken);
        await receipts.AddAsync(session, submission, ReceiptKind.Returned,
            new { state = submission.State, reason, findings = findings.OrderBy(f => f.Ordinal).Select(f => new { f.Ordinal, named[f.Ordinal].Code, named[f.Ordinal].Path, f.Reason }) }, cancellationToken);
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
        CatalogueSession session, Caller caller, Submission submission, DecisionKind kind, string? reason, IReadOnlyList<FindingReason> findings, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var word = kind == DecisionKind.Approved ? "approved" : "returned";
        submission.DecidedAt = now;
        submission.DecidedBy = caller.PrincipalId;
        foreach (var task in await session.Rows.Tasks.Where(t => t.SubmissionId == submission.Id && t.State == TaskState.Open && t.Kind == TaskKinds.Approval).ToListAsync(cancellationToken))
        {
            task.State = TaskState.Done;
            task.Decision = word;
            task.DecidedBy = caller.PrincipalId;
            task.DecidedAt = now;
        }
        await RecordAsync(session, caller, submission, kind, kind == DecisionKind.Approved ? DecisionEffect.Approved : DecisionEffect.Returned, reason, findings, now, cancellationToken);
        session.Rows.PremisEvents.Add(Events.Of(session, "appraisal", word, null, submission, caller.PrincipalId, caller.Name));
    }

    private static async Task RecordAsync(
        CatalogueSession session, Caller caller, Submission submission, DecisionKind kind, DecisionEffect effect, string? reason, IReadOnlyList<FindingReason> findings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var decision = new Decision { Id = Guid.CreateVersion7(now), AgencyId = submission.AgencyId, Kind = kind, Reason = reason, DecidedBy = caller.PrincipalId, DecidedAt = now };
        session.Rows.Decisions.Add(decision);
        await session.FlushAsync(cancellationToken);
        session.Rows.DecisionSubmissions.Add(new DecisionSubmission { DecisionId = decision.Id, SubmissionId = submission.Id, Effect = effect, State = submission.State });
        session.Rows.DecisionReasons.AddRange(findings.Select(f => new DecisionReason { DecisionId = decision.Id, SubmissionId = submission.Id, Ordinal = f.Ordinal, Reason = f.Reason }));
        var action = effect switch { DecisionEffect.Approved => "submission.approved", DecisionEffect.Returned => "submission.returned", _ => "submission.firstApproval" };
        session.Audit(caller.PrincipalId, submission.AgencyId, action, "submission", submission.Id.ToString(), new { decision = decision.Id, reason, findings });
    }
}
