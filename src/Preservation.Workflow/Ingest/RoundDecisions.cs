using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// Approval of all that waits in a round, as one recorded decision: it names every submission of the round, and of each that it leaves says why.
/// Set-based, since a round has thousands.
/// </summary>
public static class RoundDecisions
{
    /// <summary>What it came to.</summary>
    /// <param name="Refusal">Why nothing was decided; null when something was.</param>
    /// <param name="Decision">The decision's id.</param>
    /// <param name="Submissions">Every submission of the round.</param>
    public sealed record Approval(RoundRefusal? Refusal, Guid Decision, ImmutableArray<Decided> Submissions);

    /// <summary>One submission of it.</summary>
    public sealed record Decided(Guid Submission, string Title, DecisionEffect Effect, SubmissionState State);

    /// <summary>A short name for a set of submissions: who approves a round says by it what he or she has seen waiting.</summary>
    public static string DigestOf(IEnumerable<Guid> submissions) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(',', submissions.Select(s => s.ToString()).Distinct().Order(StringComparer.Ordinal)))));

    /// <summary>The submissions of a round that wait for a decision.</summary>
    public static async Task<ImmutableArray<Guid>> WaitingAsync(CatalogueSession session, Guid round, CancellationToken cancellationToken) =>
        [.. await session.Rows.Submissions.Where(s => s.RoundId == round && s.State == SubmissionState.AwaitingApproval).Select(s => s.Id).ToListAsync(cancellationToken)];

    /// <summary>Approves what waits. The caller commits when nothing was refused.</summary>
    /// <param name="session">Sees the round.</param>
    /// <param name="caller">Who approves.</param>
    /// <param name="registration">The registration.</param>
    /// <param name="number">The round's number in it.</param>
    /// <param name="seen"><see cref="DigestOf"/> what the caller has seen waiting; null: whatever waits.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<Approval> ApproveAsync(CatalogueSession session, Caller caller, Guid registration, int number, string? seen, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(caller);
        if (await session.Rows.Registrations.AsNoTracking().SingleOrDefaultAsync(r => r.Id == registration, cancellationToken) is not { } found) return Refused(RoundRefusal.NotFound);
        if (await session.Rows.RegistrationRounds.AsNoTracking().SingleOrDefaultAsync(o => o.RegistrationId == registration && o.Number == number, cancellationToken) is not { } round) return Refused(RoundRefusal.NotFound);
        // Somebody who decides on one of them at this moment ends first; what he or she decided is seen below.
        await using (var hold = session.Command("SELECT 1 FROM submission WHERE round_id = $1 AND state = 'AwaitingApproval' ORDER BY id FOR UPDATE", round.Id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var all = await session.Rows.Submissions.AsNoTracking().Where(s => s.RoundId == round.Id).OrderBy(s => s.Id)
            .Select(s => new { s.Id, Title = s.Title ?? s.FileName, s.State, s.SubmittedBy, s.AgreementVersionId }).ToListAsync(cancellationToken);
        var waiting = all.Where(s => s.State == SubmissionState.AwaitingApproval).ToList();
        if (waiting.Count == 0) return Refused(RoundRefusal.NothingWaits);
        if (seen is not null && DigestOf(waiting.Select(s => s.Id)) != seen) return Refused(RoundRefusal.Changed);
        var modes = await ApprovalRight.ModesAsync(session, [.. waiting.Select(s => s.AgreementVersionId).Distinct()], cancellationToken);
        var first = await ApprovalRight.FirstAsync(session, [.. waiting.Select(s => s.Id)], cancellationToken);
        var decided = all.Select(s =>
        {
            var effect = s.State != SubmissionState.AwaitingApproval ? DecisionEffect.NotWaiting : ApprovalRight.Of(caller, s.SubmittedBy, modes.GetValueOrDefault(s.AgreementVersionId, ApprovalMode.TwoPersons), first.GetValueOrDefault(s.Id));
            return new Decided(s.Id, s.Title, effect, effect == DecisionEffect.Approved ? SubmissionState.Archiving : s.State);
        }).ToImmutableArray();
        if (!decided.Any(d => d.Effect is DecisionEffect.Approved or DecisionEffect.FirstApproval)) return new Approval(RoundRefusal.NoneAllowed, Guid.Empty, decided);
        var id = await RecordAsync(session, caller, found.AgencyId, round.Id, decided, cancellationToken);
        session.Audit(caller.PrincipalId, found.AgencyId, "round.approved", "decision", id.ToString(), new
        {
            registration = found.Code, round = number, submissions = decided.Select(d => new { d.Submission, d.Effect }),
        });
        return new Approval(null, id, decided);
    }

    private static async Task<Guid> RecordAsync(CatalogueSession session, Caller caller, Guid agency, Guid round, ImmutableArray<Decided> decided, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var id = Guid.CreateVersion7(now);
        session.Rows.Decisions.Add(new Decision { Id = id, AgencyId = agency, RoundId = round, Kind = DecisionKind.Approved, DecidedBy = caller.PrincipalId, DecidedAt = now });
        await session.FlushAsync(cancellationToken);
        await using (var insert = session.Command("INSERT INTO decision_submission (decision_id, submission_id, effect, state) SELECT $1, t.* FROM unnest($2::uuid[], $3::text[], $4::text[]) AS t",
            id, decided.Select(d => d.Submission).ToArray(), decided.Select(d => d.Effect.ToString()).ToArray(), decided.Select(d => d.State.ToString()).ToArray()))
            await insert.ExecuteNonQueryAsync(cancellationToken);
        var approved = decided.Where(d => d.Effect == DecisionEffect.Approved).Select(d => d.Submission).ToArray();
        await using (var update = session.Command("UPDATE submission SET state = 'Archiving', decided_at = $2, decided_by = $3 WHERE id = ANY($1)", approved, now, caller.PrincipalId)) await update.ExecuteNonQueryAsync(cancellationToken);
        await using (var tasks = session.Command("UPDATE task SET state = 'Done', decision = 'approved', decided_at = $2, decided_by = $3 WHERE submission_id = ANY($1) AND state = 'Open' AND kind = $4", approved, now, caller.PrincipalId, TaskKinds.Approval))
            await tasks.ExecuteNonQueryAsync(cancellationToken);
        session.Rows.PremisEvents.AddRange(decided.Where(d => d.Effect is DecisionEffect.Approved or DecisionEffect.FirstApproval).Select(d => new PremisEvent
        {
            Id = Guid.CreateVersion7(now), Type = "appraisal", At = now, Outcome = d.Effect == DecisionEffect.Approved ? "approved" : "firstApproval", Detail = $"decision {id}", AgencyId = agency,
            SubmissionId = d.Submission, PrincipalId = caller.PrincipalId, Agent = caller.Name,
        }));
        return id;
    }

    private static Approval Refused(RoundRefusal refusal) => new(refusal, Guid.Empty, []);
}
