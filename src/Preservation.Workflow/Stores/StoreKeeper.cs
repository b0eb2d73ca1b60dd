using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Canaries;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Journal;
using Preservation.Workflow.Options;
using Preservation.Workflow.Schedule;
using Preservation.Workflow.TimeStamping;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Stores;

/// <summary>Looks after the stores whose keys this process has. Where several processes share the stores, it also does this process's part of what timers start elsewhere.</summary>
internal sealed partial class StoreKeeper(
    StoreSet stores, StoreChores chores, StorePresence presence, StoreProbing probing, RollingRetention retention, StoreSweeper sweeper, StoreMigrations migrations, JournalWriter journal,
    EvidenceBatcher evidence, VerdictRemaking verdicts, CanaryKeeper canaries, SilenceWatch silence, SignsOfLife life, IOptions<PreservationOptions> options, TimeProvider clock, ILogger<StoreKeeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.StoreKeeping.Every, clock);
        try
        {
            do await RunAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what was begun is claimed again when its lease has ended.
        }
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var keeping = options.Value.StoreKeeping;
        await TryAsync("sign of life", token => life.BeginAsync(Silence.Stores, keeping.Every, token), cancellationToken);
        await TryAsync("silence", silence.RunAsync, cancellationToken);
        await TryAsync("presence", presence.RunAsync, cancellationToken);
        await TryAsync("canaries", canaries.RunAsync, cancellationToken);
        foreach (var store in stores.Written)
        {
            await TryAsync($"probe {store}", token => chores.RunAsync(store, "probe", keeping.ProbeEvery, t => probing.RunAsync(store, t), token), cancellationToken);
            await TryAsync($"locks {store}", token => chores.RunAsync(store, "locks", keeping.LockEvery, t => retention.RunAsync(store, t), token), cancellationToken);
            await TryAsync($"sweep {store}", token => chores.RunAsync(store, "sweep", keeping.SweepEvery, t => sweeper.RunAsync(store, t), token), cancellationToken);
        }
        await TryAsync("migrations", migrations.RunAsync, cancellationToken);
        if (!stores.IsWhole) await ShareAsync(cancellationToken);
        await TryAsync("sign of life", token => life.EndAsync(Silence.Stores, keeping.Every, null, token), cancellationToken);
    }

    private async Task ShareAsync(CancellationToken cancellationToken)
    {
        await TryAsync("journal", journal.RunAsync, cancellationToken);
        await TryAsync("evidence", evidence.RunAsync, cancellationToken);
        await TryAsync("verdicts", verdicts.RunAsync, cancellationToken);
    }

    private async Task TryAsync(string what, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (CopiesIncompleteException e)
        {
            LogAwaited(what, e.Message);
        }
#pragma warning disable CA1031 // the job runner's edge: the failure is logged and the next tick tries again
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(e, what);
        }
    }

    [LoggerMessage(6404, LogLevel.Error, "Looking after the stores failed at {What}; the next tick tries again")]
    private partial void LogFailed(Exception e, string what);

    [LoggerMessage(6405, LogLevel.Information, "{What}: {Message}")]
    private partial void LogAwaited(string what, string message);
}
