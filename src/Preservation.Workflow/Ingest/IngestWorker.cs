using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// Takes submissions from the queue and carries each to its next rest. The one place where failures of the surroundings (store, database,
/// scanner) end: they put the submission back for a later try.
/// </summary>
internal sealed partial class IngestWorker(
    CatalogueSessions sessions, SubmissionQueue queue, CheckSubmission check, ArchiveSubmission archive, IOptions<PreservationOptions> options,
    TimeProvider clock, ILogger<IngestWorker> logger) : BackgroundService
{
    private const long HeldBytes = 48 << 20;
    private readonly SemaphoreSlim _wake = new(0);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        [ListenAsync(stoppingToken), .. Enumerable.Range(0, options.Value.Ingest.Workers).Select(_ => WorkAsync(stoppingToken))]);

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await queue.ClaimAsync(stoppingToken) is { } claim)
                {
                    await CarryAsync(claim, stoppingToken);
                    GiveBack();
                }
                await _wake.WaitAsync(options.Value.Ingest.Poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (System.Data.Common.DbException e)
            {
                LogDatabase(e);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken);
            }
        }
    }

    // A package of many files leaves long lists behind that the collector would keep room for: the next package begins without them.
    private static void GiveBack()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > HeldBytes) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private async Task CarryAsync(SubmissionClaim claim, CancellationToken stoppingToken)
    {
        await using var lease = queue.KeepAlive(claim, stoppingToken);
        try
        {
            if (claim.State == SubmissionState.Archiving) await archive.RunAsync(claim, lease.Held);
            else await check.RunAsync(claim, lease.Held);
        }
        catch (LeaseLostException)
        {
            LogLost(claim.Id, claim.Attempt);
        }
        catch (OperationCanceledException)
        {
            LogLost(claim.Id, claim.Attempt); // stopping, or the lease was lost: another attempt goes on
        }
#pragma warning disable CA1031 // the job runner's edge: whatever failed, the submission must not be lost; it is recorded and tried again
        catch (Exception e)
#pragma warning restore CA1031
        {
            try
            {
                if (e is PackageBusyException or CopiesAwaitedException)
                {
                    await queue.WaitAsync(claim, e.Message, (e as CopiesAwaitedException)?.Stores, stoppingToken);
                    return;
                }
                LogFailed(e, claim.Id, claim.Attempt, claim.State);
                await queue.RetryLaterAsync(claim, $"{e.GetType().Name}: {e.Message}", stoppingToken);
            }
            catch (LeaseLostException)
            {
                LogLost(claim.Id, claim.Attempt);
            }
        }
    }

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await sessions.DataSource.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, _) => _wake.Release();
                await using (var listen = new NpgsqlCommand("LISTEN preservation_work", connection)) await listen.ExecuteNonQueryAsync(stoppingToken);
                while (true) await connection.WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (System.Data.Common.DbException e)
            {
                LogDatabase(e);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(1001, LogLevel.Warning, "Submission {Id}, attempt {Attempt}: given up here, another attempt goes on")]
    private partial void LogLost(Guid id, int attempt);

    [LoggerMessage(1002, LogLevel.Error, "Submission {Id}, attempt {Attempt}, {State}: failed and will be tried again")]
    private partial void LogFailed(Exception e, Guid id, int attempt, SubmissionState state);

    [LoggerMessage(1003, LogLevel.Error, "The database cannot be reached; trying again")]
    private partial void LogDatabase(Exception e);
}
