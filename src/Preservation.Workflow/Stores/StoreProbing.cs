using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Core.Findings;
using Preservation.Storage.Objects;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Stores;

/// <summary>Tries what this process's stores can do, keeps it in the catalogue for all, and refuses a policy that rests on what a store only pretends.</summary>
public sealed partial class StoreProbing(CatalogueSessions sessions, StoreSet stores, IOptions<PreservationOptions> options, ILogger<StoreProbing> logger)
{
    // A store that takes the connection and says nothing must not keep the others from being served.
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Before work begins: the policy must be one that the configured stores can meet, and every store that can be reached must do what is asked of it. One that is
    /// away is judged by what it was last seen to do, and not at all when it was never seen.
    /// </summary>
    /// <exception cref="StorePolicyException">It is not so; the message says why in both languages.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var unmet = CopyPolicy.OfConfiguration(options.Value);
        if (!unmet.IsEmpty) throw new StorePolicyException(unmet);
        var lacks = await Task.WhenAll(stores.Written.Select(async name =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(AnswersWithin);
            try
            {
                return await RunAsync(name, limit.Token);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                LogUnreachable(e, name);
                return await KnownAsync(name, cancellationToken);
            }
        }));
        unmet = [.. lacks.SelectMany(l => l)];
        if (!unmet.IsEmpty) throw new StorePolicyException(unmet);
    }

    /// <summary>Probes one store and records what was seen; what it lacks becomes a task.</summary>
    /// <returns>What it lacks of what is asked of it; what was known before when its medium is away.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be reached.</exception>
    public async Task<ImmutableArray<Finding>> RunAsync(string store, CancellationToken cancellationToken)
    {
        var option = stores.OptionsOf(store);
        if (!await stores.IsConnectedAsync(store, cancellationToken)) return await KnownAsync(store, cancellationToken);
        IReadOnlyList<ProbedCapability> probed;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken)) probed = await stores.Stores[store].ProbeAsync(StoreSet.ProbePrefix, session.Now, cancellationToken);
        var lacks = Lacks(option, probed);
        await RecordAsync(store, probed, lacks, cancellationToken);
        return lacks;
    }

    private async Task<ImmutableArray<Finding>> KnownAsync(string store, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var known = await session.Rows.StoreCapabilities.AsNoTracking().Where(c => c.Store == store).ToListAsync(cancellationToken);
        return known.Count == 0 ? [] : Lacks(stores.OptionsOf(store), [.. known.Select(k => new ProbedCapability(Enum.Parse<StoreCapability>(k.Capability), Enum.Parse<CapabilityStanding>(k.Standing), k.Detail))]);
    }

    private static ImmutableArray<Finding> Lacks(StoreOptions store, IReadOnlyList<ProbedCapability> probed) =>
        [.. StoreStandings.NeededBy(store).Select(c => probed.Single(p => p.Capability == c)).Where(p => p.Standing != CapabilityStanding.Proven)
            .Select(p => new Finding(CopyRules.StoreLacks, store.Name, p.Capability.ToString(), $"{p.Standing}, {p.Detail}"))];

    private async Task RecordAsync(string store, IReadOnlyList<ProbedCapability> probed, ImmutableArray<Finding> lacks, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var before = await session.Rows.StoreCapabilities.AsNoTracking().Where(c => c.Store == store).ToDictionaryAsync(c => c.Capability, c => c.Standing, cancellationToken);
        foreach (var one in probed)
        {
            await using var upsert = session.Command("""
                INSERT INTO store_capability AS c (store, capability, standing, detail, probed_at, since) VALUES ($1, $2, $3, $4, $5, $5)
                ON CONFLICT (store, capability) DO UPDATE SET standing = excluded.standing, detail = excluded.detail, probed_at = excluded.probed_at,
                    since = CASE WHEN c.standing = excluded.standing THEN c.since ELSE excluded.since END
                """, store, one.Capability.ToString(), one.Standing.ToString(), one.Detail, session.Now);
            await upsert.ExecuteNonQueryAsync(cancellationToken);
        }
        var changed = probed.Where(p => before.GetValueOrDefault(p.Capability.ToString()) != p.Standing.ToString()).ToList();
        if (changed.Count > 0) session.Audit(null, null, "store.probed", "store", store, changed.Select(c => new { c.Capability, c.Standing, c.Detail, before = before.GetValueOrDefault(c.Capability.ToString()) }));
        await StoreTasks.TellAsync(session, TaskKinds.StoreCapability, store, lacks, null, cancellationToken);
        await session.CommitAsync(cancellationToken);
        if (!lacks.IsEmpty) LogLacks(store, CopyPolicy.Say(lacks));
    }

    [LoggerMessage(6401, LogLevel.Error, "Store {Store}: {Lacks}")]
    private partial void LogLacks(string store, string lacks);

    [LoggerMessage(6402, LogLevel.Warning, "Store {Store} could not be probed; what it was last seen to do counts")]
    private partial void LogUnreachable(Exception e, string store);
}
