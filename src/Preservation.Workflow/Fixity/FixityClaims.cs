using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Fixity;

/// <summary>
/// Gives copies to readers: each to one at a time, what is due first before the others, and no faster than a store's budget. The budget is kept in the catalogue,
/// so that all processes together keep to it: a reading is paid for in time, after which the store may be read again.
/// </summary>
internal sealed class FixityClaims(CatalogueSessions sessions, StoreSet stores, PreservationOptions options)
{
    // A submission at work on the next version of a package: its copies change under the reader's hands.
    public const string IsBeingWritten = "EXISTS (SELECT FROM submission s WHERE s.package_id = package_copy.package_id AND s.state = 'Archiving' AND s.lease_until > ";

    // Not good, and not yet looked at by the run.
    private const string IsIll = "($1::timestamptz IS NOT NULL AND state <> 'Good' AND last_read_at < $2)";

    // Of small copies so much together; one that is larger comes alone.
    private const long KeysAtOnce = CopyKeys.Page;
    private const long BytesAtOnce = 256L << 20;

    private readonly FixityOptions _fixity = options.Fixity;

    /// <summary>What a run has to read, as SQL over <c>package_copy</c>; its parameters are $1, the run's cutoff, and $2, when it was entered.</summary>
    public static string IsDue(FixityRun run) => run.Kind == RunKind.Scheduled ? "($1::timestamptz IS NOT NULL AND due_at <= $2)" : "(last_read_at < $1 AND $2::timestamptz IS NOT NULL)";

    /// <summary>
    /// The next copies of a run: one, or as many small ones as are worth a turn of the catalogue; none when none may be read now. Each copy is read once a run.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="most">Not more than so many.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task<IReadOnlyList<PackageCopy>> NextAsync(FixityRun run, int most, CancellationToken cancellationToken)
    {
        var connected = await stores.ConnectedAsync(cancellationToken);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        // Each by its own index, what is due first: asked for in one condition, all copies there are would be gone through when hardly any is left.
        var keys = await ClaimAsync(session, run, IsDue(run), most, connected, cancellationToken);
        if (keys.Count == 0) keys = await ClaimAsync(session, run, IsIll, most, connected, cancellationToken);
        if (keys.Count == 0) return [];
        foreach (var (id, store) in keys) await PayAsync(session, id, store, cancellationToken);
        var ids = keys.Select(k => k.Id).Distinct().ToArray();
        var copies = await session.Rows.PackageCopies.AsNoTracking().Where(c => ids.Contains(c.PackageId)).ToListAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return copies.FindAll(c => keys.Contains((c.PackageId, c.Store)));
    }

    // One package that a person asks for waits for no budget; a store that has one is read copy by copy.
    private async Task<HashSet<(Guid Id, string Store)>> ClaimAsync(CatalogueSession session, FixityRun run, string which, int most, ImmutableArray<string> connected, CancellationToken cancellationToken)
    {
        var (order, now) = (run.Kind == RunKind.Scheduled ? "due_at" : "last_read_at", session.Now);
        await using var claim = session.Command($"""
            WITH free AS (
                SELECT package_id, store, keys, bytes, {order} AS place FROM package_copy
                WHERE (store = ANY ($6) OR store <> ALL ($7)) AND store NOT IN (SELECT name FROM store WHERE retired_at IS NOT NULL) AND {which} AND ($3::uuid IS NULL OR package_id = $3)
                    AND (lease_until IS NULL OR lease_until < $4) AND ($3::uuid IS NOT NULL OR store NOT IN (SELECT p.store FROM fixity_pace p WHERE p.free_at > $4)) AND NOT {IsBeingWritten} $4)
                ORDER BY {order}, package_id, store LIMIT $8 FOR UPDATE SKIP LOCKED),
            reached AS (SELECT package_id, store, row_number() OVER turn AS copies, sum(keys) OVER turn AS keys, sum(bytes) OVER turn AS bytes FROM free WINDOW turn AS (ORDER BY place, package_id, store))
            UPDATE package_copy c SET lease_until = $5 FROM reached r WHERE c.package_id = r.package_id AND c.store = r.store AND (r.copies = 1 OR (r.keys <= $9 AND r.bytes <= $10)) RETURNING c.package_id, c.store
            """, run.Cutoff, run.CreatedAt, run.PackageId, now, now + _fixity.Lease, connected.ToArray(), stores.Configured.Select(s => s.Name).ToArray(), HasBudget ? 1 : most, KeysAtOnce, BytesAtOnce);
        var keys = new HashSet<(Guid, string)>();
        await using var reader = await claim.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) keys.Add((reader.GetGuid(0), reader.GetString(1)));
        return keys;
    }

    private bool HasBudget => _fixity.BytesPerHour > 0 || _fixity.RequestsPerHour > 0 || stores.Configured.Any(s => s.FixityBytesPerHour is not null || s.FixityRequestsPerHour is not null);

    // The time that the budget gives for what is about to be read passes before the next reading of this store begins.
    private async Task PayAsync(CatalogueSession session, Guid package, string store, CancellationToken cancellationToken)
    {
        var option = stores.Configured.FirstOrDefault(s => s.Name == store);
        var (bytes, requests) = (option?.FixityBytesPerHour ?? _fixity.BytesPerHour, option?.FixityRequestsPerHour ?? _fixity.RequestsPerHour);
        if (bytes == 0 && requests == 0) return;
        await using var pay = session.Command("""
            INSERT INTO fixity_pace AS f (store, free_at)
            SELECT $2, $3::timestamptz + make_interval(secs => 3600.0 * greatest(CASE WHEN $4::bigint > 0 THEN bytes::double precision / $4 ELSE 0 END, CASE WHEN $5::bigint > 0 THEN keys::double precision / $5 ELSE 0 END))
            FROM package_copy WHERE package_id = $1 AND store = $2
            ON CONFLICT (store) DO UPDATE SET free_at = greatest(f.free_at, $3::timestamptz) + (excluded.free_at - $3::timestamptz)
            """, package, store, session.Now, bytes, requests);
        await pay.ExecuteNonQueryAsync(cancellationToken);
    }
}
