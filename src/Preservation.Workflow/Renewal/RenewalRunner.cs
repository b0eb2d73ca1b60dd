using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Evidence.Planning;
using Preservation.Evidence.Records;
using Preservation.Evidence.TimeStamps;
using Preservation.Workflow.Options;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Renewal;

/// <summary>
/// Carries out what the plan says is due: a tree over earlier tokens for a time-stamp renewal, the beginning of a hash-tree renewal. The trees it enters get
/// their tokens as all others do; what cannot be done becomes a task.
/// </summary>
public sealed partial class RenewalRunner(
    CatalogueSessions sessions, RenewalPlans plans, AuthorityRevocations revocations, TreeRenewal trees, IOptions<PreservationOptions> options, ILogger<RenewalRunner> logger)
{
    private const long RenewalLock = 0x5052_4553_5245_4E;
    private const int Chunk = 1_000;
    private readonly TimeStampOptions _options = options.Value.TimeStamps;

    /// <summary>Makes the plan, enters what is due in it, and goes on with hash-tree renewals.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var found = await revocations.LookAsync(cancellationToken);
        await PlanAsync(found, cancellationToken);
        await trees.RunAsync(found, cancellationToken);
    }

    private async Task PlanAsync(IReadOnlyDictionary<string, AuthorityStatus> found, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var tryLock = session.Command("SELECT pg_try_advisory_xact_lock($1)", RenewalLock))
            if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true) return;
        var plan = await plans.MakeAsync(session, cancellationToken);
        foreach (var step in plan.Due)
        {
            if (step.Kind == RenewalKind.TimeStamp) await EnterTokensAsync(session, step, found, cancellationToken);
            else await BeginAsync(session, step, cancellationToken);
        }
        await TellAsync(session, plan, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // The leaves of one tree are the tokens of all batches: the whole archive is renewed by one token a function.
    private async Task EnterTokensAsync(CatalogueSession session, RenewalStep step, IReadOnlyDictionary<string, AuthorityStatus> found, CancellationToken cancellationToken)
    {
        foreach (var tree in step.Needs.Chunk(_options.MaxLeaves))
        {
            var leaves = new List<NewLeaf>(tree.Length);
            foreach (var chunk in tree.Chunk(Chunk))
            {
                var ids = chunk.Select(n => Guid.Parse(n.Token)).ToArray();
                var tokens = await session.Rows.EvidenceTokens.AsNoTracking().Where(t => ids.Contains(t.Id)).ToDictionaryAsync(t => t.Id, t => RenewedForms.Of(t, found), cancellationToken);
                await KeepFormsAsync(session, tokens, cancellationToken);
                leaves.AddRange(ids.Select(id => new NewLeaf(LeafKind.TimeStamp, id.ToString(), [.. EvidenceSequence.DigestOf(step.Algorithm, tokens[id]).Bytes], null)));
            }
            var batch = await NewBatch.AddAsync(session, BatchKind.Renewal, step.Algorithm, leaves, _options.TokensPerBatch, cancellationToken);
            session.Audit(null, null, "evidence.renewal", "evidenceBatch", batch.ToString(), new { kind = step.Kind, algorithm = step.Algorithm.MetsName, tokens = leaves.Count, reasons = step.Reasons.Select(r => r.Code) });
            LogEntered(batch, leaves.Count, step.Algorithm.MetsName);
        }
    }

    /// <summary>Fixes tokens as the next tree covers them; what was fixed before stays.</summary>
    internal static async Task KeepFormsAsync(CatalogueSession session, IReadOnlyDictionary<Guid, byte[]> forms, CancellationToken cancellationToken)
    {
        await using var keep = session.Command("UPDATE evidence_token t SET renewed_form = f.form FROM unnest($1::uuid[], $2::bytea[]) AS f (id, form) WHERE t.id = f.id AND t.renewed_form IS NULL",
            forms.Keys.ToArray(), forms.Values.ToArray());
        await keep.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task BeginAsync(CatalogueSession session, RenewalStep step, CancellationToken cancellationToken)
    {
        if (step.NewAlgorithm is not { } next || next == step.Algorithm) return; // the plan's alarm says so
        if (await session.Rows.HashTreeRenewals.AnyAsync(r => r.FromAlgorithm == step.Algorithm.Name && r.EndedAt == null, cancellationToken)) return;
        var renewal = new HashTreeRenewal
        {
            Id = Guid.CreateVersion7(session.Now), FromAlgorithm = step.Algorithm.Name, ToAlgorithm = next.Name, Reason = string.Join(' ', step.Reasons.Select(r => r.Code)), StartedAt = session.Now, DueAt = step.By.ToUniversalTime(),
        };
        session.Rows.HashTreeRenewals.Add(renewal);
        await session.FlushAsync(cancellationToken);
        session.Audit(null, null, "evidence.renewal", "hashTreeRenewal", renewal.Id.ToString(), new { kind = step.Kind, from = step.Algorithm.MetsName, to = next.MetsName, by = step.By, reasons = step.Reasons.Select(r => r.Code) });
    }

    // One task for all alarms of the newest plan; it ends by itself when the plan has none any more.
    private static async Task TellAsync(CatalogueSession session, RenewalPlan plan, CancellationToken cancellationToken)
    {
        var task = await session.Rows.Tasks.FirstOrDefaultAsync(t => t.Kind == TaskKinds.RenewalTrouble && t.State == TaskState.Open, cancellationToken);
        if (plan.Alarms.IsEmpty)
        {
            if (task is null) return;
            (task.State, task.DecidedAt, task.Decision) = (TaskState.Done, session.Now, "the plan can be met again");
            return;
        }
        if (task is null)
            session.Rows.Tasks.Add(task = new PreservationTask { Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.RenewalTrouble, State = TaskState.Open, Role = Role.PreservationOfficer, Subject = "", CreatedAt = session.Now });
        task.Subject = string.Create(CultureInfo.InvariantCulture, $"{plan.Alarms.Length}: {string.Join("; ", plan.Alarms.Take(3).Select(a => $"{a.Finding.Rule.Code} {a.Finding.Message.En}"))}");
    }

    [LoggerMessage(3010, LogLevel.Information, "Evidence batch {Id} renews {Tokens} tokens of {Algorithm} trees")]
    private partial void LogEntered(Guid id, int tokens, string algorithm);
}
