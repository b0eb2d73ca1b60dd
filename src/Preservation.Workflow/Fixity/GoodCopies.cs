using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Fixity;

/// <summary>Writes down copies that were good and are, any number in one transaction: with many small copies it is the catalogue that would take the time, not the stores.</summary>
internal static class GoodCopies
{
    /// <summary>Writes down what is still as it was when it was claimed, and of which no problem is open; gives those. The others are for a closer look.</summary>
    public static async Task<HashSet<(Guid Package, string Store)>> RecordAsync(CatalogueSessions sessions, FixityPlans plans, FixityRun run, IReadOnlyCollection<CopyReading> readings, CancellationToken cancellationToken)
    {
        if (readings.Count == 0) return [];
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var recorded = new HashSet<(Guid, string)>();
        // Who changes several copies too, in another order, is not waited for: what he holds is looked at by itself.
        await using (var update = session.Command("""
            WITH free AS (
                SELECT c.package_id, c.store FROM unnest($1::uuid[], $2::text[], $3::integer[]) AS t (package_id, store, version) JOIN package_copy c USING (package_id, store)
                WHERE c.version = t.version AND c.state = 'Good' AND NOT EXISTS (SELECT FROM fixity_problem p WHERE p.package_id = t.package_id AND p.store = t.store AND p.action = 'found') FOR UPDATE OF c SKIP LOCKED)
            UPDATE package_copy c SET last_result = 'Ok', last_read_at = $4, verified_at = $4, lease_until = NULL FROM free f WHERE c.package_id = f.package_id AND c.store = f.store RETURNING c.package_id, c.store
            """, readings.Select(r => r.Copy.PackageId).ToArray(), readings.Select(r => r.Copy.Store).ToArray(), readings.Select(r => r.Copy.Version).ToArray(), session.Now))
        await using (var reader = await update.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) recorded.Add((reader.GetGuid(0), reader.GetString(1)));
        List<CopyReading> good = [.. readings.Where(r => recorded.Contains((r.Copy.PackageId, r.Copy.Store)))];
        if (good.Count == 0) return recorded;
        await KeepDigestsAsync(session, good, cancellationToken);
        await plans.AssignAsync(session, [.. good.Select(r => r.Copy)], cancellationToken);
        await FixityResults.AddAsync(session, run, good, FixityOutcome.Ok, cancellationToken);
        await using (var count = session.Command("UPDATE fixity_run SET copies_read = copies_read + $2, files_read = files_read + $3, bytes_read = bytes_read + $4 WHERE id = $1",
            run.Id, (long)good.Count, good.Sum(r => (long)r.Files), good.Sum(r => r.Bytes)))
            await count.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return recorded;
    }

    /// <summary>Keeps digests by further functions. Only of bytes that were just proven to be the right ones: what does not match is an incident and gets no new proof.</summary>
    public static async Task KeepDigestsAsync(CatalogueSession session, IReadOnlyCollection<CopyReading> readings, CancellationToken cancellationToken)
    {
        var digests = readings.SelectMany(r => r.Digests).DistinctBy(d => (Convert.ToHexString(d.Sha512), d.Digest.Algorithm)).ToList();
        if (digests.Count == 0) return;
        await using var keep = session.Command("""
            INSERT INTO content_digest (sha512, algorithm, digest, read_at) SELECT t.*, $4 FROM unnest($1::bytea[], $2::text[], $3::bytea[]) AS t ORDER BY 1, 2
            ON CONFLICT (sha512, algorithm) DO UPDATE SET read_at = excluded.read_at WHERE content_digest.digest = excluded.digest
            """, digests.Select(d => d.Sha512).ToArray(), digests.Select(d => d.Digest.Algorithm.Name).ToArray(), digests.Select(d => d.Digest.Bytes.ToArray()).ToArray(), session.Now);
        await keep.ExecuteNonQueryAsync(cancellationToken);
    }
}
