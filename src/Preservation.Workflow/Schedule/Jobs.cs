using Microsoft.Extensions.Logging;
using Preservation.Catalogue;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Drills;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Journal;
using Preservation.Workflow.Reconciliation;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Stores;
using Preservation.Workflow.TimeStamping;
using Preservation.Workflow.Trust;
using Preservation.Workflow.Uploads;
using Preservation.Workflow.Verdicts;
using Quartz;

namespace Preservation.Workflow.Schedule;

/// <summary>
/// What the timers start. The work is idempotent and claimed in the catalogue, so that a job run twice does no harm; a failure is logged and the
/// next tick tries again.
/// </summary>
internal abstract partial class ScheduledJob(ILogger logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping: the next process goes on.
        }
#pragma warning disable CA1031 // the job runner's edge: the failure is logged, the timer goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(logger, e, GetType().Name);
        }
    }

    protected abstract Task RunAsync(CancellationToken cancellationToken);

    [LoggerMessage(5001, LogLevel.Error, "{Job} failed; its next tick tries again")]
    private static partial void LogFailed(ILogger logger, Exception e, string job);
}

[DisallowConcurrentExecution]
internal sealed class SealAuditLog(AuditSealer sealer, ILogger<SealAuditLog> logger) : ScheduledJob(logger)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await sealer.SealAsync(cancellationToken) is not null) { }
    }
}

[DisallowConcurrentExecution]
internal sealed class StampBatch(EvidenceBatcher batcher, ILogger<StampBatch> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => batcher.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class RenewEvidence(RenewalRunner renewals, ILogger<RenewEvidence> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => renewals.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class WriteJournal(JournalWriter journal, ILogger<WriteJournal> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => journal.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class PlanFixity(FixityRunner fixity, ILogger<PlanFixity> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => fixity.ScheduleAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class ReconcileStores(StoreReconciliation reconciliation, ILogger<ReconcileStores> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => reconciliation.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class HoldDrills(RestoreDrills drills, ILogger<HoldDrills> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => drills.RunDueAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class SweepStaging(StagingSweeper sweeper, UploadSweeper uploads, ILogger<SweepStaging> logger) : ScheduledJob(logger)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await uploads.RunAsync(cancellationToken);
        await sweeper.RunAsync(cancellationToken);
    }
}

[DisallowConcurrentExecution]
internal sealed class WatchStores(StoreWatch watch, ILogger<WatchStores> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => watch.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class HarvestMaterial(MaterialHarvest harvest, ILogger<HarvestMaterial> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => harvest.RunAsync(cancellationToken);
}

// Apart from the other harvest: a folder of anchors that cannot be read must not keep revocation lists from being fetched.
[DisallowConcurrentExecution]
internal sealed class HarvestTrustLists(TrustListHarvest harvest, ILogger<HarvestTrustLists> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => harvest.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class RemakeVerdicts(VerdictRemaking remaking, ILogger<RemakeVerdicts> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => remaking.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class ReplayVerdicts(VerdictReplay replay, ILogger<ReplayVerdicts> logger) : ScheduledJob(logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => replay.RunAsync(cancellationToken);
}
