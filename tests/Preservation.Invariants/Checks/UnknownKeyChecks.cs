using System.Text.RegularExpressions;
using Preservation.Invariants.Stores;

namespace Preservation.Invariants.Checks;

/// <summary>Invariant 1 from the store's side: nothing lies there that the catalogue does not know and nothing explains.</summary>
internal sealed partial class UnknownKeyChecks(Catalogue catalogue, Report report)
{
    private const string Check = "1 nothing unexplained lies on a store";

    public async Task RunAsync(Holding holding, IReadOnlyDictionary<string, CataloguedKey> keys)
    {
        var kept = (await catalogue.RowsAsync("SELECT quarantine_key FROM fixity_problem WHERE store = $1 AND quarantine_key IS NOT NULL", holding.Store)).Select(r => r[0]!).ToHashSet(StringComparer.Ordinal);
        var runs = (await catalogue.RowsAsync("SELECT replace(id::text, '-', '') FROM fixity_run")).Select(r => r[0]!).ToHashSet(StringComparer.Ordinal);
        var rows = keys.Values.Select(k => k.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToHashSet(StringComparer.Ordinal);
        var open = (await catalogue.RowsAsync("SELECT key FROM reconciliation_find WHERE store = $1 AND kind = 'Unknown' AND ended_at IS NULL", holding.Store)).Select(r => r[0]!).ToHashSet(StringComparer.Ordinal);
        var work = (await catalogue.RowsAsync("""
            SELECT 'urn:uuid:' || id FROM evidence_batch WHERE state <> 'Stored' UNION ALL SELECT 'urn:uuid:' || id FROM evidence_token WHERE stored_at IS NULL
            UNION ALL SELECT object_id FROM journal_segment WHERE stored_at IS NULL UNION ALL SELECT 'urn:uuid:' || id FROM verdict_making WHERE recorded_at IS NULL
            UNION ALL SELECT 'urn:uuid:' || object_id FROM validation_material WHERE object_id IS NOT NULL AND stored_at IS NULL
            """)).Select(r => "ocfl/" + StoragePath.Of(r[0]!) + "/").ToList();
        foreach (var key in holding.Keys.Keys.Where(k => !keys.ContainsKey(k)))
        {
            var reason = Root().IsMatch(key) ? "belongs to the storage root"
                : kept.Contains(key) ? "bad bytes kept aside, named by a problem"
                : Quarantine().Match(key) is { Success: true } aside && runs.Contains(aside.Groups[1].Value) && rows.Contains(aside.Groups[2].Value) ? "bytes set aside by a run that was interrupted before it could name them"
                : key.StartsWith(".staging/", StringComparison.Ordinal) ? "a write that was not finished, swept later"
                : key.StartsWith("probe/", StringComparison.Ordinal) ? "left by a probe of the store"
                : key == "preservation-store" ? "the mark of a medium"
                : open.Contains(key) ? "seen by reconciliation, waiting its day"
                : work.Exists(w => key.StartsWith(w, StringComparison.Ordinal)) ? "belongs to an object that is being written" : null;
            if (reason is not null) report.Explained(reason);
            report.Require(reason is not null, Check, () => $"{holding.Store}: {key}");
        }
        report.Saw(Check, keys.Count);
    }

    [GeneratedRegex("^ocfl/([^/]+|extensions/.*)$")]
    private static partial Regex Root();

    [GeneratedRegex("^quarantine/([0-9a-f]{32})/([0-9]+)$")]
    private static partial Regex Quarantine();
}
