using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Ingest;

/// <summary>What one person's approval comes to: never on what the same person sent, and by two different persons where the agreement says so.</summary>
internal static class ApprovalRight
{
    /// <summary>For one submission that waits; terms that the caller cannot see allow nothing.</summary>
    public static async Task<DecisionEffect> EffectAsync(CatalogueSession session, Caller caller, Submission submission, CancellationToken cancellationToken)
    {
        var modes = await ModesAsync(session, [submission.AgreementVersionId], cancellationToken);
        var first = await FirstAsync(session, [submission.Id], cancellationToken);
        return Of(caller, submission.SubmittedBy, modes.GetValueOrDefault(submission.AgreementVersionId, ApprovalMode.TwoPersons), first.GetValueOrDefault(submission.Id));
    }

    /// <summary>Who must approve under each of these versions.</summary>
    public static async Task<Dictionary<Guid, ApprovalMode>> ModesAsync(CatalogueSession session, Guid[] versions, CancellationToken cancellationToken) =>
        (await session.Rows.AgreementVersions.AsNoTracking().Where(v => versions.Contains(v.Id)).ToListAsync(cancellationToken)).ToDictionary(v => v.Id, v => AgreementTerms.Parse(v.Terms).Approval);

    /// <summary>Who gave the first of two approvals.</summary>
    public static Task<Dictionary<Guid, Guid>> FirstAsync(CatalogueSession session, Guid[] submissions, CancellationToken cancellationToken) =>
        session.Rows.DecisionSubmissions.AsNoTracking().Where(o => o.Effect == DecisionEffect.FirstApproval && submissions.Contains(o.SubmissionId))
            .Join(session.Rows.Decisions, o => o.DecisionId, d => d.Id, (o, d) => new { o.SubmissionId, d.DecidedBy }).ToDictionaryAsync(x => x.SubmissionId, x => x.DecidedBy, cancellationToken);

    /// <summary>The rule itself.</summary>
    /// <param name="caller">Who approves.</param>
    /// <param name="sender">Who sent it.</param>
    /// <param name="mode">What the agreement asks for.</param>
    /// <param name="first">Who gave the first approval; nobody when it is empty.</param>
    public static DecisionEffect Of(Caller caller, Guid sender, ApprovalMode mode, Guid first)
    {
        if (sender == caller.PrincipalId) return DecisionEffect.OwnSubmission;
        if (mode != ApprovalMode.TwoPersons) return DecisionEffect.Approved;
        if (caller.Kind != PrincipalKind.Person) return DecisionEffect.NotAPerson;
        return first == Guid.Empty ? DecisionEffect.FirstApproval : first == caller.PrincipalId ? DecisionEffect.SamePerson : DecisionEffect.Approved;
    }
}
