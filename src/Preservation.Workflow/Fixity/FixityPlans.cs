using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Fixity;

/// <summary>
/// Which plan each copy is read under and when it is due by it. Due dates are spread over the last part of the period, always the same for a copy, so that what
/// came in on one day is not due on one day; nothing is due later than its plan says.
/// </summary>
public sealed class FixityPlans(IOptions<PreservationOptions> options)
{
    /// <summary>The plan of what no other fits.</summary>
    public const string Default = "default";

    /// <summary>The plan of cold stores, which are sampled between.</summary>
    public const string Cold = "cold";

    /// <summary>The plan of the service's own sacrificial objects.</summary>
    public const string Canary = "canary";

    private readonly FixityOptions _options = options.Value.Fixity;

    /// <summary>What of the configuration is refused, in words; empty when it holds.</summary>
    public static ImmutableArray<string> Problems(PreservationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (fixity, problems) = (options.Fixity, ImmutableArray.CreateBuilder<string>());
        void Need(bool holds, string problem)
        {
            if (!holds) problems.Add(problem);
        }
        Need(fixity.WithinDays is >= 1 and <= FixityOptions.MostDays, $"Preservation:Fixity:WithinDays is {fixity.WithinDays}; every copy is to be read within 1 to {FixityOptions.MostDays} days (36 months, Circular 05/2025 Art. 29)");
        Need(fixity.JitterPercent is >= 0 and <= 50, "Preservation:Fixity:JitterPercent must be 0 to 50");
        Need(fixity.BytesPerHour >= 0 && fixity.RequestsPerHour >= 0 && options.Stores.All(s => s.FixityBytesPerHour is null or > 0 && s.FixityRequestsPerHour is null or > 0), "a fixity budget is less than nothing");
        Need(fixity.KeepResultsMonths >= 7, "Preservation:Fixity:KeepResultsMonths must be 7 at least");
        Need(!fixity.Canaries.Enabled || (fixity.Canaries.PerStore is >= 1 and <= 100 && fixity.Canaries.WithinDays > 0 && TimeSpan.FromDays((double)fixity.Canaries.WithinDays * 4) <= fixity.Canaries.Every),
            "Preservation:Fixity:Canaries: 1 to 100 damages a store, and WithinDays at most a quarter of Every");
        foreach (var plan in fixity.Plans)
        {
            Need(plan.Name.Length is > 0 and <= 50 && !plan.Name.Contains('/', StringComparison.Ordinal) && plan.Name is not (Default or Cold or Canary), $"a plan of Preservation:Fixity:Plans cannot be named '{plan.Name}'");
            Need(plan.WithinDays is >= 1 and <= FixityOptions.MostDays, $"the fixity plan {plan.Name} reads within {plan.WithinDays} days; 1 to {FixityOptions.MostDays} (36 months, Circular 05/2025 Art. 29) is allowed");
        }
        Need(fixity.Plans.Select(p => p.Name).Distinct().Count() == fixity.Plans.Count, "two fixity plans have one name");
        return problems.ToImmutable();
    }

    /// <summary>Plans of copies that have none, and, when asked, of all whose plan is another by now.</summary>
    /// <param name="session">Sees everything; is committed by the caller.</param>
    /// <param name="isWhole">Look at every copy, not only at those without a plan.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public Task AssignAsync(CatalogueSession session, bool isWhole, CancellationToken cancellationToken) =>
        AssignAsync(session, isWhole ? "c.plan IS DISTINCT FROM p.name OR c.due_at IS NULL" : "c.due_at IS NULL", cancellationToken);

    /// <summary>Plans copies anew, when they were read.</summary>
    public Task AssignAsync(CatalogueSession session, IReadOnlyCollection<PackageCopy> copies, CancellationToken cancellationToken) =>
        AssignAsync(session, "(c.package_id, c.store) IN (SELECT * FROM unnest($3::uuid[], $4::text[]))", cancellationToken, copies.Select(c => c.PackageId).ToArray(), copies.Select(c => c.Store).ToArray());

