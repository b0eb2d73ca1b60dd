using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Preservation.Storage.Objects;
using Preservation.Testing.Storage;
using S3Bucket = Preservation.Testing.Storage.S3Bucket;

namespace Preservation.Storage.Tests.Objects;

/// <summary>What is locked on a real server, and what an operator who holds our keys can do against it.</summary>
public sealed class ObjectLockTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(2);
    private S3Store _store = null!;
    private AmazonS3Client _operator = null!;
    private string _key = "";

    // Retention is held by the server's own clock.
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [SetUp]
    public async Task Open()
    {
        _store = await S3Bucket.OpenLockableAsync();
        _operator = S3Bucket.Client();
        _key = $"t{Guid.NewGuid():n}/locked";
    }

    [TearDown]
    public async Task Close()
    {
        await _store.DisposeAsync();
        _operator.Dispose();
    }

    [Test]
    public async Task Probes_of_a_lockable_bucket_show_what_this_server_keeps_and_what_it_only_pretends()
    {
        var probed = (await _store.ProbeAsync($"p{Guid.NewGuid():n}/", Now, default)).ToDictionary(p => p.Capability, p => p.Standing);
        Assert.That(probed, Is.EquivalentTo(new Dictionary<StoreCapability, CapabilityStanding>
        {
            // Ceph 16 takes every put into a bucket that keeps versions, whatever its condition.
            [StoreCapability.ConditionalPut] = CapabilityStanding.Pretended, [StoreCapability.ContentMd5] = CapabilityStanding.Proven, [StoreCapability.ChecksumSha256] = CapabilityStanding.Pretended,
            [StoreCapability.Versioning] = CapabilityStanding.Proven, [StoreCapability.RetentionLock] = CapabilityStanding.Proven, [StoreCapability.LegalHold] = CapabilityStanding.Proven,
            [StoreCapability.MultipartLock] = CapabilityStanding.Proven, [StoreCapability.MultipartLockAtStart] = CapabilityStanding.Pretended,
        }));
    }

    [Test]
    public async Task Probes_of_a_plain_bucket_find_no_locks()
    {
        await using var plain = await S3Bucket.OpenAsync();
        var probed = (await plain.ProbeAsync($"p{Guid.NewGuid():n}/", Now, default)).ToDictionary(p => p.Capability, p => p.Standing);
        foreach (var capability in (StoreCapability[])[StoreCapability.Versioning, StoreCapability.RetentionLock, StoreCapability.LegalHold, StoreCapability.MultipartLock])
            Assert.That(probed[capability], Is.EqualTo(CapabilityStanding.Absent), capability.ToString());
        await PutAsync(plain, 10);
        Assert.That(async () => await plain.RetainAsync(_key, null, Now + Short, default), Throws.InstanceOf<LockNotKeptException>());
        await plain.DeleteAsync(_key, default);
    }

    [Test]
    public async Task Nobody_with_our_keys_gets_at_a_retained_version([Values] bool inParts)
    {
        var bytes = inParts ? 6 * 1024 * 1024 : 1_000;
        await PutAsync(_store, bytes);
        var until = Now + Short;
        var kept = await _store.RetainAsync(_key, null, until, default);
        Assert.That(kept.RetainedUntil, Is.EqualTo(until.AddTicks(-(until.Ticks % TimeSpan.TicksPerSecond))));
        Assert.That(await _store.ReadLockAsync(_key, kept.VersionId, default), Is.EqualTo(kept));

        await AssertRefusedAsync(() => _operator.DeleteObjectAsync(Delete(kept, bypass: false)));
        await AssertRefusedAsync(() => _operator.DeleteObjectAsync(Delete(kept, bypass: true)));
        await AssertRefusedAsync(() => RetainAsync(kept, ObjectLockRetentionMode.Compliance, Now.AddSeconds(30)));
        await AssertRefusedAsync(() => RetainAsync(kept, ObjectLockRetentionMode.Governance, Now.AddSeconds(30)));
        await AssertRefusedAsync(() => _operator.PutObjectRetentionAsync(new PutObjectRetentionRequest { BucketName = S3Bucket.Lockable, Key = _key, VersionId = kept.VersionId, BypassGovernanceRetention = true, Retention = new ObjectLockRetention() }));
        var many = await ManyAsync(kept);
        Assert.That(many, Is.EqualTo(0), "deleting in bulk deleted it");
        await AssertRefusedAsync(() => _operator.DeleteBucketAsync(S3Bucket.Lockable));
        await AssertRefusedAsync(() => _operator.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = S3Bucket.Lockable, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Suspended } }));

        await PutAsync(_store, 10);
        await _store.DeleteAsync(_key, default);
        await _store.RemoveUnfinishedAsync(Now - TimeSpan.FromDays(7), default);
        Assert.That(await _store.HeadAsync(_key, default), Is.Null, "a mark hides it");
        Assert.That(await LengthAsync(kept), Is.EqualTo(bytes), "and it is there whole");
        Assert.That((await _store.ReadLockAsync(_key, kept.VersionId, default))!.RetainedUntil, Is.EqualTo(kept.RetainedUntil));
    }

    [Test]
    public async Task Retention_is_extended_and_never_shortened()
    {
        await PutAsync(_store, 10);
        var first = await _store.RetainAsync(_key, null, Now + Short, default);
        var longer = await _store.RetainAsync(_key, first.VersionId, Now + (Short * 2), default);
        Assert.That(longer.RetainedUntil, Is.GreaterThan(first.RetainedUntil!.Value));
        Assert.That(await _store.RetainAsync(_key, null, Now + Short, default), Is.EqualTo(longer));
    }

    [Test]
    public async Task Retention_that_can_be_passed_by_does_not_count()
    {
        var put = await PutAsync(_store, 10);
        await _operator.PutObjectRetentionAsync(new PutObjectRetentionRequest
        {
            BucketName = S3Bucket.Lockable, Key = _key, VersionId = put.VersionId, Retention = new ObjectLockRetention { Mode = ObjectLockRetentionMode.Governance, RetainUntilDate = (Now + Short).UtcDateTime },
        });
        Assert.That((await _store.ReadLockAsync(_key, null, default))!.RetainedUntil, Is.Null);
    }

    [Test]
    public async Task A_held_version_stays_until_the_hold_is_lifted([Values] bool inParts)
    {
        await PutAsync(_store, inParts ? 6 * 1024 * 1024 : 10);
        var held = await _store.HoldAsync(_key, null, true, default);
        Assert.That((held.IsHeld, held.RetainedUntil), Is.EqualTo((true, (DateTimeOffset?)null)));
        await AssertRefusedAsync(() => _operator.DeleteObjectAsync(Delete(held, bypass: true)));
        Assert.That((await _store.HoldAsync(_key, held.VersionId, false, default)).IsHeld, Is.False);
        await _operator.DeleteObjectAsync(Delete(held, bypass: false));
        Assert.That(await _store.ReadLockAsync(_key, held.VersionId, default), Is.Null);
    }

    [Test]
    public async Task What_is_erased_is_gone_with_every_version_beneath_it_and_not_while_one_is_locked()
    {
        var neighbour = _key + "-khác";
        using (var bytes = new MemoryStream([1])) await _store.PutAsync(neighbour, bytes, 1, PutCondition.Any, default);
        var older = await PutAsync(_store, 10);
        await PutAsync(_store, 20);
        await _store.DeleteAsync(_key, default);
        await PutAsync(_store, 30);
        Assert.That((await _store.HoldAsync(_key, older.VersionId, true, default)).IsHeld, Is.True);
        Assert.That(await _store.EraseAsync(_key, Now, default), Is.EqualTo(new ObjectLock(older.VersionId!, null, true)));
        Assert.That((await _store.HeadAsync(_key, default))?.Bytes, Is.EqualTo(30), "nothing of it was deleted");
        await _store.HoldAsync(_key, older.VersionId, false, default);
        Assert.That(await _store.EraseAsync(_key, Now, default), Is.Null);
        var left = await _operator.ListVersionsAsync(new ListVersionsRequest { BucketName = S3Bucket.Lockable, Prefix = _key });
        Assert.That((left.Versions ?? []).Select(v => v.Key), Is.EqualTo(new[] { neighbour }), "no version, and no mark that hides one");
        Assert.That(await _store.EraseAsync(_key, Now, default), Is.Null, "there is nothing any more");
        await _store.EraseAsync(neighbour, Now, default);

        await PutAsync(_store, 10);
        var until = (await _store.RetainAsync(_key, null, Now + Short, default)).RetainedUntil;
        Assert.That((await _store.EraseAsync(_key, Now, default))?.RetainedUntil, Is.EqualTo(until));

        await using var plain = await S3Bucket.OpenAsync();
        await PutAsync(plain, 10);
        Assert.That(await plain.EraseAsync(_key, Now, default), Is.Null);
        Assert.That(await plain.HeadAsync(_key, default), Is.Null, "a bucket without versions");
    }

    [Test]
    public void What_is_not_there_cannot_be_locked()
    {
        Assert.That(async () => await _store.RetainAsync(_key, null, Now + Short, default), Throws.InstanceOf<ObjectNotFoundException>());
        Assert.That(async () => await _store.HoldAsync(_key, null, true, default), Throws.InstanceOf<ObjectNotFoundException>());
    }

    [Test]
    public void A_folder_and_memory_have_no_locks_to_offer()
    {
        var memory = new MemoryStore("memory");
        Assert.That(() => memory.RetainAsync("a", null, Now, default), Throws.InstanceOf<NotSupportedException>());
        var folder = Directory.CreateTempSubdirectory("preservation-lock-").FullName;
        try
        {
            var files = new FileSystemStore("files", folder, flushes: false);
            Assert.That(() => files.HoldAsync("a", null, true, default), Throws.InstanceOf<NotSupportedException>());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Conditions_hold_by_a_lock_of_ours_where_the_server_does_not_honour_them()
    {
        var gates = new System.Collections.Concurrent.ConcurrentDictionary<string, SemaphoreSlim>();
        await using var store = new S3Store(S3Bucket.Options() with { Bucket = S3Bucket.Lockable, Exclusive = async (key, token) =>
        {
            var gate = gates.GetOrAdd(key, _ => new SemaphoreSlim(1));
            await gate.WaitAsync(token);
            return new Released(gate);
        } });
        var won = await RaceAsync(i => PutAsync(store, i, PutCondition.OnlyIfAbsent));
        Assert.That(won, Has.Length.EqualTo(1));
        Assert.That(await ReadAsync(store), Is.EqualTo(new[] { (byte)won[0] }));
        var head = await store.HeadAsync(_key, default);
        var next = await RaceAsync(i => PutAsync(store, 100 + i, PutCondition.OnlyIfUnchanged(head!.ETag)));
        Assert.That(next, Has.Length.EqualTo(1));
        Assert.That(async () => await PutAsync(store, 7, PutCondition.OnlyIfUnchanged(head!.ETag)), Throws.InstanceOf<PreconditionFailedException>());
        Assert.That(await ReadAsync(store), Is.EqualTo(new[] { (byte)(100 + next[0]) }));
        Assert.That(store.Capabilities.ConditionalPut);
    }

    private Task<StoredObject> PutAsync(S3Store store, int value, PutCondition condition) => store.PutAsync(_key, new MemoryStream([(byte)value]), 1, condition, default);

    private async Task<byte[]> ReadAsync(S3Store store)
    {
        await using var content = await store.OpenReadAsync(_key, null, default);
        var bytes = new byte[1];
        await content.Stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task<int[]> RaceAsync(Func<int, Task> write)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await write(i);
                return true;
            }
            catch (PreconditionFailedException)
            {
                return false;
            }
        }));
        return [.. Enumerable.Range(0, 8).Where(i => results[i])];
    }

    private sealed class Released(SemaphoreSlim gate) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            gate.Release();
            return ValueTask.CompletedTask;
        }
    }

    private Task<StoredObject> PutAsync(S3Store store, int bytes) => store.PutAsync(_key, new FaultyStream(bytes, long.MaxValue, () => { }), bytes, PutCondition.Any, default);

    private DeleteObjectRequest Delete(ObjectLock of, bool bypass) => new() { BucketName = S3Bucket.Lockable, Key = _key, VersionId = of.VersionId, BypassGovernanceRetention = bypass };

    private Task<PutObjectRetentionResponse> RetainAsync(ObjectLock of, ObjectLockRetentionMode mode, DateTimeOffset until) => _operator.PutObjectRetentionAsync(new PutObjectRetentionRequest
    {
        BucketName = S3Bucket.Lockable, Key = _key, VersionId = of.VersionId, BypassGovernanceRetention = true, Retention = new ObjectLockRetention { Mode = mode, RetainUntilDate = until.UtcDateTime },
    });

    private async Task<int> ManyAsync(ObjectLock of)
    {
        try
        {
            var answer = await _operator.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = S3Bucket.Lockable, BypassGovernanceRetention = true, Objects = [new KeyVersion { Key = _key, VersionId = of.VersionId }] });
            return answer.DeletedObjects?.Count ?? 0;
        }
        catch (DeleteObjectsException e)
        {
            return e.Response.DeletedObjects?.Count ?? 0;
        }
    }

    private async Task<long> LengthAsync(ObjectLock of)
    {
        using var answer = await _operator.GetObjectAsync(new GetObjectRequest { BucketName = S3Bucket.Lockable, Key = _key, VersionId = of.VersionId });
        return answer.ContentLength;
    }

    private static async Task AssertRefusedAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.Conflict)
        {
            return;
        }
        Assert.Fail("the call was not refused");
    }
}
