using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Stores;

/// <summary>
/// What a person must know of the stores, from the catalogue alone: one that nobody reaches, a medium that is to be connected, media that come to their rated end,
/// packages whose good copies do not meet the policy any more, and escrows that are silent, behind or tell of something. Each is one task that ends by itself.
/// </summary>
public sealed class StoreWatch(CatalogueSessions sessions, IOptions<PreservationOptions> options)
{
    private const string Archive = "archive";

    /// <summary>Looks at everything once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        foreach (var store in await session.Rows.Stores.AsNoTracking().Where(s => s.RetiredAt == null).OrderBy(s => s.Name).ToListAsync(cancellationToken))
        {
            await StoreTasks.TellAsync(session, TaskKinds.StoreUnseen, store.Name, Unseen(store, session.Now), null, cancellationToken);
            if (store.Offline) await StoreTasks.TellAsync(session, TaskKinds.StoreToConnect, store.Name, await WaitingAsync(session, store, cancellationToken), null, cancellationToken);
        }
        foreach (var medium in await session.Rows.Media.AsNoTracking().OrderBy(m => m.Number).ToListAsync(cancellationToken))
            await StoreTasks.TellAsync(session, TaskKinds.MediumEnds, medium.Number, Ending(medium, session.Now), EndOf(medium).AddYears(-1), cancellationToken);
        var unmet = (await UnmetAsync(session, options.Value, cancellationToken)).SelectMany(g => g.Findings.Select(f => f with { Path = g.Packages.ToString(CultureInfo.InvariantCulture) })).ToList();
        await StoreTasks.TellAsync(session, TaskKinds.CopiesUnmet, Archive, unmet, null, cancellationToken);
        await EscrowWatch.TellAsync(session, options.Value, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>Packages by what their good copies do not meet. The session must see everything.</summary>
    internal static async Task<ImmutableArray<UnmetPackages>> UnmetAsync(CatalogueSession session, PreservationOptions options, CancellationToken cancellationToken)
    {
        var locking = await StoreStandings.LockingAsync(session, [.. options.Stores.Where(s => s.Locked).Select(s => s.Name)], cancellationToken);
        var groups = ImmutableArray.CreateBuilder<UnmetPackages>();
        await using var count = session.Command("""
            SELECT good, locked, count(*) FROM (
                SELECT p.id, array_agg(c.store ORDER BY c.store) FILTER (WHERE c.state = 'Good') AS good, array_agg(c.store ORDER BY c.store) FILTER (WHERE c.state = 'Good' AND c.lock_until > $1) AS locked
                FROM package p LEFT JOIN package_copy c ON c.package_id = p.id AND c.store NOT IN (SELECT name FROM store WHERE retired_at IS NOT NULL) GROUP BY p.id) AS t
            GROUP BY good, locked
            """, session.Now);
        await using var reader = await count.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            string[] good = await reader.IsDBNullAsync(0, cancellationToken) ? [] : reader.GetFieldValue<string[]>(0);
            string[] locked = await reader.IsDBNullAsync(1, cancellationToken) ? [] : reader.GetFieldValue<string[]>(1);
            var findings = CopyPolicy.Judge(options.Copies, [.. options.Stores], good, [.. locked.Where(locking.Contains)]);
            if (!findings.IsEmpty) groups.Add(new UnmetPackages([.. good], reader.GetInt64(2), findings));
        }
        return groups.ToImmutable();
    }

    private Finding[] Unseen(Store store, DateTimeOffset now)
    {
        var since = store.LastSeenAt ?? store.RegisteredAt;
        var isAway = store.Offline && !store.Present;
        return isAway || now - since < options.Value.StoreKeeping.UnseenAfter ? [] : [new Finding(CopyRules.Unseen, store.Name, null, Minute(since))];
    }

    private async Task<Finding[]> WaitingAsync(CatalogueSession session, Store store, CancellationToken cancellationToken)
    {
        if (store.Present) return [];
        var due = session.Now.AddDays(-options.Value.Fixity.WithinDays);
        var waiting = session.Rows.PackageCopies.Where(c => c.Store == store.Name && (c.LastReadAt < due || c.State != CopyState.Good));
        var count = await waiting.CountAsync(cancellationToken);
        if (count == 0) return [];
        var oldest = await waiting.MinAsync(c => c.LastReadAt, cancellationToken);
        return [new Finding(CopyRules.ToConnect, store.Name, oldest == DateTimeOffset.UnixEpoch ? "–" : Minute(oldest), count.ToString(CultureInfo.InvariantCulture))];
    }

    private Finding[] Ending(Medium medium, DateTimeOffset now) =>
        medium.RetiredAt is not null || EndOf(medium) - now > options.Value.StoreKeeping.MediumAlert ? []
            : [new Finding(CopyRules.MediumEnds, medium.Number, medium.RatedEnd.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), medium.Store)];

    private static DateTimeOffset EndOf(Medium medium) => new(medium.RatedEnd.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static string Minute(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}

/// <summary>Preserved packages that have good copies on the same stores, which do not meet the policy.</summary>
/// <param name="Stores">Where their copies are good.</param>
/// <param name="Packages">How many they are.</param>
/// <param name="Findings">What is not met.</param>
internal sealed record UnmetPackages(ImmutableArray<string> Stores, long Packages, ImmutableArray<Finding> Findings);
