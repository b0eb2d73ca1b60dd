using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Preservation.Workflow.Schedule;

namespace Preservation.Workflow.Fixity;

/// <summary>Works on open fixity runs, wherever they were entered.</summary>
internal sealed partial class FixityWorker(FixityRunner runner, SignsOfLife life, TimeProvider clock, ILogger<FixityWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LifeEvery = TimeSpan.FromMinutes(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await life.BeginAsync(Silence.Fixity, LifeEvery, stoppingToken);
                await runner.WorkAsync(token => life.BeginAsync(Silence.Fixity, LifeEvery, token), stoppingToken);
                await life.EndAsync(Silence.Fixity, LifeEvery, null, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // the job runner's edge: the failure is logged, copies claimed are freed by their lease
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(e);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
    }

    [LoggerMessage(4002, LogLevel.Error, "A fixity run was interrupted; it goes on")]
    private partial void LogFailed(Exception e);
}
