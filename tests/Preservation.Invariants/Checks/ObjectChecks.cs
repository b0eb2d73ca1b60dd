using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Preservation.Invariants.Stores;

namespace Preservation.Invariants.Checks;

/// <summary>Invariants 3 and 4: each object on the store is whole by OCFL 1.1 (declaration, inventories, sidecars, manifest, fixity, state), lies where its name puts it, and says what the catalogue says.</summary>
internal sealed partial class ObjectChecks(Catalogue catalogue, Report report)
{
    private const string Whole = "3 every object is whole by OCFL 1.1";
    private const string Sidecars = "3 every sidecar is that of its inventory";
    private const string Contents = "3 every manifest is the object's contents, with their digests";
    private const string Known = "1 each object on a store is one the catalogue has, and the other way";
    private const string Agrees = "3 inventories and catalogue name the same files";

    public async Task RunAsync(Holding holding, IReadOnlyDictionary<string, CataloguedKey> keys)
    {
        var objects = (await catalogue.RowsAsync("SELECT object_id, package_id::text, version::text FROM package_copy WHERE store = $1", holding.Store)).ToDictionary(r => r[0]!);
        var versions = (await catalogue.RowsAsync("SELECT package_id || '/v' || version, encode(inventory_sha512, 'hex') FROM package_version")).ToDictionary(r => r[0]!, r => r[1]!);
        var files = (await catalogue.RowsAsync("SELECT package_id::text, logical_path, version_from::text, version_until::text, encode(sha512, 'hex'), encode(sha256, 'hex'), bytes::text FROM file")).ToLookup(r => r[0]!);
        var members = holding.Keys.Keys.Select(k => (Key: k, Match: Object().Match(k))).Where(k => k.Match.Success).ToLookup(k => k.Match.Groups[1].Value, k => k.Key);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var root in members.Where(m => m.Any(keys.ContainsKey)))
        {
            if (!holding.Keys.TryGetValue(root.Key + "0=ocfl_object_1.1", out _)) report.Violated(Whole, $"{holding.Store}: {root.Key} has no declaration");
            if (Inventory(holding, root.Key) is not { } inventory) continue;
            using (inventory)
            {
                var id = inventory.RootElement.GetProperty("id").GetString()!;
                report.Require(objects.ContainsKey(id) && seen.Add(id) && root.Key == "ocfl/" + StoragePath.Of(id) + "/", Known, () => $"{holding.Store}: {root.Key} is {id}");
                if (!objects.TryGetValue(id, out var row)) continue;
                CheckVersions(holding, root.Key, inventory.RootElement, row, versions);
                CheckManifest(holding, root.Key, inventory.RootElement, root);
                if (files.Contains(row[1]!)) CheckFiles(holding, inventory.RootElement, files[row[1]!].ToList());
            }
        }
        foreach (var id in objects.Keys.Where(o => !seen.Contains(o))) report.Violated(Known, $"{holding.Store}: {id} is not on it");
    }

    // The inventory with its sidecar; null when there is none that could be read.
    private JsonDocument? Inventory(Holding holding, string folder)
    {
        var inventory = holding.Keys.GetValueOrDefault(folder + "inventory.json");
        var sidecar = holding.Keys.GetValueOrDefault(folder + "inventory.json.sha512");
        report.Require(inventory is not null && sidecar is not null && Sidecar().Match(Encoding.ASCII.GetString(sidecar.Content!)) is { Success: true } named && named.Groups[1].Value == inventory.Sha512,
            Sidecars, () => $"{holding.Store}: {folder}inventory.json");
        if (inventory is null) return null;
        try
        {
            return JsonDocument.Parse(inventory.Content!);
        }
        catch (JsonException e)
        {
            report.Violated(Whole, $"{holding.Store}: {folder}inventory.json is no JSON: {e.Message}");
            return null;
        }
    }

    // Versions without a gap up to the head, each with its own inventory; the head's is the root's; digests as the catalogue has them.
    private void CheckVersions(Holding holding, string root, JsonElement inventory, string?[] row, Dictionary<string, string> catalogued)
    {
        var head = inventory.GetProperty("head").GetString()!;
        var names = inventory.GetProperty("versions").EnumerateObject().Select(v => v.Name).ToHashSet();
        report.Require(names.SetEquals(Enumerable.Range(1, names.Count).Select(n => $"v{n}")) && head == $"v{names.Count}" && head == "v" + row[2], Whole, () => $"{holding.Store}: {root} has {string.Join(' ', names)}, head {head}, catalogued v{row[2]}");
        report.Require(inventory.GetProperty("type").GetString() == "https://ocfl.io/1.1/spec/#inventory" && inventory.GetProperty("digestAlgorithm").GetString() == "sha512", Whole, () => $"{holding.Store}: {root} is of another type");
        foreach (var name in names)
        {
            using var version = Inventory(holding, $"{root}{name}/");
            report.Require(version is not null && version.RootElement.GetProperty("head").GetString() == name && version.RootElement.GetProperty("id").GetString() == inventory.GetProperty("id").GetString(), Whole, () => $"{holding.Store}: {root}{name} has not its inventory");
            if (catalogued.TryGetValue($"{row[1]}/{name}", out var digest))
                report.Require(holding.Keys.GetValueOrDefault($"{root}{name}/inventory.json")?.Sha512 == digest, Agrees, () => $"{holding.Store}: {root}{name}/inventory.json is not what the catalogue has");
        }
        report.Require(holding.Keys.GetValueOrDefault($"{root}{head}/inventory.json")?.Sha512 == holding.Keys[root + "inventory.json"].Sha512, Whole, () => $"{holding.Store}: {root}{head} has another inventory than the root");
    }

    private void CheckManifest(Holding holding, string root, JsonElement inventory, IEnumerable<string> members)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        var digests = new HashSet<string>(StringComparer.Ordinal);
        foreach (var digest in inventory.GetProperty("manifest").EnumerateObject())
        {
            digests.Add(digest.Name);
            foreach (var path in digest.Value.EnumerateArray().Select(p => root + p.GetString()))
            {
                named.Add(path);
                report.Require(holding.Keys.GetValueOrDefault(path)?.Sha512 == digest.Name, Contents, () => $"{holding.Store}: {path}");
            }
        }
        foreach (var stray in members.Where(m => m.Contains("/content/", StringComparison.Ordinal) && !named.Contains(m))) report.Violated(Contents, $"{holding.Store}: {stray} is in no manifest");
        foreach (var version in inventory.GetProperty("versions").EnumerateObject())
            report.Require(version.Value.GetProperty("state").EnumerateObject().All(s => digests.Contains(s.Name)), Contents, () => $"{holding.Store}: {root} {version.Name} has a state without content");
        if (!inventory.TryGetProperty("fixity", out var fixity) || !fixity.TryGetProperty("sha256", out var second)) return;
        foreach (var digest in second.EnumerateObject())
            foreach (var path in digest.Value.EnumerateArray().Select(p => root + p.GetString()))
                report.Require(holding.Keys.GetValueOrDefault(path)?.Sha256 == digest.Name, Contents, () => $"{holding.Store}: {path}, second digest");
    }

    // The state of every version is what the catalogue shows of that version, no file more and none less.
    private void CheckFiles(Holding holding, JsonElement inventory, List<string?[]> files)
    {
        foreach (var version in inventory.GetProperty("versions").EnumerateObject())
        {
            var number = int.Parse(version.Name.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            var state = version.Value.GetProperty("state").EnumerateObject().SelectMany(d => d.Value.EnumerateArray().Select(p => (Path: p.GetString()!, Digest: d.Name))).ToHashSet();
            var rows = files.Where(f => Number(f[2]!) <= number && (f[3] is null || Number(f[3]!) > number)).Select(f => (Path: f[1]!, Digest: f[4]!)).ToHashSet();
            report.Require(state.SetEquals(rows), Agrees, () => $"{holding.Store}: {inventory.GetProperty("id")} {version.Name}: {string.Join(", ", state.Except(rows).Concat(rows.Except(state)).Select(d => d.Path).Distinct().Take(3))}");
        }
    }

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("^(ocfl/[0-9a-f]{3}/[0-9a-f]{3}/[0-9a-f]{3}/[0-9a-f]{64}/)")]
    private static partial Regex Object();

    [GeneratedRegex(@"^([0-9a-f]{128})[ \t]+inventory\.json\s*$")]
    private static partial Regex Sidecar();
}
