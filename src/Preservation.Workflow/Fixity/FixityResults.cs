using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Fixity;

/// <summary>What readings showed, one row a copy that was read, by the month: a month is made ahead of time, and in the end summarised and dropped whole.</summary>
internal static class FixityResults
{
    private const int MonthsAhead = 2;
    private const int MonthsLookedBack = 24;

    /// <summary>Enters what was read of copies, all with one outcome.</summary>
    public static async Task AddAsync(CatalogueSession session, FixityRun run, IReadOnlyCollection<CopyReading> readings, FixityOutcome outcome, CancellationToken cancellationToken)
    {
        await using var add = session.Command("""
            INSERT INTO fixity_result (at, store, package_id, run_id, outcome, keys, bytes) SELECT $1, t.store, t.package_id, $2, $3, t.keys, t.bytes
            FROM unnest($4::text[], $5::uuid[], $6::integer[], $7::bigint[]) AS t (store, package_id, keys, bytes) ON CONFLICT DO NOTHING
            """, session.Now, run.Id, outcome.ToString(), readings.Select(r => r.Copy.Store).ToArray(), readings.Select(r => r.Copy.PackageId).ToArray(), readings.Select(r => r.Keys).ToArray(), readings.Select(r => r.Bytes).ToArray());
        await add.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes the months that are coming, and retires those that are kept no longer.</summary>
    /// <param name="sessions">The catalogue.</param>
    /// <param name="keepMonths">How many months are kept beside the present one.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task KeepAsync(CatalogueSessions sessions, int keepMonths, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var today = DateOnly.FromDateTime(session.Now.UtcDateTime);
        var month = new DateOnly(today.Year, today.Month, 1);
        for (var ahead = 0; ahead <= MonthsAhead; ahead++)
        {
            await using var make = session.Command("SELECT fixity_result_month($1)", month.AddMonths(ahead));
            await make.ExecuteNonQueryAsync(cancellationToken);
        }
        for (var back = keepMonths + 1; back <= keepMonths + MonthsLookedBack; back++)
        {
            await using var retire = session.Command("SELECT fixity_result_retire($1, $2)", month.AddMonths(-back), today);
            if (await retire.ExecuteScalarAsync(cancellationToken) is true) session.Audit(null, null, "fixity.resultsRetired", "month", month.AddMonths(-back).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture), new { keepMonths });
        }
        await session.CommitAsync(cancellationToken);
    }
}
