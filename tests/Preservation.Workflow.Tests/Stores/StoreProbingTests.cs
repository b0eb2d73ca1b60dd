using StoreCapability = Preservation.Storage.Objects.StoreCapability;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Catalogue.Model;
using Preservation.Testing.Storage;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;
using Preservation.Workflow.Stores;

namespace Preservation.Workflow.Tests.Stores;

internal sealed class StoreProbingTests : LockedStoreFixture
{
    [Test]
    public async Task What_every_store_was_seen_to_do_is_kept_with_its_time()
    {
        await Probing.StartAsync(default);
        await using var session = await BeginAsync();
        var seen = await session.Rows.StoreCapabilities.AsNoTracking().ToListAsync();
        Assert.That(seen, Has.Count.EqualTo(2 * Enum.GetValues<StoreCapability>().Length));
        Assert.That(seen.Select(s => s.ProbedAt).Distinct().Single(), Is.EqualTo(Clock.GetUtcNow()).Within(TimeSpan.FromSeconds(1)));
        Assert.That(seen.Single(s => s.Store == "bucket" && s.Capability == nameof(StoreCapability.RetentionLock)).Standing, Is.EqualTo("Proven"));
        Assert.That(seen.Single(s => s.Store == "folder" && s.Capability == nameof(StoreCapability.RetentionLock)).Standing, Is.EqualTo("Absent"));
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "store.probed"), Is.EqualTo(2));
        var report = await new StoresReport(Options).MakeAsync(session, default);
        var bucket = report.Stores.Single(s => s.Name == "bucket");
        Assert.That(bucket.Capabilities.Where(c => c.IsNeeded).Select(c => c.Standing), Is.All.EqualTo("Proven").And.Exactly(4).Items);
        Assert.That((bucket.Provider, bucket.LockDays, bucket.IsPresent), Is.EqualTo(("P2", (int?)3, true)));
    }

    [Test]
    public async Task A_policy_that_needs_locks_of_a_bucket_without_them_is_refused_at_start()
    {
        await using var plain = new StoreSet(With(S3Bucket.Bucket), new WorkTrace(Options), Database.Source);
        var probing = new StoreProbing(Database.Sessions, plain, Options, NullLogger<StoreProbing>.Instance);
        var refused = (await Assert.ThrowsAsync<StorePolicyException>(() => probing.StartAsync(default)))!;
        Assert.That(refused.Findings.Select(f => (f.Rule, f.Path, f.Expected)), Is.SupersetOf(new[] { (CopyRules.StoreLacks, "bucket", "RetentionLock"), (CopyRules.StoreLacks, "bucket", "MultipartLock") }));
        Assert.That(refused.Message, Does.Contain("Kho bucket cần RetentionLock nhưng không có").And.Contains("The store bucket needs RetentionLock"));
        var task = (await TasksAsync(TaskKinds.StoreCapability)).Single();
        Assert.That((task.State, task.Role), Is.EqualTo((TaskState.Open, Role.PreservationOfficer)));
        // The same store, repaired: the task ends by itself.
        await Probing.RunAsync("bucket", default);
        Assert.That((await TasksAsync(TaskKinds.StoreCapability)).Single().State, Is.EqualTo(TaskState.Done));
        await using var session = await BeginAsync();
        var since = await session.Rows.StoreCapabilities.SingleAsync(c => c.Store == "bucket" && c.Capability == nameof(StoreCapability.RetentionLock));
        Assert.That(since.Standing, Is.EqualTo("Proven"));
    }

    [Test]
    public async Task A_store_that_is_away_at_start_is_judged_by_what_it_was_last_seen_to_do()
    {
        await using var none = new StoreSet(With("no-such-bucket"), new WorkTrace(Options), Database.Source);
        var probing = new StoreProbing(Database.Sessions, none, Options, NullLogger<StoreProbing>.Instance);
        Assert.That(async () => await probing.StartAsync(default), Throws.Nothing, "never seen: nothing is known against it");
        await using (var session = await BeginAsync())
        {
            session.Rows.StoreCapabilities.AddRange(Enum.GetNames<StoreCapability>().Select(c => new Preservation.Catalogue.Model.StoreCapability
            {
                Store = "bucket", Capability = c, Standing = c == nameof(StoreCapability.LegalHold) ? "Pretended" : "Proven", Detail = "seen", ProbedAt = session.Now, Since = session.Now,
            }));
            await session.CommitAsync(default);
        }
        Assert.That((await Assert.ThrowsAsync<StorePolicyException>(() => probing.StartAsync(default)))!.Findings.Single().Found, Is.EqualTo("Pretended, seen"));
    }

    [Test]
    public async Task A_policy_that_the_configured_stores_cannot_meet_is_refused_before_any_is_asked()
    {
        Options.Value.Copies.Locked = 2;
        Assert.That((await Assert.ThrowsAsync<StorePolicyException>(() => Probing.StartAsync(default)))!.Findings.Select(f => f.Rule), Is.EqualTo(new[] { CopyRules.Locked }));
    }

    [Test]
    public async Task A_chore_is_done_once_by_whoever_comes_first_and_again_when_it_is_due()
    {
        var chores = new StoreChores(Database.Sessions);
        var done = 0;
        Task<bool> RunAsync() => chores.RunAsync("folder", "probe", TimeSpan.FromHours(6), _ => { done++; return Task.CompletedTask; }, default);
        Assert.That((await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RunAsync()))).Count(r => r), Is.EqualTo(1));
        Clock.Advance(TimeSpan.FromHours(7));
        Assert.That(await RunAsync());
        Assert.That(done, Is.EqualTo(2));
        Clock.Advance(TimeSpan.FromHours(7));
        Assert.That(async () => await chores.RunAsync("folder", "probe", TimeSpan.FromHours(6), _ => throw new IOException("away"), default), Throws.InstanceOf<IOException>());
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.StoreChores.SingleAsync()).Problem, Is.EqualTo("away"));
    }

    private static Microsoft.Extensions.Options.IOptions<PreservationOptions> With(string bucket) => Settings.Of(o =>
    {
        o.Stores.Add(new StoreOptions { Name = "folder", Path = Path.Join(Path.GetTempPath(), "preservation-probing"), Fsync = false, FailureDomain = new FailureDomainOptions { Provider = "P1" } });
        o.Stores.Add(Bucket("bucket", bucket));
        o.Copies.Locked = 1;
    });
}
