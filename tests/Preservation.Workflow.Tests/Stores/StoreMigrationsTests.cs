using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Options;
using Preservation.Workflow.Stores;
using Preservation.Workflow.Tests.Verdicts;

namespace Preservation.Workflow.Tests.Stores;

/// <summary>Everything of store a goes onto a new store c, each object proven there; and the register that says when that is due.</summary>
internal sealed class StoreMigrationsTests : IngestFixture
{
    private bool _hasNew;

    protected override void Configure(PreservationOptions options)
    {
        base.Configure(options);
        if (_hasNew) options.Stores.Add(new StoreOptions { Name = "c", Path = Path.Join(Folder, "c"), Fsync = false });
    }

    [TearDown]
    public void Forget() => _hasNew = false;

    [Test]
    public async Task Every_object_is_proven_on_the_new_store_before_the_migration_ends()
    {
        var packages = new List<Guid> { (await IngestAsync(("a.txt", Content))).PackageId!.Value, (await IngestAsync(("b.txt", Content))).PackageId!.Value };
        await using var after = await WithNewStoreAsync();
        var id = await BeginAsync("a", "c");
        Assert.That(await TryBeginAsync("a", "c"), Is.Null, "one at a time");
        Assert.That(await TryBeginAsync("a", "a"), Is.Null);
        Assert.That(await TryBeginAsync("b", "none"), Is.Null);
        var migrations = after.GetRequiredService<StoreMigrations>();
        await migrations.RunAsync(default);
        await migrations.RunAsync(default); // a process that did not hear of the first
        Assert.That(await ProgressAsync(id), Is.EqualTo((new MigrationProgress(2, 2, 0, 0), false)));
        // A byte of the old copy is bad: the object comes from the copy that is right.
        var bad = Directory.EnumerateFiles(Path.Join(Folder, "a", "ocfl"), "a.txt", SearchOption.AllDirectories).First();
        await File.WriteAllTextAsync(bad, "rotten");
        await RunAsync(after);
        await migrations.RunAsync(default);
        Assert.That(await ProgressAsync(id), Is.EqualTo((new MigrationProgress(2, 2, 2, 0), true)));
        await using var session = await BeginAsync();
        foreach (var copy in await session.Rows.Copies.Where(c => c.Store == "c").ToListAsync())
            Assert.That(System.Security.Cryptography.SHA512.HashData(await File.ReadAllBytesAsync(Path.Join(Folder, "c", copy.Key))), Is.EqualTo(copy.Sha512), copy.Key);
        Assert.That(await session.Rows.Copies.CountAsync(c => c.Store == "c"), Is.EqualTo(await session.Rows.Copies.CountAsync(c => c.Store == "a")));
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "store.migrated"), Is.EqualTo(1));
        Assert.That(packages, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_medium_near_its_rated_end_is_told_a_year_ahead_and_no_more_when_it_is_retired()
    {
        var watch = Services.GetRequiredService<StoreWatch>();
        Guid near;
        await using (var session = await BeginAsync())
        {
            var today = DateOnly.FromDateTime(session.Now.UtcDateTime);
            near = Add(session, "VMT-0001", today.AddYears(1).AddDays(-1)).Id;
            Add(session, "VMT-0002", today.AddYears(1).AddDays(10));
            await session.CommitAsync(default);
        }
        await watch.RunAsync(default);
        await watch.RunAsync(default);
        var task = (await EndsAsync()).Single();
        Assert.That(task.Subject, Does.StartWith("VMT-0001: Vật mang tin VMT-0001 có hạn sử dụng đến 2027-02-28").And.Contains("The medium VMT-0001 is rated to 2027-02-28; its store is a."));
        Assert.That(task.DueAt, Is.EqualTo(new DateTimeOffset(2026, 2, 28, 0, 0, 0, TimeSpan.Zero)));
        Clock.Advance(TimeSpan.FromDays(10));
        await watch.RunAsync(default);
        Assert.That((await EndsAsync()).Count(t => t.State == TaskState.Open), Is.EqualTo(2));
        await using (var session = await BeginAsync())
        {
            var medium = await session.Rows.Media.SingleAsync(m => m.Id == near);
            (medium.RetiredBy, medium.RetiredAt) = (Person, session.Now);
            await session.CommitAsync(default);
        }
        await watch.RunAsync(default);
        Assert.That((await EndsAsync()).Single(t => t.State == TaskState.Open).Subject, Does.StartWith("VMT-0002"));
    }

    [Test]
    public async Task Packages_whose_good_copies_do_not_meet_the_policy_any_more_are_told_and_so_is_a_store_nobody_reaches()
    {
        await IngestAsync(("a.txt", Content));
        await Services.GetRequiredService<StorePresence>().RunAsync(default);
        var watch = Services.GetRequiredService<StoreWatch>();
        await watch.RunAsync(default);
        Assert.That(await OpenAsync(), Is.Empty);
        await using (var session = await BeginAsync())
        {
            await session.Rows.PackageCopies.Where(c => c.Store == "b").ExecuteUpdateAsync(c => c.SetProperty(x => x.State, CopyState.Missing));
            await session.CommitAsync(default);
        }
        Clock.Advance(TimeSpan.FromHours(25));
        await watch.RunAsync(default);
        Assert.That(await OpenAsync(), Is.EquivalentTo(new[] { TaskKinds.CopiesUnmet, TaskKinds.StoreUnseen, TaskKinds.StoreUnseen }));
        await using (var session = await BeginAsync())
        {
            var unmet = (await Services.GetRequiredService<StoresReport>().MakeAsync(session, default)).Unmet.Single();
            Assert.That((unmet.Packages, unmet.Rules[0].Code), Is.EqualTo((1L, "COPIES-COUNT")));
            Assert.That(unmet.Stores, Is.EqualTo(new[] { "a" }));
        }
        await RunAsync(Services);
        await Services.GetRequiredService<StorePresence>().RunAsync(default);
        await watch.RunAsync(default);
        Assert.That((await OpenAsync()).Except([TaskKinds.FixityIncident]), Is.Empty, "repaired and reached again");
    }

    private async Task<ServiceProvider> WithNewStoreAsync()
    {
        _hasNew = true;
        var services = Build();
        await services.GetRequiredService<Preservation.Workflow.Copies.StoreSet>().RegisterAsync(Database.Sessions, default);
        return services;
    }

    private async Task<StoreMigration?> TryBeginAsync(string from, string to)
    {
        await using var session = await BeginAsync();
        return await StoreMigrations.BeginAsync(session, Person, from, to, default);
    }

    private async Task<Guid> BeginAsync(string from, string to)
    {
        await using var session = await BeginAsync();
        var migration = await StoreMigrations.BeginAsync(session, Person, from, to, default);
        await session.CommitAsync(default);
        return migration!.Id;
    }

    private async Task<(MigrationProgress, bool)> ProgressAsync(Guid id)
    {
        await using var session = await BeginAsync();
        var migration = await session.Rows.StoreMigrations.AsNoTracking().SingleAsync(m => m.Id == id);
        return (await StoreMigrations.ProgressAsync(session, migration, default), migration.EndedAt is not null);
    }

    private async Task RunAsync(ServiceProvider services)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        await using (var session = await BeginAsync())
        {
            FixityRunner.Add(session, RunKind.OnDemand, null, null, session.Now);
            await session.CommitAsync(default);
        }
        await services.GetRequiredService<FixityRunner>().WorkAsync(default);
    }

    private async Task<List<PreservationTask>> EndsAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.Tasks.AsNoTracking().Where(t => t.Kind == TaskKinds.MediumEnds).ToListAsync();
    }

    private async Task<List<string>> OpenAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.Tasks.Where(t => t.State == TaskState.Open).Select(t => t.Kind).ToListAsync();
    }

    private Medium Add(Preservation.Catalogue.CatalogueSession session, string number, DateOnly end)
    {
        var medium = new Medium
        {
            Id = Guid.NewGuid(), Number = number, Mark = "HDD " + number, Kind = "disk", Store = "a", InServiceFrom = new DateOnly(2022, 1, 1), RatedEnd = end, RegisteredBy = Person, RegisteredAt = session.Now,
        };
        session.Rows.Media.Add(medium);
        return medium;
    }
}
