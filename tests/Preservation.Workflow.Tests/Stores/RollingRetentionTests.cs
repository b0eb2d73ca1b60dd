using StoreCapability = Preservation.Storage.Objects.StoreCapability;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Storage.Objects;
using Preservation.Workflow.Stores;

namespace Preservation.Workflow.Tests.Stores;

internal sealed class RollingRetentionTests : LockedStoreFixture
{
    [Test]
    public async Task A_copy_counts_as_locked_when_its_store_proved_that_it_locks_and_every_key_is()
    {
        var before = await WriteAsync();
        Assert.That((await CopyAsync(before)).LockUntil, Is.Null, "nothing was proven yet");
        await Probing.StartAsync(default);
        var id = await WriteAsync();
        var until = Clock.GetUtcNow().AddDays(3);
        Assert.That((await CopyAsync(id)).LockUntil, Is.EqualTo(until).Within(TimeSpan.FromSeconds(1)));
        var keys = await KeysAsync(id);
        Assert.That(keys, Has.Count.EqualTo(6));
        foreach (var key in keys)
        {
            Assert.That(key.LockUntil, Is.EqualTo(until).Within(TimeSpan.FromSeconds(1)));
            Assert.That((await Stores.Stores["bucket"].ReadLockAsync(key.Key, null, default))!.RetainedUntil, Is.EqualTo(key.LockUntil), key.Key);
        }
    }

    [Test]
    public async Task Locks_are_extended_within_their_margin_and_not_before()
    {
        await Probing.StartAsync(default);
        var id = await WriteAsync();
        Assert.That(await Retention.RunAsync("bucket", default), Is.Zero);
        Clock.Advance(TimeSpan.FromDays(1.5));
        Assert.That(await Retention.RunAsync("bucket", default), Is.EqualTo(1));
        var copy = await CopyAsync(id);
        Assert.That(copy.LockUntil, Is.EqualTo(Clock.GetUtcNow().AddDays(3)).Within(TimeSpan.FromSeconds(1)));
        foreach (var key in await KeysAsync(id)) Assert.That((await Stores.Stores["bucket"].ReadLockAsync(key.Key, key.StoreVersionId, default))!.RetainedUntil, Is.EqualTo(copy.LockUntil));
        Assert.That(await Retention.RunAsync("bucket", default), Is.Zero);
        Assert.That(await Retention.RunAsync("folder", default), Is.Zero);
    }

    [Test]
    public async Task What_was_written_before_its_store_locked_is_locked_by_the_job()
    {
        var id = await WriteAsync();
        await Probing.StartAsync(default);
        Assert.That(await Retention.RunAsync("bucket", default), Is.EqualTo(1));
        Assert.That((await CopyAsync(id)).LockUntil, Is.Not.Null);
        Assert.That((await KeysAsync(id)).Select(k => k.StoreVersionId), Has.None.Null);
    }

    [Test]
    public async Task A_store_whose_locks_were_found_to_be_words_is_not_relied_on()
    {
        await Probing.StartAsync(default);
        await using (var session = await BeginAsync())
        {
            await session.Rows.StoreCapabilities.Where(c => c.Capability == nameof(StoreCapability.MultipartLock)).ExecuteUpdateAsync(c => c.SetProperty(x => x.Standing, nameof(CapabilityStanding.Pretended)));
            await session.CommitAsync(default);
        }
        Assert.That((await CopyAsync(await WriteAsync())).LockUntil, Is.Null);
        Assert.That(await Retention.RunAsync("bucket", default), Is.Zero);
    }

    [Test]
    public async Task Locks_that_cannot_be_extended_are_told_before_they_end()
    {
        await Probing.StartAsync(default);
        var id = await WriteAsync();
        await using (var session = await BeginAsync())
        {
            await session.Rows.Copies.Where(c => c.PackageId == id && c.Store == "bucket" && c.Role == CopyRole.Content).ExecuteUpdateAsync(c => c.SetProperty(x => x.Key, "ocfl/gone"));
            await session.CommitAsync(default);
        }
        Clock.Advance(TimeSpan.FromDays(2.5));
        Assert.That(async () => await Retention.RunAsync("bucket", default), Throws.InstanceOf<IOException>());
        var task = (await TasksAsync(TaskKinds.StoreLocks)).Single();
        Assert.That((task.State, task.Subject), Is.EqualTo((TaskState.Open, task.Subject)));
        Assert.That(task.Subject, Does.StartWith("bucket: Trên kho bucket, khóa của 1 bản sao").And.Contains("On the store bucket the locks of 1 copies"));
        await using (var session = await BeginAsync())
        {
            await session.Rows.PackageCopies.Where(c => c.PackageId == id).ExecuteUpdateAsync(c => c.SetProperty(x => x.LockUntil, session.Now.AddDays(3)));
            await session.CommitAsync(default);
        }
        await Retention.RunAsync("bucket", default);
        Assert.That((await TasksAsync(TaskKinds.StoreLocks)).Single().State, Is.EqualTo(TaskState.Done));
    }

    [Test]
    public async Task A_legal_hold_is_set_on_every_key_read_back_and_lifted_by_another_person()
    {
        await Probing.StartAsync(default);
        var id = await WriteAsync();
        var other = Guid.NewGuid();
        Guid hold;
        await using (var session = await BeginAsync())
        {
            session.Rows.Principals.Add(new Principal { Id = other, Kind = PrincipalKind.Person, Name = "Trần Thị B", ValidFrom = session.Now, CreatedAt = session.Now });
            var submission = await AddSubmissionAsync();
            var package = new Package
            {
                Id = id, SubmissionId = submission, ProducerId = Agency, CustodianId = Agency, AgreementVersionId = AgreementVersion, Kind = "bag", Title = "Hồ sơ", HeadVersion = 1, PreservedAt = session.Now, Files = 1, Bytes = 1,
            };
            session.Rows.Packages.Add(package);
            await session.FlushAsync(default);
            hold = LegalHolds.Place(session, Person, package, "thanh tra").Id;
            await session.CommitAsync(default);
        }
        Assert.That(await Retention.RunAsync("bucket", default), Is.EqualTo(1));
        Assert.That((await CopyAsync(id)).Held);
        foreach (var key in await KeysAsync(id)) Assert.That((await Stores.Stores["bucket"].ReadLockAsync(key.Key, null, default))!.IsHeld, key.Key);
        await using (var session = await BeginAsync())
        {
            Assert.That(await LegalHolds.LiftAsync(session, Person, hold, "xong", default), Is.False, "who placed it cannot lift it");
            Assert.That(await LegalHolds.LiftAsync(session, other, hold, "xong", default));
            Assert.That(await LegalHolds.LiftAsync(session, other, hold, "xong", default), Is.False);
            await session.CommitAsync(default);
        }
        Assert.That(await Retention.RunAsync("bucket", default), Is.EqualTo(1));
        Assert.That((await CopyAsync(id)).Held, Is.False);
        foreach (var key in await KeysAsync(id)) Assert.That((await Stores.Stores["bucket"].ReadLockAsync(key.Key, null, default))!.IsHeld, Is.False, key.Key);
        await using (var session = await BeginAsync())
            Assert.That(await session.Rows.PremisEvents.OrderBy(e => e.At).Select(e => e.Type).ToListAsync(), Is.EquivalentTo(new[] { "legal hold placed", "legal hold lifted" }));
    }
}
