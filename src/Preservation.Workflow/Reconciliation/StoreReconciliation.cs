using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Reconciliation;

/// <summary>
/// Compares every store with the catalogue, both ways: what the catalogue has and the store has not, or in another length, becomes due for repair; what the
/// store has and no object accounts for is removed when it was seen twice, a day apart. One process works on a store; another goes on after it.
/// </summary>
public sealed partial class StoreReconciliation(CatalogueSessions sessions, StoreSet stores, IOptions<PreservationOptions> options, ILogger<StoreReconciliation> logger)
{
    private const int Page = 5_000;
    private readonly ReconciliationOptions _options = options.Value.Reconciliation;

    /// <summary>Enters a run of a store; null when one is running.</summary>
    public static async Task<ReconciliationRun?> AskAsync(CatalogueSession session, string store, Guid? requestedBy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var run = new ReconciliationRun { Id = Guid.CreateVersion7(session.Now), Store = store, State = RunState.Running, RequestedBy = requestedBy, StartedAt = session.Now };
        await using var insert = session.Command("INSERT INTO reconciliation_run (id, store, state, requested_by, started_at) VALUES ($1, $2, 'Running', $3, $4) ON CONFLICT DO NOTHING", run.Id, store, requestedBy, run.StartedAt);
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0) return null;
        session.Audit(requestedBy, null, "reconciliation.run", "store", store, new { run = run.Id });
        return run;
    }

    /// <summary>Enters what is due and works on everything that is open. A store that cannot be reached does not stop the others.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, root) in stores.Roots)
        {
            await ScheduleAsync(name, cancellationToken);
            if (await ClaimAsync(name, cancellationToken) is not { } run) continue;
            try
            {
                await CarryAsync(run, root, cancellationToken);
            }
            catch (IOException e)
            {
                LogTrouble(e, name);
                await ExecuteAsync("UPDATE reconciliation_run SET last_problem = $2, lease_until = NULL WHERE id = $1", cancellationToken, run.Id, e.Message);
            }
        }
    }

    private async Task ScheduleAsync(string store, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var since = session.Now - _options.Every;
        if (!await session.Rows.Stores.AnyAsync(s => s.Name == store, cancellationToken)) return;
        if (await session.Rows.ReconciliationRuns.AnyAsync(r => r.Store == store && (r.State == RunState.Running || r.StartedAt > since), cancellationToken)) return;
        await AskAsync(session, store, null, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private async Task<ReconciliationRun?> ClaimAsync(string store, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var claim = session.Command("UPDATE reconciliation_run SET lease_until = $3 WHERE store = $1 AND state = 'Running' AND (lease_until IS NULL OR lease_until < $2)", store, session.Now, session.Now + _options.Lease))
            if (await claim.ExecuteNonQueryAsync(cancellationToken) == 0) return null;
        var run = await session.Rows.ReconciliationRuns.AsNoTracking().SingleAsync(r => r.Store == store && r.State == RunState.Running, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return run;
    }

    private async Task CarryAsync(ReconciliationRun run, OcflStore root, CancellationToken cancellationToken)
    {
        if (run.Parts == 0) run.Parts = StoreParts.Of(root.Prefix, await CountAsync(run.Store, cancellationToken)).Length;
        var parts = StoreParts.Again(root.Prefix, run.Parts);
        for (var i = run.PartsDone; i < parts.Length; i++)
        {
            var comparison = new PartComparison(sessions, root);
            var finds = await comparison.RunAsync(parts[i], cancellationToken);
            await RecordAsync(run, root, finds, comparison.Counts, cancellationToken);
        }
        var removed = await new Orphans(sessions, root, _options).RemoveAsync(run, cancellationToken);
        await EndAsync(run, removed, cancellationToken);
    }

    private async Task<long> CountAsync(string store, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.PackageCopies.Where(c => c.Store == store).SumAsync(c => c.Keys, cancellationToken);
    }

    private async Task RecordAsync(ReconciliationRun run, OcflStore root, List<Find> finds, (long Listed, long Known) counts, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var atWork = await ObjectsAtWork.PrefixesAsync(session, root, cancellationToken);
        foreach (var page in finds.Where(f => !atWork.Contains(f.ObjectPrefix(root.Prefix))).Chunk(Page))
        {
            // Whatever came into the catalogue since the listing is not unknown any more.
            await using (var upsert = session.Command("""
                INSERT INTO reconciliation_find AS f (store, key, kind, run_id, package_id, object_prefix, expected_bytes, found_bytes, etag, first_seen_at, last_seen_at)
                SELECT $1, t.key, t.kind, $2, t.package, t.prefix, t.expected, t.found, t.etag, $3, $3
                FROM unnest($4::text[], $5::text[], $6::uuid[], $7::text[], $8::bigint[], $9::bigint[], $10::text[]) AS t (key, kind, package, prefix, expected, found, etag)
                WHERE t.kind <> 'Unknown' OR NOT EXISTS (SELECT FROM copy c WHERE c.store = $1 AND c.key = t.key)
                ON CONFLICT (store, key) DO UPDATE SET kind = excluded.kind, run_id = excluded.run_id, package_id = excluded.package_id, expected_bytes = excluded.expected_bytes, found_bytes = excluded.found_bytes,
                    etag = excluded.etag, last_seen_at = excluded.last_seen_at, ended_at = NULL, outcome = NULL,
                    first_seen_at = CASE WHEN f.ended_at IS NULL AND f.kind = excluded.kind AND f.etag IS NOT DISTINCT FROM excluded.etag THEN f.first_seen_at ELSE excluded.first_seen_at END
                """, run.Store, run.Id, session.Now, page.Select(f => f.Key).ToArray(), page.Select(f => f.Kind.ToString()).ToArray(), page.Select(f => f.Package).ToArray(), page.Select(f => f.ObjectPrefix(root.Prefix)).ToArray(),
                page.Select(f => f.Expected).ToArray(), page.Select(f => f.Found).ToArray(), page.Select(f => f.ETag).ToArray()))
                await upsert.ExecuteNonQueryAsync(cancellationToken);
            await DueAsync(session, run.Store, page, cancellationToken);
        }
        await using (var done = session.Command("""
            UPDATE reconciliation_run SET parts = $2, parts_done = parts_done + 1, keys_listed = keys_listed + $3, keys_known = keys_known + $4, lease_until = $5, last_problem = NULL WHERE id = $1
            """, run.Id, run.Parts, counts.Listed, counts.Known, session.Now + _options.Lease))
            await done.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // A copy that lacks something is not good: the next fixity run reads it first, and repairs it from a proven one.
    private static async Task DueAsync(CatalogueSession session, string store, Find[] page, CancellationToken cancellationToken)
    {
        foreach (var group in page.Where(f => f.Package is not null).GroupBy(f => f.Kind))
        {
            await using var due = session.Command("""
                UPDATE package_copy SET state = $3, last_read_at = 'epoch' WHERE store = $1 AND package_id = ANY ($2) AND state = 'Good' AND (lease_until IS NULL OR lease_until < $4)
                """, store, group.Select(f => f.Package!.Value).Distinct().ToArray(), (group.Key == FindKind.Missing ? CopyState.Missing : CopyState.Bad).ToString(), session.Now);
            await due.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task EndAsync(ReconciliationRun run, long removed, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var gone = session.Command("UPDATE reconciliation_find SET ended_at = $3, outcome = 'no longer so' WHERE store = $1 AND ended_at IS NULL AND run_id <> $2", run.Store, run.Id, session.Now)) await gone.ExecuteNonQueryAsync(cancellationToken);
        await using (var end = session.Command("UPDATE reconciliation_run SET state = 'Ended', ended_at = $2, removed = $3, lease_until = NULL WHERE id = $1", run.Id, session.Now, removed)) await end.ExecuteNonQueryAsync(cancellationToken);
        var counts = await session.Rows.ReconciliationFinds.Where(f => f.Store == run.Store && f.EndedAt == null).GroupBy(f => f.Kind).Select(g => new { g.Key, Count = g.LongCount() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        session.Audit(null, null, "reconciliation.ended", "store", run.Store, new { run = run.Id, finds = counts, removed });
        await TellAsync(session, run.Store, counts, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // One task a store, as long as something does not fit.
    private static async Task TellAsync(CatalogueSession session, string store, Dictionary<FindKind, long> counts, CancellationToken cancellationToken)
    {
        var task = await session.Rows.Tasks.FirstOrDefaultAsync(t => t.Kind == TaskKinds.Reconciliation && t.State == TaskState.Open && t.Subject.StartsWith(store + ": "), cancellationToken);
        if (counts.Count == 0)
        {
            if (task is null) return;
            (task.State, task.DecidedAt, task.Decision) = (TaskState.Done, session.Now, "store and catalogue agree");
            return;
        }
        var subject = $"{store}: {string.Join(", ", counts.OrderBy(c => c.Key).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value} {c.Key}")))}";
        if (task is not null) task.Subject = subject;
        else session.Rows.Tasks.Add(new PreservationTask { Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.Reconciliation, State = TaskState.Open, Role = Role.PreservationOfficer, Subject = subject, CreatedAt = session.Now });
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var command = session.Command(sql, parameters)) await command.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    [LoggerMessage(7001, LogLevel.Error, "Store {Store} cannot be compared with the catalogue now; the run goes on later")]
    private partial void LogTrouble(Exception e, string store);
}
