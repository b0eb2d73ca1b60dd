namespace Preservation.Invariants.Checks;

/// <summary>Invariant 2, as the catalogue says it: each object has one copy on every store, all good and of the same bytes, and every file lies in each of them.</summary>
internal sealed class CopyChecks(Catalogue catalogue, Report report)
{
    private const string Good = "2 every object has a good copy on every store";
    private const string Same = "2 the copies of an object are the same";
    private const string Files = "2 every file lies in every copy of its package";

    public async Task RunAsync(string[] stores)
    {
        foreach (var row in await catalogue.RowsAsync("SELECT object_id, count(*) FILTER (WHERE store = ANY ($1) AND state = 'Good')::text, count(DISTINCT version)::text, string_agg(store || ' ' || state, ', ') FROM package_copy GROUP BY object_id", (object)stores))
        {
            report.Require(row[1] == stores.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), Good, () => $"{row[0]}: {row[3]}");
            report.Require(row[2] == "1", Same, () => $"{row[0]} has {row[2]} different versions on its stores");
        }
        foreach (var row in await catalogue.RowsAsync("SELECT p.id::text FROM package p WHERE NOT EXISTS (SELECT FROM package_copy c WHERE c.package_id = p.id)")) report.Violated(Good, $"package {row[0]} has no copy");
        foreach (var row in await catalogue.RowsAsync("SELECT store || ' ' || key, state FROM copy WHERE state <> 'Good'")) report.Violated(Good, $"{row[0]} is {row[1]}");
        foreach (var row in await catalogue.RowsAsync("SELECT key, count(*)::text, count(DISTINCT sha512)::text FROM copy WHERE store = ANY ($1) GROUP BY key", (object)stores))
            report.Require(row[1] == stores.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) && row[2] == "1", Same, () => $"{row[0]} is catalogued on {row[1]} stores with {row[2]} digests");
        foreach (var row in await catalogue.RowsAsync("""
            SELECT f.package_id || ' ' || f.logical_path, (SELECT count(DISTINCT c.store) FROM copy c WHERE c.package_id = f.package_id AND c.sha512 = f.sha512 AND c.bytes = f.bytes AND c.role = 'Content' AND c.store = ANY ($1))::text FROM file f
            """, (object)stores))
            report.Require(row[1] == stores.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), Files, () => $"{row[0]} is catalogued on {row[1]} stores");
    }
}
