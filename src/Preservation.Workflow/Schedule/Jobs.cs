using Microsoft.Extensions.Logging;
using Preservation.Catalogue;
using Preservation.Workflow.Access;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Drills;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Journal;
using Preservation.Workflow.Mail;
using Preservation.Workflow.Reconciliation;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Stores;
using Preservation.Workflow.Terms;
using Preservation.Workflow.TimeStamping;
using Preservation.Workflow.Transfers;
using Preservation.Workflow.Trust;
using Preservation.Workflow.Uploads;
using Preservation.Workflow.Verdicts;
using Quartz;

namespace Preservation.Workflow.Schedule;

/// <summary>
/// What the timers start. The work is idempotent and claimed in the catalogue, so that a job run twice does no harm; a failure is logged and the
/// next tick tries again.
/// </summary>
internal abstract partial class ScheduledJob(SignsOfLife life, ILogger logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var (name, every) = (GetType().Name, (context.Trigger as ISimpleTrigger)?.RepeatInterval ?? TimeSpan.Zero);
        try
        {
            await life.BeginAsync(name, every, cancellationToken);
            var problem = await TryAsync(cancellationToken);
            await life.EndAsync(name, every, problem, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping: the next process goes on.
        }
#pragma warning disable CA1031 // the job runner's edge: the failure is logged, the timer goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(logger, e, name);
        }
    }

    private async Task<string?> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken);
            return null;
        }
#pragma warning disable CA1031 // the job runner's edge: the failure is logged and kept, the timer goes on
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(logger, e, GetType().Name);
            return e.Message;
        }
    }

    protected abstract Task RunAsync(CancellationToken cancellationToken);

    [LoggerMessage(5001, LogLevel.Error, "{Job} failed; its next tick tries again")]
    private static partial void LogFailed(ILogger logger, Exception e, string job);
}

[DisallowConcurrentExecution]
internal sealed class SealAuditLog(AuditSealer sealer, SignsOfLife life, ILogger<SealAuditLog> logger) : ScheduledJob(life, logger)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await sealer.SealAsync(cancellationToken) is not null) { }
    }
}

[DisallowConcurrentExecution]
internal sealed class StampBatch(EvidenceBatcher batcher, SignsOfLife life, ILogger<StampBatch> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => batcher.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class RenewEvidence(RenewalRunner renewals, SignsOfLife life, ILogger<RenewEvidence> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => renewals.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class WriteJournal(JournalWriter journal, SignsOfLife life, ILogger<WriteJournal> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => journal.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class PlanFixity(FixityRunner fixity, SignsOfLife life, ILogger<PlanFixity> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => fixity.ScheduleAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class ReconcileStores(StoreReconciliation reconciliation, SignsOfLife life, ILogger<ReconcileStores> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => reconciliation.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class HoldDrills(RestoreDrills drills, SignsOfLife life, ILogger<HoldDrills> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => drills.RunDueAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class SweepStaging(StagingSweeper sweeper, UploadSweeper uploads, SignsOfLife life, ILogger<SweepStaging> logger) : ScheduledJob(life, logger)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await uploads.RunAsync(cancellationToken);
        await sweeper.RunAsync(cancellationToken);
    }
}

[DisallowConcurrentExecution]
internal sealed class WatchStores(StoreWatch watch, SilenceWatch silence, SignsOfLife life, ILogger<WatchStores> logger) : ScheduledJob(life, logger)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await silence.RunAsync(cancellationToken);
        await watch.RunAsync(cancellationToken);
    }
}

[DisallowConcurrentExecution]
internal sealed class RemindOfDeadlines(Deadlines deadlines, SignsOfLife life, ILogger<RemindOfDeadlines> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => deadlines.RemindAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class KeepPeople(PeopleKeeper people, SignsOfLife life, ILogger<KeepPeople> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => people.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class SendMails(TaskMails mails, SignsOfLife life, ILogger<SendMails> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => mails.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class MakeMinutes(RoundMinutes minutes, SignsOfLife life, ILogger<MakeMinutes> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => minutes.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class HarvestMaterial(MaterialHarvest harvest, SignsOfLife life, ILogger<HarvestMaterial> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => harvest.RunAsync(cancellationToken);
}

// Apart from the other harvest: a folder of anchors that cannot be read must not keep revocation lists from being fetched.
[DisallowConcurrentExecution]
internal sealed class HarvestTrustLists(TrustListHarvest harvest, SignsOfLife life, ILogger<HarvestTrustLists> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => harvest.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class RemakeVerdicts(VerdictRemaking remaking, SignsOfLife life, ILogger<RemakeVerdicts> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => remaking.RunAsync(cancellationToken);
}

[DisallowConcurrentExecution]
internal sealed class ReplayVerdicts(VerdictReplay replay, SignsOfLife life, ILogger<ReplayVerdicts> logger) : ScheduledJob(life, logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => replay.RunAsync(cancellationToken);
}
