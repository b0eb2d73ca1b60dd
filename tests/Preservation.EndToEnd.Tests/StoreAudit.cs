using System.Security.Cryptography;
using System.Text.Json;
using Amazon.S3.Model;
using Npgsql;

namespace Preservation.EndToEnd.Tests;

/// <summary>
/// Looks at stores and catalogue directly and says which promise of the service is broken. Shares no code with the product: inventories are read
/// and digests computed here.
/// </summary>
internal sealed class StoreAudit(Deployment deployment)
{
    /// <summary>Every broken promise; empty when all hold.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyCollection<string> acknowledged)
    {
        await using var database = NpgsqlDataSource.Create(deployment.Database);
        while (true)
        {
            // Evidence and journal are written in the background: what is looked at must not change meanwhile.
            var before = await RestAsync(database);
            var problems = new List<string>();
            await CheckSubmissionsAsync(database, acknowledged, problems);
            for (var i = 0; i < 2; i++) await CheckStoreAsync(database, i == 0 ? "first" : "second", deployment.Buckets[i], problems);
            if (await RestAsync(database) == before) return problems;
        }
    }

    /// <summary>Waits until nothing is being written in the background and says how far it has come.</summary>
    private async Task<string> RestAsync(NpgsqlDataSource database)
    {
        var state = "";
        await Eventually.TrueAsync("background writing is at rest", async () =>
        {
            await using var command = database.CreateCommand("""
                SELECT (SELECT count(*) FROM journal_segment WHERE stored_at IS NULL) + (SELECT count(*) FROM journal_entry WHERE segment IS NULL) + (SELECT count(*) FROM evidence_batch WHERE state <> 'Stored')
                     + (SELECT count(*) FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id))
                     + (SELECT count(*) FROM receipt r WHERE NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.kind = 'Receipt' AND l.subject = r.id::text)) = 0,
                    (SELECT count(*) FROM journal_segment) || '/' || (SELECT count(*) FROM evidence_batch) || '/' || (SELECT count(*) FROM audit_batch)
                """);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            state = reader.GetString(1);
            return reader.GetBoolean(0);
        }, deployment.Tail);
        return state;
    }

    // Exactly one end each, one package for a preserved one, and nothing that nobody sent.
    private static async Task CheckSubmissionsAsync(NpgsqlDataSource database, IReadOnlyCollection<string> acknowledged, List<string> problems)
    {
        var states = await PairsAsync(database, "SELECT id::text, state FROM submission");
        foreach (var id in acknowledged)
            if (!states.TryGetValue(id, out var state)) problems.Add($"acknowledged submission {id} is lost");
            else if (state is not ("Preserved" or "Rejected" or "Returned")) problems.Add($"submission {id} is {state}");
        var packages = await PairsAsync(database, "SELECT submission_id::text, count(*)::text FROM package_version GROUP BY 1");
        foreach (var (id, state) in states)
            if ((state == "Preserved") != (packages.GetValueOrDefault(id) == "1")) problems.Add($"submission {id} is {state} and has {packages.GetValueOrDefault(id) ?? "0"} versions");
        foreach (var (id, _) in await PairsAsync(database, "SELECT p.id::text, '' FROM package p WHERE head_version <> (SELECT count(*) FROM package_version v WHERE v.package_id = p.id) OR NOT EXISTS (SELECT FROM package_version v WHERE v.package_id = p.id AND v.submission_id = p.submission_id AND v.version = 1)"))
            problems.Add($"package {id} has not exactly its versions");
        foreach (var (id, _) in await PairsAsync(database, "SELECT s.id::text, '' FROM submission s WHERE state = 'Preserved' AND (SELECT count(*) FROM receipt r WHERE r.submission_id = s.id) <> 2"))
            problems.Add($"submission {id} has not exactly its two receipts");
        foreach (var (id, copies) in await PairsAsync(database, "SELECT p.id::text, (SELECT count(*) FROM package_copy c WHERE c.package_id = p.id AND c.state = 'Good')::text FROM package p"))
            if (copies != "2") problems.Add($"package {id} has {copies} good copies");
    }

