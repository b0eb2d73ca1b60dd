using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Canaries;
using Preservation.Workflow.Options;
using Preservation.Workflow.Schedule;

namespace Preservation.Workflow.Fixity;

/// <summary>What an officer must know of the copies: coverage, oldest proof, what will be overdue, problems and what was done, runs over time, and whether all this is looked after.</summary>
public sealed class FixityReport(IOptions<PreservationOptions> options)
{
    private const int Days = 90;

    // A copy's plan carries its days. There are few plans, and millions of copies: since when each plan's copies must have been read is worked out once. $1 are the days of the default plan, $2 is now.
    internal const string Plans = """
        WITH plans AS MATERIALIZED (SELECT plan, $2::timestamptz - make_interval(secs => (coalesce(nullif(split_part(plan, '/', 2), '')::numeric, $1) * 86400)::double precision) AS since FROM (SELECT DISTINCT coalesce(plan, '') AS plan FROM package_copy) d)
        """;

    // Sacrificial objects are no holdings. They are few, and looked up once.
    internal const string IsNoCanary = "c.package_id <> ALL (ARRAY(SELECT o.package_id FROM canary_object o))";

    /// <summary>Makes the report from the catalogue, as of now. The session must see everything.</summary>
    public Task<FixityReportView> MakeAsync(CatalogueSession session, CancellationToken cancellationToken) => MakeAsync(session, null, cancellationToken);

    /// <summary>The same with the problems since a time.</summary>
    public async Task<FixityReportView> MakeAsync(CatalogueSession session, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var within = options.Value.Fixity.WithinDays;
        var media = (await session.Rows.Media.AsNoTracking().Where(m => m.RetiredAt == null).OrderBy(m => m.Number).ToListAsync(cancellationToken)).ToLookup(m => m.Store, m => new MediumMark(m.Number, m.Mark));
        // Row security makes the scan of all copies look so dear that sorting them seems to cost nothing beside it; there are few groups.
        await SortAsync(session, isOn: false, cancellationToken);
        var forecasts = await FixityForecast.MakeAsync(session, within, cancellationToken);
        var coverage = await CoverageAsync(session, within, cancellationToken);
        await SortAsync(session, isOn: true, cancellationToken);
        var stores = coverage.ConvertAll(s => s with { Media = [.. media[s.Store]], Forecast = forecasts.GetValueOrDefault(s.Store) });
        var (problems, count) = await FixityProblems.ReadAsync(session, since, stores.ToDictionary(s => s.Store), cancellationToken);
        var first = session.Now - TimeSpan.FromDays(Days);
        var runs = await session.Rows.FixityRuns.AsNoTracking().Where(r => r.CreatedAt >= first).OrderBy(r => r.CreatedAt).ToListAsync(cancellationToken);
        return new FixityReportView(session.Now, within, stores, problems,
            [.. runs.GroupBy(r => DateOnly.FromDateTime(r.CreatedAt.UtcDateTime)).OrderBy(g => g.Key)
                .Select(g => new DayView(g.Key, g.Sum(r => r.CopiesRead), g.Sum(r => r.BytesRead), g.Sum(r => r.Problems), g.Sum(r => r.Repaired)))],
            runs.Count == 0 ? null : runs.Max(r => r.CreatedAt))
        {
            Since = since, ProblemCount = count, Silent = await Silence.FindAsync(session, cancellationToken), Canaries = await CanaryScores.MakeAsync(session, options.Value.Fixity.Canaries, cancellationToken),
            Drills = await DrillsAsync(session, since ?? first, cancellationToken),
        };
    }

    private static async Task SortAsync(CatalogueSession session, bool isOn, CancellationToken cancellationToken)
    {
        await using var set = session.Command("SELECT set_config('enable_sort', $1, true)", isOn ? "on" : "off");
        await set.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<StoreCoverage>> CoverageAsync(CatalogueSession session, int within, CancellationToken cancellationToken)
    {
        var stores = new List<StoreCoverage>();
        await using var command = session.Command($"""
            {Plans}
            SELECT s.name, s.address, coalesce(c.copies, 0), coalesce(c.read, 0), coalesce(c.ill, 0), c.oldest, coalesce(c.bytes, 0), coalesce(c.bytes_read, 0), coalesce(c.awaited, 0), s.offline, s.present, coalesce(c.bytes_by_law, 0)
            FROM store s LEFT JOIN (
                SELECT c.store, count(*) AS copies, count(*) FILTER (WHERE c.last_read_at >= p.since) AS read, count(*) FILTER (WHERE c.state NOT IN ('Good', 'Awaited')) AS ill, min(c.last_read_at) AS oldest, sum(c.bytes) AS bytes,
                    sum(c.bytes) FILTER (WHERE c.last_read_at >= p.since) AS bytes_read, count(*) FILTER (WHERE c.state = 'Awaited') AS awaited, sum(c.bytes) FILTER (WHERE c.last_read_at >= $2 - interval '36 months') AS bytes_by_law
                FROM package_copy c JOIN plans p ON p.plan = coalesce(c.plan, '') WHERE {IsNoCanary} GROUP BY c.store) c ON c.store = s.name
            WHERE s.retired_at IS NULL ORDER BY s.name
            """, within, session.Now);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (copies, read, bytes, readBytes) = (reader.GetInt64(2), reader.GetInt64(3), reader.GetDecimal(6), reader.GetDecimal(7));
            stores.Add(new StoreCoverage(reader.GetString(0), reader.GetString(1), copies, read, Percent(read, copies), (long)bytes, (long)readBytes, Percent(readBytes, bytes),
                reader.GetInt64(4), await reader.IsDBNullAsync(5, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(5))
            {
                Awaited = reader.GetInt64(8), IsOffline = reader.GetBoolean(9), IsPresent = reader.GetBoolean(10), BytesReadPercentByLaw = Percent(reader.GetDecimal(11), bytes),
            });
        }
        return stores;
    }

    private static async Task<List<DrillCount>> DrillsAsync(CatalogueSession session, DateTimeOffset since, CancellationToken cancellationToken) =>
        [.. (await session.Rows.RestoreDrills.Where(d => d.StartedAt >= since).GroupBy(d => d.Store)
                .Select(g => new { g.Key, Passed = g.LongCount(d => d.Outcome == DrillOutcome.Passed), Failed = g.LongCount(d => d.Outcome == DrillOutcome.Failed), Last = g.Max(d => d.EndedAt) }).ToListAsync(cancellationToken))
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new DrillCount(g.Key, g.Passed, g.Failed, g.Last))];

    private static decimal? Percent(decimal part, decimal whole) => whole == 0 ? null : Math.Floor(part / whole * 1000) / 10;
}
