using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Stores;

/// <summary>What an officer must know of the stores: what they were seen to do, their locks, what waits for them, their media, and whether the policy is met.</summary>
public sealed class StoresReport(IOptions<PreservationOptions> options)
{
    /// <summary>Makes the report from the catalogue, as of now. The session must see everything.</summary>
    public async Task<StoresReportView> MakeAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var (policy, configured) = (options.Value.Copies, options.Value.Stores.ToDictionary(s => s.Name));
        var capabilities = (await session.Rows.StoreCapabilities.AsNoTracking().OrderBy(c => c.Capability).ToListAsync(cancellationToken)).ToLookup(c => c.Store);
        var copies = await CopiesAsync(session, cancellationToken);
        var media = await session.Rows.Media.AsNoTracking().OrderBy(m => m.RatedEnd).ThenBy(m => m.Number).ToListAsync(cancellationToken);
        var stores = (await session.Rows.Stores.AsNoTracking().OrderBy(s => s.Name).ToListAsync(cancellationToken)).Select(s =>
        {
            var option = configured.GetValueOrDefault(s.Name);
            var needed = option is null ? [] : StoreStandings.NeededBy(option).Select(c => c.ToString()).ToHashSet();
            var domain = option?.FailureDomain ?? new FailureDomainOptions();
            var (good, awaited, unlocked, least) = copies.GetValueOrDefault(s.Name);
            return new StoreView(s.Name, s.Kind, s.Address, domain.Provider, domain.Region, domain.Medium, domain.Threat, s.Offline, s.Present, s.LastSeenAt, s.LastProblem, s.RetiredAt,
                option is { Locked: true } ? option.LockDays : null, good, awaited, option is { Locked: true } ? unlocked : null, option is { Locked: true } ? least : null,
                [.. capabilities[s.Name].Select(c => new CapabilityView(c.Capability, c.Standing, c.Detail, needed.Contains(c.Capability), c.ProbedAt, c.Since))]);
        });
        var unmet = await StoreWatch.UnmetAsync(session, options.Value, cancellationToken);
        var migrations = new List<MigrationView>();
        foreach (var migration in await session.Rows.StoreMigrations.AsNoTracking().OrderByDescending(m => m.StartedAt).Take(50).ToListAsync(cancellationToken))
            migrations.Add(new MigrationView(migration.Id, migration.FromStore, migration.ToStore, migration.StartedAt, migration.EndedAt, await StoreMigrations.ProgressAsync(session, migration, cancellationToken)));
        var escrows = new List<EscrowView>();
        foreach (var escrow in options.Value.EscrowCopies) escrows.Add((await EscrowWatch.ViewAsync(session, escrow, cancellationToken)).View);
        return new StoresReportView(session.Now, new PolicyView(policy.Verified, policy.Providers, policy.Regions, policy.Media, policy.Threats, policy.Locked, policy.Waiver), [.. stores],
            [.. unmet.Select(u => new UnmetView(u.Packages, u.Stores, [.. u.Findings.Select(f => new UnmetRule(f.Rule.Code, f.Message, f.Hint))]))],
            [.. media.Select(m => new MediumView(m.Id, m.Number, m.Mark, m.Kind, m.Store, m.InServiceFrom, m.RatedEnd, m.RetiredAt))], migrations, escrows);
    }

    private static async Task<Dictionary<string, (long Good, long Awaited, long Unlocked, DateTimeOffset? Least)>> CopiesAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, (long, long, long, DateTimeOffset?)>();
        await using var count = session.Command("""
            SELECT store, count(*) FILTER (WHERE state = 'Good'), count(*) FILTER (WHERE state = 'Awaited'), count(*) FILTER (WHERE state = 'Good' AND (lock_until IS NULL OR lock_until < $1)),
                min(lock_until) FILTER (WHERE state = 'Good') FROM package_copy GROUP BY store
            """, session.Now);
        await using var reader = await count.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found[reader.GetString(0)] = (reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(4));
        return found;
    }
}
