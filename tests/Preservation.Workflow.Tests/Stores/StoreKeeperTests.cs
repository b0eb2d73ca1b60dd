using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Workflow.Stores;
using Preservation.Workflow.Tests.Verdicts;

namespace Preservation.Workflow.Tests.Stores;

internal sealed class StoreKeeperTests : IngestFixture
{
    [Test]
    public async Task A_keeper_does_every_chore_of_its_stores_and_not_again_until_it_is_due()
    {
        using var keeper = ActivatorUtilities.CreateInstance<StoreKeeper>(Services);
        var left = Path.Join(Folder, "a", ".staging", "left");
        await File.WriteAllTextAsync(left, "half");
        File.SetLastWriteTimeUtc(left, Clock.GetUtcNow().AddDays(-8).UtcDateTime);
        await keeper.RunAsync(default);
        Assert.That(File.Exists(left), Is.False);
        await using (var session = await BeginAsync())
        {
            Assert.That(await session.Rows.StoreChores.OrderBy(c => c.Store).ThenBy(c => c.Chore).Select(c => c.Store + " " + c.Chore + " " + c.Problem).ToListAsync(),
                Is.EqualTo(new[] { "a locks ", "a probe ", "a sweep ", "b locks ", "b probe ", "b sweep " }));
            Assert.That(await session.Rows.Stores.Select(s => s.LastSeenAt).ToListAsync(), Is.All.EqualTo(session.Now));
        }
        Clock.Advance(TimeSpan.FromHours(1));
        await keeper.RunAsync(default);
        await using (var session = await BeginAsync())
        {
            Assert.That(await session.Rows.StoreChores.Where(c => c.Chore == "probe").Select(c => c.EndedAt).ToListAsync(), Is.All.EqualTo(session.Now.AddHours(-1)));
            Assert.That(await session.Rows.StoreChores.Where(c => c.Chore == "locks").Select(c => c.EndedAt).ToListAsync(), Is.All.EqualTo(session.Now));
        }
    }

    [Test]
    public async Task What_fails_at_one_store_does_not_keep_it_from_the_others()
    {
        using var keeper = ActivatorUtilities.CreateInstance<StoreKeeper>(Services);
        Directory.Delete(Path.Join(Folder, "a", ".staging"), recursive: true);
        await File.WriteAllTextAsync(Path.Join(Folder, "a", ".staging"), "a file where the folder was");
        await keeper.RunAsync(default);
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.StoreChores.Where(c => c.Store == "a" && c.Chore != "locks").Select(c => c.Problem).ToListAsync(), Has.None.Null);
        Assert.That(await session.Rows.StoreChores.Where(c => c.Store == "b").Select(c => c.Problem).ToListAsync(), Is.All.Null);
    }
}
