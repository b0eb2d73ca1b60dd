using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Preservation.Workflow.Fixity;

/// <summary>Works on open fixity runs, wherever they were entered.</summary>
internal sealed partial class FixityWorker(FixityRunner runner, TimeProvider clock, ILogger<FixityWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await runner.WorkAsync(stoppingToken);
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
