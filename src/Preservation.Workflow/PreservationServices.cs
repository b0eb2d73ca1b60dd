using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Core;
using Preservation.Workflow.Access;
using Preservation.Workflow.Canaries;
using Preservation.Workflow.Cases;
using Preservation.Workflow.Changes;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Disposal;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Drills;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Journal;
using Preservation.Workflow.Mail;
using Preservation.Workflow.Options;
using Preservation.Workflow.Reconciliation;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.Schedule;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.SecondOpinions;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Stores;
using Preservation.Workflow.Tasks;
using Preservation.Workflow.Terms;
using Preservation.Workflow.TimeStamping;
using Preservation.Workflow.Transfers;
using Preservation.Workflow.Trust;
using Preservation.Workflow.Uploads;
using Preservation.Workflow.Verdicts;
using Preservation.Workflow.VirusScan;
using Quartz;

namespace Preservation.Workflow;

/// <summary>Registers the service's parts; roles of a process decide which of them run.</summary>
public static class PreservationServices
{
    /// <summary>What every role needs. The caller registers options, <see cref="TimeProvider"/> and the application role's data source.</summary>
    public static IServiceCollection AddPreservation(this IServiceCollection services) => services
        .AddSingleton(Limits.Default)
        .AddSingleton(s => SessionsOf(s.GetRequiredService<NpgsqlDataSource>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<IOptions<PreservationOptions>>().Value.Database))
        .AddSingleton<Callers>()
        .AddSingleton<KeyProofs>()
        .AddSingleton<SessionRegister>()
        .AddSingleton<Credentials>()
        .AddSingleton<PeopleKeeper>()
        .AddSingleton<TaskDesk>()
        .AddSingleton<MailPost>()
        .AddSingleton<TaskMails>()
        .AddSingleton<StagingArea>()
        .AddSingleton<UploadParts>()
        .AddSingleton<UploadRegister>()
        .AddSingleton<UploadAppending>()
        .AddSingleton<UploadSweeper>()
        .AddSingleton<WorkTrace>()
        .AddSingleton<StoreSet>()
        .AddSingleton<CopyWriter>()
        .AddSingleton<Signer>()
        .AddSingleton<SealKeys>()
        .AddSingleton<Receipts>()
        .AddSingleton<DocumentFonts>()
        .AddSingleton<FrozenDocuments>()
        .AddSingleton<SignedVersions>()
        .AddSingleton<TransferDocument>()
        .AddSingleton<RoundMinutes>()
        .AddSingleton<FixityReportDocument>()
        .AddSingleton<FrozenReports>()
        .AddSingleton<Reception>()
        .AddSingleton<Decisions>()
        .AddSingleton<TermsCalendar>()
        .AddSingleton<Registrations>()
        .AddSingleton<Deadlines>()
        .AddSingleton<VirusScanner>()
        .AddSingleton<Examination>()
        .AddSingleton<MaterialFetcher>()
        .AddSingleton<MaterialLibrary>()
        .AddSingleton<SignatureCollection>()
        .AddSingleton<MaterialHarvest>()
        .AddSingleton<AnchorSets>()
        .AddSingleton<TrustListHarvest>()
        .AddSingleton<OtherVerifiers>()
        .AddSingleton<CurrentTrust>()
        .AddSingleton<SignatureExamination>()
        .AddSingleton<PackageSignatureCheck>()
        .AddSingleton<VerdictContent>()
        .AddSingleton<VerdictMaker>()
        .AddSingleton<VerdictObjects>()
        .AddSingleton<VerdictRemaking>()
        .AddSingleton<VerdictReplay>()
        .AddSingleton<SubmissionQueue>()
        .AddSingleton<InstalledSchemas>().AddSingleton<CheckSubmission>()
        .AddSingleton<ArchiveSubmission>()
        .AddSingleton<PackageContent>()
        .AddSingleton<PackageBag>()
        .AddSingleton<Repair>()
        .AddSingleton<FixityRunner>()
        .AddSingleton<FixityReport>()
        .AddSingleton<StoreReconciliation>()
        .AddSingleton<RestoreDrills>()
        .AddSingleton<AuditSealer>()
        .AddSingleton<TimeStampTrust>()
        .AddSingleton<AuthorityStandings>()
        .AddSingleton<AuthorityConnections>()
        .AddSingleton<TokenAcquisition>()
        .AddSingleton<EvidenceObjects>()
        .AddSingleton<EvidenceBatcher>()
        .AddSingleton<EvidenceRecords>()
        .AddSingleton<EvidenceTrace>()
        .AddSingleton<EvidenceOutlook>()
        .AddSingleton<RenewalPlans>()
        .AddSingleton<TreeRenewal>()
        .AddSingleton<RenewalRunner>()
        .AddSingleton<EvidenceFunctions>()
        .AddSingleton<AlgorithmAlarms>()
        .AddSingleton<AuthorityRevocations>()
        .AddSingleton<EvidenceExport>()
        .AddSingleton<JournalWriter>()
        .AddSingleton<StagingSweeper>()
        .AddSingleton<StoreSweeper>()
        .AddSingleton<StoreChores>()
        .AddSingleton<StorePresence>()
        .AddSingleton<StoreProbing>()
        .AddSingleton<RollingRetention>()
        .AddSingleton<StoreMigrations>()
        .AddSingleton<StoreWatch>()
        .AddSingleton<SignsOfLife>()
        .AddSingleton<SilenceWatch>()
        .AddSingleton<CanaryObjects>()
        .AddSingleton<CanaryKeeper>()
        .AddSingleton<CaseCoverSheet>()
        .AddSingleton<CaseFile>()
        .AddSingleton<WebhookSecrets>()
        .AddSingleton<WebhookConnection>()
        .AddSingleton<Webhooks>()
        .AddSingleton<WebhookDeliveries>()
        .AddSingleton<EscrowRegister>()
        .AddSingleton<DestructionOrders>()
        .AddSingleton<StoresReport>();

