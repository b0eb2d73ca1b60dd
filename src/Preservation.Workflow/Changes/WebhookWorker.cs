using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Changes;

/// <summary>Tells receivers of changes, several at once, so that a slow one keeps nobody waiting.</summary>
internal sealed partial class WebhookWorker(WebhookDeliveries deliveries, IOptions<PreservationOptions> options, TimeProvider clock, ILogger<WebhookWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enumerable.Range(0, options.Value.Webhooks.Workers).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await deliveries.DeliverNextAsync(stoppingToken)) { }
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // the job runner's edge: the failure is logged, the receiver is freed by its lease
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(e);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
    }

    [LoggerMessage(9101, LogLevel.Error, "A receiver could not be told of changes; it is tried again")]
    private partial void LogFailed(Exception e);
}
