using System.Diagnostics;
using System.Globalization;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing;

namespace Preservation.Storage.Tests.Ocfl;

/// <summary>A writer in a process of its own is killed with SIGKILL before a call to the file system; then the work resumes here.</summary>
public sealed class ProcessKillTests
{
    private const int Killed = 128 + 9;
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("preservation-kill-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task After_a_kill_nothing_committed_is_lost_and_the_version_can_be_written([Values(1, 2)] int version)
    {
        var (kills, isFinished) = (0, false);
        // Every call in the long tier; otherwise one in four.
        for (var point = Tier.IsLong ? 0 : Tier.Seed % 4; !isFinished; point += Tier.IsLong ? 1 : 4)
        {
            var folder = Path.Join(_folder, $"{point}");
            var sample = Sample.Large(VersionWriter.LargeBytes);
            var plan = version == 1 ? sample.First : sample.Second;
            await using var objects = new FileSystemStore("files", folder);
            var store = Sample.StoreOver(objects);
            await store.InitializeRootAsync(default);
            if (version == 2) await store.WriteVersionAsync(sample.First, sample.Open(sample.First), default);
            isFinished = await IsFinishedAsync(folder, version, point);
            if (!isFinished) kills++;
            await Sample.AssertNothingLostAsync(store, version == 1 ? null : sample.First.Inventory, plan.Inventory);
            var recovery = await store.RecoverAsync(sample.Id, abandonsIncomplete: true, default);
            if (recovery.Outcome == RecoveryOutcome.RolledForward || isFinished) await Sample.AssertSoundAsync(store, plan.Inventory);
            await store.WriteVersionAsync(plan, sample.Open(plan), default);
            await Sample.AssertSoundAsync(store, plan.Inventory);
            Directory.Delete(folder, recursive: true);
        }
        TestContext.Out.WriteLine($"| file system | version {version} | SIGKILL | {kills} kills | seed {Tier.Seed} |");
        Assert.That(kills, Is.GreaterThan(Tier.IsLong ? 40 : 8));
    }

    private static async Task<bool> IsFinishedAsync(string folder, int version, int calls)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using var writer = Process.Start(new ProcessStartInfo(host, [typeof(VersionWriter).Assembly.Location, folder, version.ToString(CultureInfo.InvariantCulture), calls.ToString(CultureInfo.InvariantCulture)]))!;
        await writer.WaitForExitAsync();
        Assert.That(writer.ExitCode, Is.EqualTo(0).Or.EqualTo(Killed));
        return writer.ExitCode == 0;
    }
}
