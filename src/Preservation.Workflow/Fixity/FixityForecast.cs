using Preservation.Catalogue;

namespace Preservation.Workflow.Fixity;

/// <summary>What will be overdue when, if each store goes on being read as fast as it was read lately.</summary>
internal static class FixityForecast
{
    private const int Horizon = 90;
    private static readonly int[] Told = [7, 30, 90];

    /// <summary>A forecast a store that has copies.</summary>
    public static async Task<Dictionary<string, StoreForecast>> MakeAsync(CatalogueSession session, int within, CancellationToken cancellationToken)
    {
        var due = await DueAsync(session, within, cancellationToken);
        var pace = await PaceAsync(session, cancellationToken);
        var today = DateOnly.FromDateTime(session.Now.UtcDateTime);
        return due.GroupBy(d => d.Store).ToDictionary(g => g.Key, g => Of(g.ToDictionary(d => d.Day, d => d.Bytes), pace.GetValueOrDefault(g.Key), today));
    }

    /// <summary>Goes through the days: what comes due joins what is overdue, and the pace takes of it.</summary>
    /// <param name="due">Bytes by the day they must have been read at the latest; 0 and less: today and before.</param>
    /// <param name="pace">Bytes read a day.</param>
    /// <param name="today">Day 0.</param>
    internal static StoreForecast Of(Dictionary<int, long> due, long pace, DateOnly today)
    {
        var overdueNow = due.Where(d => d.Key <= 0).Sum(d => d.Value);
        // What comes due later can be read ahead of its day: a store that keeps up has read everything due so far.
        var (cumulative, capacity, first) = (overdueNow, 0L, overdueNow > 0 ? today : (DateOnly?)null);
        var days = new List<ForecastDay>();
        for (var day = 1; day <= Horizon; day++)
        {
            cumulative += due.GetValueOrDefault(day);
            capacity = pace > long.MaxValue / Horizon ? long.MaxValue : pace * day;
            var overdue = Math.Max(0, cumulative - capacity);
            if (overdue > 0) first ??= today.AddDays(day);
            if (Told.Contains(day)) days.Add(new ForecastDay(day, cumulative, overdue));
        }
        return new StoreForecast(pace, overdueNow, first, days);
    }

    private static async Task<List<(string Store, int Day, long Bytes)>> DueAsync(CatalogueSession session, int within, CancellationToken cancellationToken)
    {
        var due = new List<(string, int, long)>();
        await using var command = session.Command($"""
            {FixityReport.Plans}
            SELECT c.store, greatest(0, ceil(date_part('epoch', c.last_read_at - p.since) / 86400))::integer AS day, sum(c.bytes)::bigint
            FROM package_copy c JOIN plans p ON p.plan = coalesce(c.plan, '') WHERE c.state <> 'Awaited' AND {FixityReport.IsNoCanary} GROUP BY 1, 2
            """, within, session.Now);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) due.Add((reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2)));
        return due;
    }

    private static async Task<Dictionary<string, long>> PaceAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        var pace = new Dictionary<string, long>();
        await using var command = session.Command("""
            SELECT store, (sum(bytes) / count(DISTINCT (at AT TIME ZONE 'UTC')::date))::bigint FROM fixity_result WHERE at >= $1 AND outcome <> 'Unreadable' GROUP BY store
            """, session.Now - TimeSpan.FromDays(30));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) pace[reader.GetString(0)] = reader.GetInt64(1);
        return pace;
    }
}
