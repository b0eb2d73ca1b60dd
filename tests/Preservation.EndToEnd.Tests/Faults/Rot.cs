using System.Diagnostics;
using System.Globalization;
using Amazon.S3.Model;
using Npgsql;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>Damages keys beneath their stores, chosen by a seed, each key on one store only: a good copy is always left.</summary>
internal sealed class Rot(Deployment deployment, Random random)
{
    private sealed record Candidate(string Store, string Key, long Bytes, string Sha512);

    /// <summary>Flips so many bits, and does so many of each of the other damages.</summary>
    public async Task<IReadOnlyList<Damage>> DoAsync(int flips, int others)
    {
        var candidates = await CandidatesAsync();
        var done = new List<Damage>();
        await FlipAsync(Take(candidates, flips, _ => true), done);
        foreach (var key in Take(candidates, others, _ => true))
        {
            await DeleteAsync(key);
            done.Add(new Damage(key.Store, key.Key, "deletion", "Missing"));
        }
        foreach (var key in Take(candidates, others, c => c.Bytes > 1))
        {
            var content = await ReadAsync(key.Store, key.Key);
            await WriteAsync(key.Store, key.Key, content[..random.Next(content.Length)]);
            done.Add(new Damage(key.Store, key.Key, "truncation", "Mismatch"));
        }
        for (var i = 0; i < others; i++) await SwapAsync(candidates, done);
        await MakeStaleAsync(candidates, others, done);
        return done;
    }

    /// <summary>Flips one bit each of so many keys of one store.</summary>
    public async Task<IReadOnlyList<Damage>> FlipAsync(string store, int count)
    {
        var done = new List<Damage>();
        await FlipAsync(Take(await CandidatesAsync(), count, c => c.Store == store), done);
        return done;
    }

    // Objects that are whole now; a key is offered once, on a store chosen for it. Of the root inventory and its sidecar only the older version is put back, by MakeStale.
    private async Task<List<Candidate>> CandidatesAsync()
    {
        var all = new List<Candidate>();
        await using var database = NpgsqlDataSource.Create(deployment.Database);
        await using var command = database.CreateCommand("""
            SELECT c.store, c.key, c.bytes, encode(c.sha512, 'hex') FROM copy c JOIN package_copy p ON p.package_id = c.package_id AND p.store = c.store
            WHERE c.bytes > 0 AND NOT EXISTS (SELECT FROM package_copy b WHERE b.package_id = c.package_id AND b.state <> 'Good') ORDER BY c.key, c.store
            """);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) all.Add(new Candidate(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3)));
        var chosen = all.GroupBy(c => c.Key, StringComparer.Ordinal).Select(g => g.ElementAt(random.Next(g.Count()))).ToArray();
        random.Shuffle(chosen);
        return [.. chosen];
    }

    private static List<Candidate> Take(List<Candidate> from, int count, Func<Candidate, bool> where)
    {
        var taken = from.Where(where).Take(count).ToList();
        Assert.That(taken, Has.Count.EqualTo(count), "not enough keys to damage: preserve more packages first");
        from.RemoveAll(taken.Contains);
        return taken;
    }

    private async Task FlipAsync(List<Candidate> keys, List<Damage> done)
    {
        foreach (var store in keys.GroupBy(k => k.Store))
        {
            var index = Array.IndexOf(deployment.Stores, store.Key);
            var flips = store.Select(k => (k.Key, Byte: random.NextInt64(k.Bytes), Bit: random.Next(8))).ToList();
            if (deployment.IsBucket(index)) await FlipBeneathAsync(deployment.Buckets[index], flips);
            else
                foreach (var (key, at, bit) in flips)
                {
                    // The file keeps its date: nobody wrote it.
                    var path = Path.Join(deployment.FolderOf(index), key);
                    var date = File.GetLastWriteTimeUtc(path);
                    var content = await File.ReadAllBytesAsync(path);
                    content[at] ^= (byte)(1 << bit);
                    await File.WriteAllBytesAsync(path, content);
                    File.SetLastWriteTimeUtc(path, date);
                }
            done.AddRange(store.Select(k => new Damage(k.Store, k.Key, "bit flip", "Mismatch")));
        }
    }

    private static async Task FlipBeneathAsync(string bucket, List<(string Key, long Byte, int Bit)> flips)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Join(Machine.Root, "deploy", "lib", "s3.sh"), ["rot", bucket]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        foreach (var (key, at, bit) in flips) await process.StandardInput.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{key}\t{at}\t{bit}\n"));
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, await error);
        Assert.That((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(flips.Count));
    }

    private async Task SwapAsync(List<Candidate> candidates, List<Damage> done)
    {
        var one = Take(candidates, 1, c => c.Key.Contains("/content/", StringComparison.Ordinal))[0];
        var other = Take(candidates, 1, c => c.Store == one.Store && c.Sha512 != one.Sha512 && c.Key.Contains("/content/", StringComparison.Ordinal))[0];
        var (first, second) = (await ReadAsync(one.Store, one.Key), await ReadAsync(other.Store, other.Key));
        await WriteAsync(one.Store, one.Key, second);
        await WriteAsync(other.Store, other.Key, first);
        done.AddRange([new Damage(one.Store, one.Key, "swap", "Mismatch"), new Damage(other.Store, other.Key, "swap", "Mismatch")]);
    }

    // A store that fell back to what it had before: inventory and sidecar of the version before.
    private async Task MakeStaleAsync(List<Candidate> candidates, int count, List<Damage> done)
    {
        var roots = candidates.Where(c => c.Key.EndsWith("/v2/inventory.json", StringComparison.Ordinal)).Select(c => (c.Store, Root: c.Key[..^"v2/inventory.json".Length])).Where(r =>
            candidates.Exists(c => c.Key == r.Root + "inventory.json") && candidates.Exists(c => c.Key == r.Root + "inventory.json.sha512") && candidates.Exists(c => c.Key == r.Root + "v1/inventory.json")).Take(count).ToList();
        Assert.That(roots, Is.Not.Empty.Or.Null, "a package of two versions is needed");
        foreach (var (store, root) in roots)
            foreach (var name in new[] { "inventory.json", "inventory.json.sha512" })
            {
                await WriteAsync(store, root + name, await ReadAsync(store, $"{root}v1/{name}"));
                done.Add(new Damage(store, root + name, "stale version", "Mismatch"));
                candidates.RemoveAll(c => c.Key == root + name);
            }
    }

    private async Task<byte[]> ReadAsync(string store, string key)
    {
        var index = Array.IndexOf(deployment.Stores, store);
        if (!deployment.IsBucket(index)) return await File.ReadAllBytesAsync(Path.Join(deployment.FolderOf(index), key));
        using var answer = await deployment.S3.GetObjectAsync(deployment.Buckets[index], key);
        using var content = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(content);
        return content.ToArray();
    }

    private async Task WriteAsync(string store, string key, byte[] content)
    {
        var index = Array.IndexOf(deployment.Stores, store);
        if (deployment.IsBucket(index)) await deployment.S3.PutObjectAsync(new PutObjectRequest { BucketName = deployment.Buckets[index], Key = key, InputStream = new MemoryStream(content) });
        else await File.WriteAllBytesAsync(Path.Join(deployment.FolderOf(index), key), content);
    }

    private async Task DeleteAsync(Candidate key)
    {
        var index = Array.IndexOf(deployment.Stores, key.Store);
        if (deployment.IsBucket(index)) await deployment.S3.DeleteObjectAsync(deployment.Buckets[index], key.Key);
        else File.Delete(Path.Join(deployment.FolderOf(index), key.Key));
    }
}