    /// <summary>The role <c>worker</c>: ingest, fixity, and looking after the stores.</summary>
    public static IServiceCollection AddPreservationWorkers(this IServiceCollection services) =>
        services.AddHostedService<IngestWorker>().AddHostedService<FixityWorker>().AddHostedService<StoreKeeper>().AddHostedService<WebhookWorker>();

    /// <summary>The role <c>scheduler</c>: timers in Quartz's clustered store, so that of several processes one fires.</summary>
    public static IServiceCollection AddPreservationSchedules(this IServiceCollection services, PreservationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddQuartz("preservation", quartz =>
        {
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(options.Database.Application);
                store.UseClustering(c => c.CheckinInterval = TimeSpan.FromSeconds(3));
            });
            Every<SealAuditLog>(quartz, options.Record.SealEvery);
            Every<StampBatch>(quartz, options.TimeStamps.Every);
            Every<RenewEvidence>(quartz, options.TimeStamps.RenewalEvery);
            Every<WriteJournal>(quartz, options.Record.JournalEvery);
            Every<PlanFixity>(quartz, options.Fixity.Every);
            Every<ReconcileStores>(quartz, options.Reconciliation.LookEvery);
            Every<HoldDrills>(quartz, TimeSpan.FromMinutes(15));
            Every<SweepStaging>(quartz, options.Record.SweepEvery);
            Every<HarvestTrustLists>(quartz, options.Collection.RetryEvery);
            Every<HarvestMaterial>(quartz, options.Collection.RetryEvery);
            Every<RemakeVerdicts>(quartz, options.Verdicts.Every);
            Every<ReplayVerdicts>(quartz, options.Verdicts.ReplayEvery);
            Every<WatchStores>(quartz, TimeSpan.FromMinutes(15));
            Every<RemindOfDeadlines>(quartz, options.Terms.Every);
            Every<KeepPeople>(quartz, options.People.Every);
            Every<SendMails>(quartz, options.Mail.Every);
            Every<MakeMinutes>(quartz, options.Terms.MinutesEvery);
        });
        services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
        return services;
    }

    // A clock that a test gives is no machine's.
    private static CatalogueSessions SessionsOf(NpgsqlDataSource source, TimeProvider clock, DatabaseOptions options) => new(source, clock, clock == TimeProvider.System ? options.MaxClockSkew : null);

    private static void Every<TJob>(IQuartzBuilder quartz, TimeSpan interval) where TJob : class, IJob
    {
        var key = new JobKey(typeof(TJob).Name);
        quartz.AddJob<TJob>(j => j.WithIdentity(key));
        quartz.AddTrigger(t => t.ForJob(key).WithIdentity(key.Name).StartNow()
            .WithSimpleSchedule(s => s.WithInterval(interval).RepeatForever().MeasureIntervalFromCompletion()));
    }
}
