using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Drills;
using Preservation.Workflow.Options;
using Preservation.Workflow.Tests.Rebuild;

namespace Preservation.Workflow.Tests.Drills;

internal sealed class RestoreDrillTests : RebuildFixture
{
    private static readonly string[] AllSteps = ["inventory", "restore", "ocfl", "catalogue", "package", "evidence", "receipts"];

    protected override void Configure(PreservationOptions options)
    {
        base.Configure(options);
        options.Drills.Folder = Directory.CreateDirectory(Path.Join(Folder, "scratch")).FullName;
    }

    [Test]
    public async Task Good_packages_pass_every_step_and_nothing_stays_in_the_scratch_place()
    {
        await FoundAsync();
        await IngestAsync(("một.txt", Text("một")), ("hai.txt", Text("một")));
        var packed = await DossierAsync();
        await IngestAsync(_ => { }, _ => packed);
        await StampAsync();
        await Drills.RunDueAsync(default);
        await using var session = await BeginAsync();
        var drills = await session.Rows.RestoreDrills.ToListAsync();
        Assert.That(drills, Has.Count.EqualTo(2));
        foreach (var drill in drills)
        {
            Assert.That(drill.Outcome, Is.EqualTo(DrillOutcome.Passed), drill.Report);
            var steps = StepsOf(drill);
            Assert.That(steps.Select(s => s.Name), Is.EqualTo(AllSteps));
            Assert.That(steps.Single(s => s.Name == "evidence").Detail, Does.Not.StartWith("0 of"), "records were verified");
            Assert.That(steps.Single(s => s.Name == "receipts").Detail, Does.StartWith("1 receipts, 1 records").Or.StartWith("2 receipts, 2 records"));
        }
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Join(Folder, "scratch")), Is.Empty);
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "restore.drill"), Is.EqualTo(2));
        Assert.That(await session.Rows.Tasks.AnyAsync(t => t.Kind == TaskKinds.DrillFailed), Is.False);
        await Drills.RunDueAsync(default);
        Assert.That(await session.Rows.RestoreDrills.CountAsync(), Is.EqualTo(2), "the next round is due in a day");
    }

    [Test]
    public async Task A_damaged_byte_fails_the_drill_from_that_store_alone_and_opens_a_task()
    {
        var package = (await IngestAsync(("một.txt", Text("một")))).PackageId!.Value;
        string key;
        await using (var session = await BeginAsync()) key = await session.Rows.Copies.Where(c => c.PackageId == package && c.Store == "a" && c.Key.EndsWith("một.txt")).Select(c => c.Key).FirstAsync();
        Damage("a", key);
        var good = await Drills.RunAsync(package, "b", default);
        Assert.That(good!.Outcome, Is.EqualTo(DrillOutcome.Passed), good.Report);
        var bad = await Drills.RunAsync(package, "a", default);
        Assert.That(bad!.Outcome, Is.EqualTo(DrillOutcome.Failed));
        Assert.That(StepsOf(bad).Where(s => !s.Passed).Select(s => s.Name), Is.EqualTo(new[] { "ocfl" }));
        await using var after = await BeginAsync();
        Assert.That((await after.Rows.Tasks.SingleAsync(t => t.Kind == TaskKinds.DrillFailed)).PackageId, Is.EqualTo(package));
    }

    [Test]
    public async Task A_lost_key_and_a_lost_object_fail_it_too()
    {
        var package = (await IngestAsync(("một.txt", Text("một")))).PackageId!.Value;
        List<string> keys;
        await using (var session = await BeginAsync()) keys = await session.Rows.Copies.Where(c => c.PackageId == package && c.Store == "a").Select(c => c.Key).ToListAsync();
        File.Delete(Path.Join(Folder, "a", keys.First(k => k.EndsWith("một.txt", StringComparison.Ordinal))));
        Assert.That(StepsOf((await Drills.RunAsync(package, "a", default))!).Where(s => !s.Passed).Select(s => s.Name), Is.EqualTo(new[] { "restore", "ocfl" }));
        foreach (var key in keys) File.Delete(Path.Join(Folder, "a", key));
        Assert.That(StepsOf((await Drills.RunAsync(package, "a", default))!).Single().Detail, Is.EqualTo("the store has no such object"));
        Assert.That(await Drills.RunAsync(Guid.NewGuid(), null, default), Is.Null);
    }

    private RestoreDrills Drills => Services.GetRequiredService<RestoreDrills>();

    private static List<DrillStep> StepsOf(RestoreDrill drill) => JsonSerializer.Deserialize<List<DrillStep>>(drill.Report, AuditJson.Options)!;
}
