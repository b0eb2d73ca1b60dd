using Preservation.Core;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Storage.Tests.Objects;
using Preservation.Testing;
using Preservation.Testing.Storage;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>
/// The writer dies at every one of its HTTP requests to a real server, parts of a multipart upload among them: after the server has done it, or
/// with half of the body sent.
/// </summary>
public sealed class S3CrashTests
{
    private const int LargeBytes = 6 * 1024 * 1024; // two parts
    private S3Store _objects = null!;
    private OcflStore _store = null!;

    [SetUp]
    public async Task Open()
    {
        _objects = await S3Bucket.OpenAsync();
        _store = new OcflStore(_objects, $"crash-{Guid.NewGuid():n}/", Limits.Default);
    }

    [TearDown]
    public async Task Close()
    {
        if (_objects is not null) await _objects.DisposeAsync();
    }

    [Test]
    public async Task After_a_crash_at_any_request_recovery_or_another_try_leads_to_the_version([Values(1, 2)] int version)
    {
        var whole = await WriteUntilAsync(version, int.MaxValue, halfway: false);
        Assert.That(whole.Wire.HasDied, Is.False);
        var requests = whole.Wire.Requests;
        Assert.That(requests.Count(r => r.Method is "PUT" or "POST"), Is.GreaterThan(8), "the protocol's own writes");
        // A request that only reads leaves the server as the request before it did.
        var points = Enumerable.Range(1, requests.Count).Where(n => Tier.IsLong || requests[n - 1].Method is not ("GET" or "HEAD"))
            .SelectMany(n => requests[n - 1].HasBody ? new[] { (n, false), (n, true) } : [(n, false)]).ToArray();
        await Parallel.ForEachAsync(Enumerable.Range(0, points.Length), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            if (Tier.IsLong || i % 4 < 2) await DieAsync(version, points[i], recovers: true);
            if (Tier.IsLong || i % 4 > 1) await DieAsync(version, points[i], recovers: false);
        });
        TestContext.Out.WriteLine($"| S3 | version {version} | {requests.Count} requests | {points.Length} crash points |");
    }

    [Test]
    public async Task A_purge_that_dies_at_any_request_can_be_repeated_and_leaves_nothing()
    {
        for (var diesAt = 1; ; diesAt++)
        {
            var sample = Sample.Small(id: $"urn:uuid:{Guid.NewGuid()}");
            foreach (var plan in new[] { sample.First, sample.Second }) await _store.WriteVersionAsync(plan, sample.Open(plan), default);
            using var wire = new DyingWire(diesAt);
            await using var dying = new S3Store(S3Bucket.Options(), wire);
            try
            {
                await new OcflStore(dying, _store.Prefix, Limits.Default).PurgeAsync(sample.Second.Inventory, default);
            }
            catch (DyingWire.ProcessDiedException)
            {
                // as planned
            }
            await _store.PurgeAsync(sample.Second.Inventory, default);
            Assert.That(await Sample.KeysAsync(_store, sample.Id), Is.Empty);
            if (!wire.HasDied) break;
        }
    }

    [Test]
    public async Task What_a_killed_multipart_upload_left_is_removed_and_nothing_else()
    {
        // The upload begins beside the small contents: at which request is not the same each time.
        var (_, sample) = await WriteUntilAsync(1, diesAt: 3, halfway: false);
        for (var diesAt = 4; await UploadsAsync(sample.Id) == 0; diesAt++)
        {
            Assert.That(diesAt, Is.LessThan(10), "no writer died between its parts");
            (_, sample) = await WriteUntilAsync(1, diesAt, halfway: false);
        }
        Assert.That(await _objects.RemoveUnfinishedAsync(DateTimeOffset.UnixEpoch, default), Is.Zero, "none is that old");
        Assert.That(await UploadsAsync(sample.Id), Is.EqualTo(1));
        Assert.That(await _objects.RemoveUnfinishedAsync(DateTimeOffset.MaxValue, default), Is.GreaterThanOrEqualTo(1));
        Assert.That(await UploadsAsync(sample.Id), Is.Zero);
        await _store.WriteVersionAsync(sample.First, sample.Open(sample.First), default);
        await Sample.AssertObjectSoundAsync(_store, sample.First.Inventory);
    }

    private async Task DieAsync(int version, (int At, bool Halfway) point, bool recovers)
    {
        var (_, sample) = await WriteUntilAsync(version, point.At, point.Halfway);
        var plan = version == 1 ? sample.First : sample.Second;
        var committed = version == 1 ? null : sample.First.Inventory;
        await Sample.AssertNothingLostAsync(_store, committed, plan.Inventory);
        if (recovers) await RecoverAsync(committed, plan.Inventory);
        await _store.WriteVersionAsync(plan, sample.Open(plan), default);
        await Sample.AssertObjectSoundAsync(_store, plan.Inventory);
        await RemoveUploadsAsync(sample.Id);
        await _store.PurgeAsync(plan.Inventory, default);
        Assert.That(await Sample.KeysAsync(_store, sample.Id), Is.Empty);
    }

    private async Task RecoverAsync(Inventory? committed, Inventory next)
    {
        await _store.RecoverAsync(next.Id, abandonsIncomplete: true, default);
        var head = (await _store.ReadInventoryAsync(next.Id, default))?.Inventory;
        if (head is not null) await Sample.AssertObjectSoundAsync(_store, head.BytesDigest == next.BytesDigest ? next : committed!);
        else
        {
            Assert.That(committed, Is.Null);
            Assert.That(await Sample.KeysAsync(_store, next.Id), Is.Empty);
        }
    }

    private async Task<(DyingWire Wire, Sample Sample)> WriteUntilAsync(int version, int diesAt, bool halfway)
    {
        var sample = Sample.Large(LargeBytes, id: $"urn:uuid:{Guid.NewGuid()}");
        if (version == 2) await _store.WriteVersionAsync(sample.First, sample.Open(sample.First), default);
        using var wire = new DyingWire(diesAt, halfway);
        await using var dying = new S3Store(S3Bucket.Options(), wire);
        var plan = version == 1 ? sample.First : sample.Second;
        try
        {
            await new OcflStore(dying, _store.Prefix, Limits.Default).WriteVersionAsync(plan, sample.Open(plan), default);
        }
        catch (Exception e) when (wire.HasDied && e is DyingWire.ProcessDiedException or IOException)
        {
            // as planned; the store tells it in its own words when the client did
        }
        return (wire, sample);
    }

    private async Task<int> UploadsAsync(string id) => (await UploadIdsAsync(id)).Count;

    // Other points of the same test upload to the bucket at this moment: theirs are left alone.
    private async Task RemoveUploadsAsync(string id)
    {
        using var client = S3Bucket.Client();
        foreach (var (key, upload) in await UploadIdsAsync(id)) await client.AbortMultipartUploadAsync(S3Bucket.Bucket, key, upload);
    }

    private async Task<List<(string Key, string Upload)>> UploadIdsAsync(string id)
    {
        using var client = S3Bucket.Client();
        var found = await client.ListMultipartUploadsAsync(new Amazon.S3.Model.ListMultipartUploadsRequest { BucketName = S3Bucket.Bucket, Prefix = _store.ObjectPrefix(id) });
        return [.. (found.MultipartUploads ?? []).Select(u => (u.Key, u.UploadId))];
    }
}
