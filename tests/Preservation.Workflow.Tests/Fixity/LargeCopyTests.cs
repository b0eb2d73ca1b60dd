using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Fixity;

namespace Preservation.Workflow.Tests.Fixity;

/// <summary>A copy of more keys than are in memory at once, and what the database says of the size of copies.</summary>
internal sealed class LargeCopyTests : CopiesFixture
{
    private const int Keys = CopyKeys.Page + 10;

    [Test]
    public async Task Every_key_of_a_large_copy_is_read_once_and_what_is_bad_in_any_part_of_it_is_repaired()
    {
        var id = await AddLargeAsync();
        Write("first", KeyOf(id, 3), [9]);
        Write("second", KeyOf(id, Keys - 1), [9]);
        File.Delete(PathOf("second", KeyOf(id, CopyKeys.Page)));
        var run = await RunAsync();
        Assert.That((run.State, run.CopiesRead, run.FilesRead, run.Problems, run.Repaired), Is.EqualTo((RunState.Ended, 2L, 2L * Keys - 1, 3L, 3L)), "all but the lost one are read");
        Assert.That((await CopiesAsync()).Select(c => c.State), Is.All.EqualTo(CopyState.Good));
        foreach (var (store, key) in new[] { ("first", 3), ("second", Keys - 1), ("second", CopyKeys.Page) }) Assert.That(await File.ReadAllBytesAsync(PathOf(store, KeyOf(id, key))), Is.EqualTo(Content(key)));
        Assert.That((run = await RunAsync()).FilesRead, Is.EqualTo(2L * Keys));
        Assert.That(run.Problems, Is.Zero);
    }

    [Test]
    public async Task Keys_of_another_copy_that_lie_between_those_of_a_large_one_are_not_taken_for_its_own()
    {
        var id = await AddLargeAsync();
        var other = Guid.CreateVersion7();
        await AddAsync(other, [KeyOf(id, 5) + "-of-another"]);
        var run = await RunAsync();
        Assert.That((run.State, run.CopiesRead, run.FilesRead, run.Problems), Is.EqualTo((RunState.Ended, 4L, 2L * (Keys + 1), 0L)));
    }

    [Test]
    public async Task The_database_keeps_count_of_the_keys_and_bytes_of_each_copy()
    {
        var id = await AddObjectAsync(500);
        await AddObjectAsync(7);
        async Task<(long, long)[]> SizesAsync() => [.. (await CopiesAsync()).Where(c => c.PackageId == id).Select(c => (c.Keys, c.Bytes))];
        Assert.That(await SizesAsync(), Is.EqualTo(new[] { (1L, 500L), (1L, 500L) }));
        await using (var session = await BeginAsync())
        {
            await using var more = session.Command("""
                INSERT INTO copy (package_id, store, key, role, version, encoding, bytes, sha512, state, written_at, last_read_at, last_result)
                SELECT package_id, store, key || '-' || n, role, version, encoding, n, sha512, state, written_at, last_read_at, last_result FROM copy, generate_series(1, 3) n WHERE package_id = $1 AND store = 'first'
                """, id);
            await more.ExecuteNonQueryAsync();
            await using var longer = session.Command("UPDATE copy SET bytes = 600 WHERE package_id = $1 AND store = 'second'", id);
            await longer.ExecuteNonQueryAsync();
            await session.CommitAsync(default);
        }
        Assert.That(await SizesAsync(), Is.EqualTo(new[] { (4L, 506L), (1L, 600L) }));
    }

    private async Task<Guid> AddLargeAsync()
    {
        var id = Guid.CreateVersion7();
        await AddAsync(id, [.. Enumerable.Range(0, Keys).Select(k => KeyOf(id, k))]);
        return id;
    }

    private async Task AddAsync(Guid id, string[] keys)
    {
        await using var session = await BeginAsync();
        foreach (var store in StoreNames)
        {
            session.Rows.PackageCopies.Add(new PackageCopy { PackageId = id, ObjectId = "urn:uuid:" + id, Store = store, Version = 1, State = CopyState.Good, VerifiedAt = session.Now, LastReadAt = session.Now, LastResult = FixityOutcome.Ok });
            await session.FlushAsync(default);
            for (var i = 0; i < keys.Length; i++) Write(store, keys[i], Content(i));
            await using var insert = session.Command("""
                INSERT INTO copy (package_id, store, key, role, version, encoding, bytes, sha512, state, written_at, last_read_at, last_result)
                SELECT $1, $2, t.key, 'Content', 1, 'identity', t.bytes, t.sha512, 'Good', $3, $3, 'Ok' FROM unnest($4::text[], $5::bigint[], $6::bytea[]) AS t (key, bytes, sha512)
                """, id, store, session.Now, keys, keys.Select((_, i) => (long)Content(i).Length).ToArray(), keys.Select((_, i) => SHA512.HashData(Content(i))).ToArray());
            await insert.ExecuteNonQueryAsync();
        }
        await session.CommitAsync(default);
    }

    private static string KeyOf(Guid id, int number) => string.Create(CultureInfo.InvariantCulture, $"ocfl/{id:N}/v1/content/{number:D6}.txt");

    private static byte[] Content(int number) => Encoding.UTF8.GetBytes($"văn bản {number}");
}
