using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Fixity;

/// <summary>Problems with all that a person needs to find and to judge them.</summary>
internal static class FixityProblems
{
    private const int Most = 1_000;
    private const string Of = "WHERE ($1::timestamptz IS NULL OR p.found_at >= $1) AND NOT EXISTS (SELECT FROM canary_object o WHERE o.package_id = p.package_id)";

    /// <summary>The newest first, and how many there are.</summary>
    public static async Task<(List<ProblemView> Problems, long Count)> ReadAsync(CatalogueSession session, DateTimeOffset? since, Dictionary<string, StoreCoverage> stores, CancellationToken cancellationToken)
    {
        long count;
        await using (var all = session.Command($"SELECT count(*) FROM fixity_problem p {Of}", since)) count = (long)(await all.ExecuteScalarAsync(cancellationToken))!;
        var problems = new List<ProblemView>();
        await using var command = session.Command($"""
            SELECT p.found_at, p.store, s.address, p.key, p.package_id, p.outcome, p.expected_sha512, p.observed_sha512, p.action, p.detail, p.quarantine_key, p.repaired_from, p.repaired_at,
                k.title, k.id, c.bytes, p.observed_bytes,
                (SELECT min(f.found_at) FROM fixity_problem f WHERE f.store = p.store AND f.key = p.key AND f.found_at <= p.found_at
                    AND f.found_at > coalesce((SELECT max(r.repaired_at) FROM fixity_problem r WHERE r.store = p.store AND r.key = p.key AND r.found_at < p.found_at), '-infinity')),
                (SELECT t.decision FROM task t WHERE t.package_id = p.package_id AND t.kind = '{TaskKinds.FixityIncident}' AND t.decided_at >= p.found_at ORDER BY t.decided_at LIMIT 1)
            FROM (SELECT p.* FROM fixity_problem p {Of} ORDER BY p.found_at DESC, p.id LIMIT {Most}) p JOIN store s ON s.name = p.store
            LEFT JOIN copy c ON c.store = p.store AND c.key = p.key LEFT JOIN package k ON k.id = p.package_id ORDER BY p.found_at DESC, p.id
            """, since);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) problems.Add(Read(reader, stores));
        return (problems, count);
    }

    private static ProblemView Read(NpgsqlDataReader row, Dictionary<string, StoreCoverage> stores)
    {
        T? Value<T>(int column) => row.IsDBNull(column) ? default : row.GetFieldValue<T>(column);
        var (store, key) = (row.GetString(1), row.GetString(3));
        var repairedAt = Value<DateTimeOffset?>(12);
        var firstFoundAt = row.GetFieldValue<DateTimeOffset>(17);
        return new ProblemView(row.GetFieldValue<DateTimeOffset>(0), store, row.GetString(2), key, row.GetGuid(4), Enum.Parse<FixityOutcome>(row.GetString(5)), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(6)),
            Value<byte[]>(7) is { } observed ? Convert.ToHexStringLower(observed) : null, row.GetString(8), Value<string>(9), Value<string>(10), Value<string>(11), repairedAt)
        {
            FileName = key.Split('/')[^1], PackageTitle = Value<string>(13), ExpectedBytes = Value<long?>(15), ObservedBytes = Value<long?>(16),
            Media = stores.GetValueOrDefault(store)?.Media ?? [], FirstFoundAt = firstFoundAt, SecondsToRepair = (repairedAt - firstFoundAt)?.TotalSeconds, PersonsFinding = Value<string>(18),
        };
    }
}