    private async Task CheckStoreAsync(NpgsqlDataSource database, string store, string bucket, List<string> problems)
    {
        var expected = await PairsAsync(database, $"SELECT key, encode(sha512, 'hex') FROM copy WHERE store = '{store}'");
        var found = new HashSet<string>(StringComparer.Ordinal);
        var request = new ListObjectsV2Request { BucketName = bucket };
        ListObjectsV2Response page;
        do
        {
            page = await deployment.S3.ListObjectsV2Async(request);
            foreach (var item in page.S3Objects ?? []) found.Add(item.Key);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        foreach (var key in expected.Keys.Except(found)) problems.Add($"{store}: {key} is recorded and missing");
        var declarations = new[] { "0=ocfl_1.1", "ocfl_layout.json", "ocfl_1.1.md", "ocfl_1.1.txt" };
        foreach (var key in found.Except(expected.Keys))
            if (!declarations.Any(d => key == "ocfl/" + d) && !key.StartsWith("ocfl/extensions/", StringComparison.Ordinal) && !key.StartsWith("quarantine/", StringComparison.Ordinal))
                problems.Add($"{store}: {key} belongs to nothing");
        foreach (var (key, sha512) in expected.Where(e => found.Contains(e.Key)))
        {
            using var content = new MemoryStream();
            try
            {
                using var response = await deployment.S3.GetObjectAsync(bucket, key);
                await response.ResponseStream.CopyToAsync(content);
            }
            catch (Amazon.Runtime.AmazonClientException e) when (e.Message.Contains("hash", StringComparison.Ordinal))
            {
                // The client itself noticed, at the end of the stream: the bytes are not those of the ETag.
            }
            var actual = Convert.ToHexStringLower(SHA512.HashData(content.ToArray()));
            if (actual != sha512) problems.Add($"{store}: {key} has other bytes than recorded");
            if (key.EndsWith("inventory.json", StringComparison.Ordinal)) CheckInventory(store, key, content.ToArray(), actual, expected, problems);
        }
    }

    // An OCFL object is whole: its manifest names exactly its contents with their digests, and the state of its head uses each of them.
    private static void CheckInventory(string store, string key, byte[] content, string sha512, Dictionary<string, string> keys, List<string> problems)
    {
        var root = key[..^"inventory.json".Length];
        using var inventory = JsonDocument.Parse(content);
        if (root.TrimEnd('/').Split('/')[^1] is ['v', ..] version && version.Length <= 3)
        {
            if (inventory.RootElement.GetProperty("head").GetString() != version) problems.Add($"{store}: {key} is not the inventory of {version}");
            var next = root[..^(version.Length + 1)] + $"v{int.Parse(version[1..], System.Globalization.CultureInfo.InvariantCulture) + 1}/inventory.json";
            if (!keys.ContainsKey(next) && keys.GetValueOrDefault(root[..^(version.Length + 1)] + "inventory.json") != sha512) problems.Add($"{store}: {key} differs from the root inventory");
            return;
        }
        var manifest = inventory.RootElement.GetProperty("manifest").EnumerateObject().SelectMany(d => d.Value.EnumerateArray().Select(p => (Path: root + p.GetString(), Digest: d.Name))).ToList();
        foreach (var (path, digest) in manifest)
            if (keys.GetValueOrDefault(path) != digest) problems.Add($"{store}: {path} of the manifest is not recorded with this digest");
        var contents = keys.Keys.Count(k => k.StartsWith(root, StringComparison.Ordinal) && k.Contains("/content/", StringComparison.Ordinal));
        if (contents != manifest.Count) problems.Add($"{store}: {root} has {contents} contents, its manifest names {manifest.Count}");
        var head = inventory.RootElement.GetProperty("versions").GetProperty(inventory.RootElement.GetProperty("head").GetString()!).GetProperty("state");
        if (head.EnumerateObject().Any(d => manifest.TrueForAll(m => m.Digest != d.Name))) problems.Add($"{store}: {root} has a state without content");
    }

    private static async Task<Dictionary<string, string>> PairsAsync(NpgsqlDataSource database, string sql)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) pairs[reader.GetString(0)] = reader.GetString(1);
        return pairs;
    }
}