    /// <summary>
    /// Once a month draws copies of each cold store at random, as many as its budget allows, and makes them due: restoring and checking a sample tells of trouble
    /// long before the whole store was read.
    /// </summary>
    public async Task SampleAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var month = new DateOnly(session.Now.Year, session.Now.Month, 1);
        foreach (var store in options.Value.Stores.Where(s => s.ColdBytesPerMonth > 0))
        {
            await using var begin = session.Command("""
                INSERT INTO fixity_pace AS f (store, free_at, sampled_month) VALUES ($1, $2, $3)
                ON CONFLICT (store) DO UPDATE SET sampled_month = excluded.sampled_month WHERE f.sampled_month IS DISTINCT FROM excluded.sampled_month
                """, store.Name, session.Now, month);
            if (await begin.ExecuteNonQueryAsync(cancellationToken) == 0) continue;
            await using var draw = session.Command("""
                WITH sized AS (SELECT c.package_id, random() AS place, c.bytes FROM package_copy c WHERE c.store = $1 AND c.state = 'Good'),
                     drawn AS (SELECT package_id, sum(bytes) OVER (ORDER BY place, package_id) AS reached, row_number() OVER (ORDER BY place, package_id) AS number FROM sized)
                UPDATE package_copy c SET due_at = $2 FROM drawn d WHERE c.store = $1 AND c.package_id = d.package_id AND (d.reached <= $3 OR d.number = 1)
                """, store.Name, session.Now, store.ColdBytesPerMonth);
            var drawn = await draw.ExecuteNonQueryAsync(cancellationToken);
            session.Audit(null, null, "fixity.sample", "store", store.Name, new { month, copies = drawn });
        }
    }

    private async Task AssignAsync(CatalogueSession session, string which, CancellationToken cancellationToken, params object?[] more)
    {
        ArgumentNullException.ThrowIfNull(session);
        await using var assign = session.Command($"""
            WITH plan AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS x (ordinal integer, name text, days numeric, canary boolean, kinds text[], modes text[], codes text[], stores text[]))
            UPDATE package_copy t SET plan = f.name, due_at = f.due_at FROM (
                SELECT c.package_id, c.store, p.name, c.last_read_at + make_interval(secs => (p.days * 86400 * (1 - $2::numeric * (hashtext(c.package_id::text || c.store) & 65535) / 65536))::double precision) AS due_at
                FROM package_copy c LEFT JOIN package k ON k.id = c.package_id CROSS JOIN LATERAL (
                    SELECT name, days FROM plan WHERE (NOT canary OR EXISTS (SELECT FROM canary_object o WHERE o.package_id = c.package_id)) AND (kinds IS NULL OR k.kind = ANY (kinds)) AND (modes IS NULL OR k.access_mode = ANY (modes))
                        AND (codes IS NULL OR k.retention_code = ANY (codes)) AND (stores IS NULL OR c.store = ANY (stores)) ORDER BY ordinal LIMIT 1) p
                WHERE {which}) f WHERE t.package_id = f.package_id AND t.store = f.store
            """, [Describe(), _options.JitterPercent / 100m, .. more]);
        await assign.ExecuteNonQueryAsync(cancellationToken);
    }

    // A plan's name carries its days, so that a change of the days is a change of the plan.
    private string Describe()
    {
        static string[]? List(IList<string> list) => list.Count == 0 ? null : [.. list];
        static string Named(string name, decimal days) => $"{name}/{days.ToString("0.####", CultureInfo.InvariantCulture)}";
        var cold = options.Value.Stores.Where(s => s.ColdBytesPerMonth > 0).Select(s => s.Name).ToList();
        var plans = new List<object>();
        void Add(string name, decimal days, bool canary, string[]? kinds, string[]? modes, string[]? codes, string[]? stores) =>
            plans.Add(new { ordinal = plans.Count, name = Named(name, days), days, canary, kinds, modes, codes, stores });
        Add(Canary, _options.Canaries.WithinDays, true, null, null, null, null);
        if (cold.Count > 0) Add(Cold, FixityOptions.MostDays, false, null, null, null, [.. cold]);
        foreach (var plan in _options.Plans) Add(plan.Name, plan.WithinDays, false, List(plan.Kinds), List(plan.AccessModes), List(plan.RetentionCodes), List(plan.Stores));
        Add(Default, _options.WithinDays, false, null, null, null, null);
        return JsonSerializer.Serialize(plans);
    }
}
