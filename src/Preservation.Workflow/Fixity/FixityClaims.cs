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

    private readonly FixityOptions _fixity = options.Fixity;

    /// <summary>What a run has to read, as SQL over <c>package_copy</c>; its parameters are $1, the run's cutoff, and $2, when it was entered.</summary>
    public static string IsDue(FixityRun run) => run.Kind == RunKind.Scheduled ? "($1::timestamptz IS NOT NULL AND due_at <= $2)" : "(last_read_at < $1 AND $2::timestamptz IS NOT NULL)";

    /// <summary>The next copy of a run; null when none may be read now. Each copy is read once a run.</summary>
    public async Task<PackageCopy?> NextAsync(FixityRun run, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        // Due, or not good and not yet looked at by this run. One package that a person asks for waits for no budget.
        await using var claim = session.Command($"""
            UPDATE package_copy SET lease_until = $5 WHERE (package_id, store) = (
                SELECT package_id, store FROM package_copy
                WHERE (store = ANY ($6) OR store <> ALL ($7)) AND store NOT IN (SELECT name FROM store WHERE retired_at IS NOT NULL) AND ({IsDue(run)} OR (state <> 'Good' AND last_read_at < $2)) AND ($3::uuid IS NULL OR package_id = $3)
                    AND (lease_until IS NULL OR lease_until < $4) AND ($3::uuid IS NOT NULL OR store NOT IN (SELECT p.store FROM fixity_pace p WHERE p.free_at > $4)) AND NOT {IsBeingWritten} $4)
                ORDER BY {(run.Kind == RunKind.Scheduled ? "due_at" : "last_read_at")}, package_id, store FOR UPDATE SKIP LOCKED LIMIT 1)
            RETURNING package_id, store
            """, run.Cutoff, run.CreatedAt, run.PackageId, session.Now, session.Now + _fixity.Lease, (await stores.ConnectedAsync(cancellationToken)).ToArray(), stores.Configured.Select(s => s.Name).ToArray());
        (Guid Id, string Store)? found = null;
        await using (var reader = await claim.ExecuteReaderAsync(cancellationToken))
            if (await reader.ReadAsync(cancellationToken)) found = (reader.GetGuid(0), reader.GetString(1));
        if (found is not { } key) return null;
        await PayAsync(session, key.Id, key.Store, cancellationToken);
        var copy = await session.Rows.PackageCopies.AsNoTracking().SingleAsync(c => c.PackageId == key.Id && c.Store == key.Store, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return copy;
    }

    // The time that the budget gives for what is about to be read passes before the next reading of this store begins.
    private async Task PayAsync(CatalogueSession session, Guid package, string store, CancellationToken cancellationToken)
    {
        var option = stores.Configured.FirstOrDefault(s => s.Name == store);
        var (bytes, requests) = (option?.FixityBytesPerHour ?? _fixity.BytesPerHour, option?.FixityRequestsPerHour ?? _fixity.RequestsPerHour);
        if (bytes == 0 && requests == 0) return;
        await using var pay = session.Command("""
            INSERT INTO fixity_pace AS f (store, free_at)
            SELECT $2, $3::timestamptz + make_interval(secs => 3600.0 * greatest(CASE WHEN $4::bigint > 0 THEN coalesce(sum(bytes), 0)::double precision / $4 ELSE 0 END, CASE WHEN $5::bigint > 0 THEN count(*)::double precision / $5 ELSE 0 END))
            FROM copy WHERE package_id = $1 AND store = $2
            ON CONFLICT (store) DO UPDATE SET free_at = greatest(f.free_at, $3::timestamptz) + (excluded.free_at - $3::timestamptz)
            """, package, store, session.Now, bytes, requests);
        await pay.ExecuteNonQueryAsync(cancellationToken);
    }
}
