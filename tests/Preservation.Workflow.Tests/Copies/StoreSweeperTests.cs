using Preservation.Testing;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Copies;

internal sealed class StoreSweeperTests
{
    [Test]
    public async Task What_killed_writes_left_goes_from_every_store_after_a_week()
    {
        var folder = Directory.CreateTempSubdirectory("preservation-sweep-").FullName;
        try
        {
            var settings = Settings.Of(o =>
            {
                foreach (var name in (string[])["one", "two"]) o.Stores.Add(new StoreOptions { Name = name, Path = Path.Join(folder, name) });
            });
            await using var stores = new StoreSet(settings, new WorkTrace(settings));
            var clock = new ManualClock(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
            var left = stores.Configured.Select(s => Path.Join(s.Path, ".staging", "left")).ToArray();
            foreach (var file in left)
            {
                await File.WriteAllTextAsync(file, "half");
                File.SetLastWriteTimeUtc(file, clock.GetUtcNow().UtcDateTime);
            }
            var sweeper = new StoreSweeper(stores, settings, clock);
            async Task<int> SweepAsync() => await sweeper.RunAsync("one", default) + await sweeper.RunAsync("two", default);
            clock.Advance(TimeSpan.FromDays(6.9));
            Assert.That(await SweepAsync(), Is.Zero);
            clock.Advance(TimeSpan.FromDays(0.2));
            Assert.That(await SweepAsync(), Is.EqualTo(2));
            Assert.That(left.Where(File.Exists), Is.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
