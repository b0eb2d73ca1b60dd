using Amazon.S3.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Catalogue.Model;
using Preservation.Storage.Objects;
using Preservation.Workflow.Fixity;
using S3Bucket = Preservation.Testing.Storage.S3Bucket;

namespace Preservation.Workflow.Tests.Stores;

/// <summary>What an operator with the service's keys can do to a locked copy: hide it, not lose it; and the service finds it, brings it back and locks it again.</summary>
internal sealed class LockedRepairTests : LockedStoreFixture
{
    [Test]
    public async Task What_was_overwritten_or_deleted_over_a_lock_is_found_brought_back_and_locked_again()
    {
        await Probing.StartAsync(default);
        var id = await WriteAsync();
        var keys = await KeysAsync(id);
        var (over, gone) = (keys.Single(k => k.Role == CopyRole.Content), keys.First(k => k.Role == CopyRole.Inventory));
        var first = (await Stores.Stores["bucket"].ReadLockAsync(over.Key, null, default))!;
        using var keysHolder = S3Bucket.Client();
        await keysHolder.PutObjectAsync(new PutObjectRequest { BucketName = S3Bucket.Lockable, Key = over.Key, ContentBody = "rác" });
        await keysHolder.DeleteObjectAsync(S3Bucket.Lockable, gone.Key);

        Clock.Advance(TimeSpan.FromMinutes(1));
        await using (var session = await BeginAsync())
        {
            FixityRunner.Add(session, RunKind.OnDemand, null, null, session.Now);
            await session.CommitAsync(default);
        }
        await new FixityRunner(Database.Sessions, Stores, new Repair(Stores), Options, new Preservation.Workflow.Diagnostics.WorkTrace(Options), NullLogger<FixityRunner>.Instance).WorkAsync(default);
        await using (var session = await BeginAsync())
        {
            var problems = await session.Rows.FixityProblems.OrderBy(p => p.Outcome).Select(p => new { p.Key, p.Outcome, p.Action, p.RepairedFrom }).ToListAsync();
            Assert.That(problems.Select(p => (p.Key, p.Outcome, p.Action, p.RepairedFrom)), Is.EquivalentTo(new[] { (over.Key, FixityOutcome.Mismatch, "repaired", "folder"), (gone.Key, FixityOutcome.Missing, "repaired", "folder") }));
        }
        Assert.That((await CopyAsync(id)).LockUntil, Is.Null, "what was put anew has no lock yet");
        Assert.That(await Retention.RunAsync("bucket", default), Is.EqualTo(1));
        var again = (await Stores.Stores["bucket"].ReadLockAsync(over.Key, null, default))!;
        Assert.That(again.RetainedUntil, Is.GreaterThan(Clock.GetUtcNow().AddDays(2)));
        Assert.That(again.VersionId, Is.Not.EqualTo(first.VersionId));
        Assert.That((await Stores.Stores["bucket"].ReadLockAsync(over.Key, first.VersionId, default))!.RetainedUntil, Is.EqualTo(first.RetainedUntil), "and the first is there as it was");
        await using var content = await Stores.Stores["bucket"].OpenReadAsync(over.Key, null, default);
        Assert.That(System.Security.Cryptography.SHA512.HashData(await ReadAsync(content)), Is.EqualTo(over.Sha512));
    }

    [Test]
    public async Task Two_processes_that_write_one_key_of_a_bucket_without_conditions_are_told_apart_by_the_catalogue()
    {
        await using var other = new Preservation.Workflow.Copies.StoreSet(Options, new Preservation.Workflow.Diagnostics.WorkTrace(Options), Database.Source);
        var key = $"t{Guid.NewGuid():n}/contested";
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            var store = i % 2 == 0 ? Stores.Stores["bucket"] : other.Stores["bucket"];
            try
            {
                await store.PutAsync(key, new MemoryStream([(byte)i]), 1, PutCondition.OnlyIfAbsent, default);
                return i;
            }
            catch (PreconditionFailedException)
            {
                return -1;
            }
        }));
        await using var content = await Stores.Stores["bucket"].OpenReadAsync(key, null, default);
        Assert.That(await ReadAsync(content), Is.EqualTo(new[] { (byte)results.Single(r => r >= 0) }));
    }

    private static async Task<byte[]> ReadAsync(ObjectContent content)
    {
        using var bytes = new MemoryStream();
        await content.Stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
