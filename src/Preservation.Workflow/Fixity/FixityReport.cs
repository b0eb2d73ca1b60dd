using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Fixity;

/// <summary>What an officer must know of the copies: coverage, oldest proof, problems and what was done, runs over time.</summary>
public sealed class FixityReport(IOptions<PreservationOptions> options)
{
    private const int MaxProblems = 1_000;
    private const int Days = 90;

    /// <summary>Makes the report from the catalogue, as of now.</summary>
    public async Task<FixityReportView> MakeAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var within = options.Value.Fixity.WithinDays;
        var since = session.Now - TimeSpan.FromDays(within);
        var stores = new List<StoreCoverage>();
        await using (var command = session.Command("""
            SELECT s.name, s.address, count(c.package_id), count(c.package_id) FILTER (WHERE c.last_read_at >= $1), count(c.package_id) FILTER (WHERE c.state NOT IN ('Good', 'Awaited')),
                   min(c.last_read_at), coalesce(sum(b.bytes), 0), coalesce(sum(b.bytes) FILTER (WHERE c.last_read_at >= $1), 0),
                   count(c.package_id) FILTER (WHERE c.state = 'Awaited'), s.offline, s.present
            FROM store s LEFT JOIN package_copy c ON c.store = s.name
            LEFT JOIN (SELECT package_id, store, sum(bytes)::bigint AS bytes FROM copy GROUP BY package_id, store) b ON b.package_id = c.package_id AND b.store = c.store
            WHERE s.retired_at IS NULL GROUP BY s.name, s.address, s.offline, s.present ORDER BY s.name
            """, since))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken))
            {
                var (copies, read, bytes, readBytes) = (reader.GetInt64(2), reader.GetInt64(3), reader.GetDecimal(6), reader.GetDecimal(7));
                stores.Add(new StoreCoverage(reader.GetString(0), reader.GetString(1), copies, read, Percent(read, copies), (long)bytes, (long)readBytes, Percent(readBytes, bytes),
                    reader.GetInt64(4), await reader.IsDBNullAsync(5, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(5))
                {
                    Awaited = reader.GetInt64(8), IsOffline = reader.GetBoolean(9), IsPresent = reader.GetBoolean(10),
                });
            }
        var addresses = stores.ToDictionary(s => s.Store, s => s.Address);
        var problems = await session.Rows.FixityProblems.AsNoTracking().OrderByDescending(p => p.FoundAt).Take(MaxProblems).ToListAsync(cancellationToken);
        var first = session.Now - TimeSpan.FromDays(Days);
        var runs = await session.Rows.FixityRuns.AsNoTracking().Where(r => r.CreatedAt >= first).OrderBy(r => r.CreatedAt).ToListAsync(cancellationToken);
        return new FixityReportView(session.Now, within, stores,
            [.. problems.Select(p => new ProblemView(p.FoundAt, p.Store, addresses.GetValueOrDefault(p.Store, ""), p.Key, p.PackageId, p.Outcome, Convert.ToHexStringLower(p.ExpectedSha512),
                p.ObservedSha512 is null ? null : Convert.ToHexStringLower(p.ObservedSha512), p.Action, p.Detail, p.QuarantineKey, p.RepairedFrom, p.RepairedAt))],
            [.. runs.GroupBy(r => DateOnly.FromDateTime(r.CreatedAt.UtcDateTime)).OrderBy(g => g.Key)
                .Select(g => new DayView(g.Key, g.Sum(r => r.CopiesRead), g.Sum(r => r.BytesRead), g.Sum(r => r.Problems), g.Sum(r => r.Repaired)))],
            runs.Count == 0 ? null : runs.Max(r => r.CreatedAt));
    }

    private static decimal? Percent(decimal part, decimal whole) => whole == 0 ? null : Math.Floor(part / whole * 1000) / 10;
}

/// <summary>The report.</summary>
public sealed record FixityReportView(
    DateTimeOffset At, int WithinDays, IReadOnlyList<StoreCoverage> Stores, IReadOnlyList<ProblemView> Problems, IReadOnlyList<DayView> Days, DateTimeOffset? LastRunAt);

/// <summary>Coverage of one store; percentages are rounded down, so that 100.0 means all, and null where there is nothing to cover.</summary>
public sealed record StoreCoverage(
    string Store, string Address, long Copies, long CopiesRead, decimal? CopiesReadPercent, long Bytes, long BytesRead, decimal? BytesReadPercent, long NotGood, DateTimeOffset? OldestRead)
{
    /// <summary>Copies that are not written yet and not expected to be: the medium is away by design, or the store's own process has not been at them.</summary>
    public long Awaited { get; init; }

    /// <summary>The store is absent by design and connected from time to time.</summary>
    public bool IsOffline { get; init; }

    /// <summary>It was there when it was looked for last.</summary>
    public bool IsPresent { get; init; } = true;
}

/// <summary>One bad key.</summary>
public sealed record ProblemView(
    DateTimeOffset FoundAt, string Store, string Address, string Key, Guid PackageId, FixityOutcome Outcome, string ExpectedSha512, string? ObservedSha512, string Action, string? Detail,
    string? QuarantineKey, string? RepairedFrom, DateTimeOffset? RepairedAt);

/// <summary>One day's runs.</summary>
public sealed record DayView(DateOnly Day, long CopiesRead, long BytesRead, long Problems, long Repaired);
