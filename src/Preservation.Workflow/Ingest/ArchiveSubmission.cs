using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Packages.Aip;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// Makes the AIP of an accepted submission, or the next version of the one it continues: planned once, written as one OCFL version to every store,
/// read back and hashed; only when the copies policy is met is it recorded as preserved. Run again after any interruption, it comes to the same
/// bytes and the same one version.
/// </summary>
public sealed partial class ArchiveSubmission(
    SubmissionQueue queue, StagingArea staging, StoreSet stores, CopyWriter copies, Receipts receipts, Limits limits, WorkTrace trace, IOptions<PreservationOptions> options, ILogger<ArchiveSubmission> logger)
{
    /// <summary>Carries the claimed submission to "preserved".</summary>
    /// <exception cref="CopiesIncompleteException">Too few copies could be proven; the submission waits and is tried again.</exception>
    public async Task RunAsync(SubmissionClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        using var work = await PrepareAsync(claim, cancellationToken);
        if (work is null) return;
        var (tree, _) = await FileTrees.OpenAsync(staging.PathOf(work.Submission.StagingKey!), limits, cancellationToken);
        if (tree is null) throw new InvalidDataException("the staged bytes are no archive any more");
        ImmutableArray<ProvenCopy> proven;
        using var aip = PlanAip(work);
        using var version = await PlanVersionAsync(aip, work, cancellationToken);
        await using (tree)
        {
            proven = await copies.WriteAsync(version, (path, token) => OpenAsync(aip, path, tree, token), cancellationToken);
            if (work.Base is not null) proven = [.. proven.Select(c => c.Problem is not null || work.GoodCopies.Contains(c.Store) ? c : c with { Problem = "the versions before are not proven there" })];
        }
        if (stores.Unmet(options.Value.Copies, proven) is { IsEmpty: false } unmet)
        {
            // When this process has done all it can, nobody is called: those who hold the other stores' keys go on.
            if (!stores.IsWhole && proven.All(c => c.Problem is null || c.IsAwaited)) throw new CopiesAwaitedException([.. proven.Where(c => c.IsAwaited).Select(c => c.Store)]);
            throw new CopiesIncompleteException(proven, unmet);
        }
        LogProven(claim.Id, work.PackageId, proven.Length, aip.Count);
        await RecordAsync(claim, work, aip, version, proven, cancellationToken);
    }

    private AipPlan PlanAip(ArchiveWork work)
    {
        using var _ = trace.Enter("archive.plan");
        return AipPlanner.Plan(PlannedAip.RequestOf(work));
    }

    private async Task<VersionPlan> PlanVersionAsync(AipPlan aip, ArchiveWork work, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("archive.plan");
        using var previous = work.Base is null ? null : await BaseInventoryAsync(aip.Id, work.Base, cancellationToken);
        return PlannedAip.VersionOf(aip, work, previous);
    }

    private static Task<Stream> OpenAsync(AipPlan aip, string path, IFileTree tree, CancellationToken cancellationToken)
    {
        var entry = aip.Find(path) ?? throw new InvalidOperationException($"{path} is not planned");
        if (entry.IsHeld) throw new InvalidOperationException($"{path} is held by an earlier version");
        return entry.SourcePath is { } source ? tree.OpenAsync(source, cancellationToken) : Task.FromResult(aip.Open(entry));
    }

    /// <summary>Decides, once, everything that a second run must find the same. Null when that is not possible any more: the submission is returned.</summary>
    private async Task<ArchiveWork?> PrepareAsync(SubmissionClaim claim, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("archive.prepare");
        var (session, submission) = await queue.OpenAsync(claim, cancellationToken);
        await using (session)
        {
            var plan = IngestPlan.Parse(submission.Plan ?? throw new InvalidOperationException("an accepted submission has a plan"));
            var work = new ArchiveWork(submission, plan, Guid.Empty, await FactPages.ReadAsync(session, submission.Id, SignatureInformation.Complete(plan.Verdicts), cancellationToken), null, []);
            var isReturned = true;
            try
            {
                if (plan.Continues is { } package)
                {
                    plan = plan with { BaseVersion = await Continuation.TakeAsync(session, submission, package, plan.BaseVersion, cancellationToken) };
                    work = work with { Base = await ContinuedPackage.LoadAsync(session, package, plan.BaseVersion.Value, cancellationToken) };
                }
                if (plan.ArchivedAt is null)
                {
                    // Another supplement may have come first since the checks.
                    if (submission.RecordStatus == "SUPPLEMENT" && work.Base!.Refuse(plan.Description, work.Facts.Select(f => (f.Path, f.Sha512))).Any())
                        return await ReturnAsync(session, claim, "Another supplement changed the package while this one waited, and this one does not fit it any more.", cancellationToken);
                    plan = await DecideAsync(session, submission, plan, cancellationToken);
                }
                var good = await session.Rows.PackageCopies.Where(c => c.PackageId == submission.PackageId && c.State == CopyState.Good).Select(c => c.Store).ToListAsync(cancellationToken);
                await session.CommitAsync(cancellationToken);
                isReturned = false;
                return work with { Plan = plan, PackageId = submission.PackageId!.Value, GoodCopies = good };
            }
            catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "package_alias" })
            {
                return await ReturnAsync(session, claim, "A code of this package was given to another package while this one waited.", cancellationToken);
            }
            finally
            {
                if (isReturned) work.Dispose();
            }
        }
    }

    private static async Task<IngestPlan> DecideAsync(CatalogueSession session, Submission submission, IngestPlan plan, CancellationToken cancellationToken)
    {
        submission.PackageId = plan.Continues ?? Guid.CreateVersion7(session.Now);
        plan = plan with
        {
            ArchivedAt = session.Now,
            Events = [.. plan.Events.Concat(await MoreEventsAsync(session, submission, cancellationToken)).DistinctBy(e => e.Id).OrderBy(e => e.At).ThenBy(e => e.Id)],
        };
        submission.Plan = plan.ToJson();
        var held = await session.Rows.PackageAliases.AsNoTracking().Where(a => a.PackageId == submission.PackageId).ToListAsync(cancellationToken);
        session.Rows.PackageAliases.AddRange(Aliases.Of(plan.Description).Where(a => !held.Exists(h => h.Scheme == a.Scheme && h.Code == a.Value)).Select(a => new Preservation.Catalogue.Model.PackageAlias
        {
            Id = Guid.CreateVersion7(session.Now), PackageId = submission.PackageId.Value, Scheme = a.Scheme, Code = a.Value, ValidFrom = session.Now,
        }));
        return plan;
    }

    // The decision was made by a person after the checks; the AIP tells of it too, of its own making, and of all that happened to earlier versions.
    private static async Task<IEnumerable<PlannedEvent>> MoreEventsAsync(CatalogueSession session, Submission submission, CancellationToken cancellationToken)
    {
        var before = session.Rows.PackageVersions.Where(v => v.PackageId == submission.PackageId).Select(v => v.SubmissionId);
        var others = await session.Rows.PremisEvents.AsNoTracking()
            .Where(e => (e.SubmissionId == submission.Id && (e.Type == "appraisal" || e.Type == "transfer")) || e.PackageId == submission.PackageId || before.Contains(e.SubmissionId))
            .ToListAsync(cancellationToken);
        var creation = Events.Of(session, PlannedAip.Creation, "success", $"SIP to AIP, {submission.RecordStatus}", submission);
        session.Rows.PremisEvents.Add(creation);
        return others.Append(creation).Select(e => new PlannedEvent(e.Id, e.Type, e.At, e.Outcome, e.Detail, e.Agent));
    }

    private async Task<ArchiveWork?> ReturnAsync(CatalogueSession refused, SubmissionClaim claim, string reason, CancellationToken cancellationToken)
    {
        await refused.DisposeAsync();
        var (session, submission) = await queue.OpenAsync(claim, cancellationToken);
        await using (session)
        {
            submission.State = SubmissionState.Returned;
            submission.Reason = reason;
            submission.EndedAt = session.Now;
            submission.LeaseUntil = null;
            session.Audit(null, submission.AgencyId, "submission.returned", "submission", submission.Id.ToString(), new { submission.Reason });
            await receipts.AddAsync(session, submission, ReceiptKind.Returned, new { state = submission.State, reason = submission.Reason }, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
        return null;
    }

    // The plan builds on the inventory that was recorded, byte for byte, whichever store still has it.
    private async Task<Inventory> BaseInventoryAsync(string id, ContinuedPackage @base, CancellationToken cancellationToken)
    {
        IOException? last = null;
        foreach (var root in stores.Roots.Values)
        {
            try
            {
                if (await root.ReadInventoryAsync(id, VersionNumber.First.With(@base.Version), @base.Inventory, cancellationToken) is { } inventory) return inventory;
            }
            catch (IOException e)
            {
                last = e;
            }
        }
        throw new IOException($"no store has the inventory of version {@base.Version} of {id} as it was recorded", last);
    }

    private async Task RecordAsync(
        SubmissionClaim claim, ArchiveWork work, AipPlan aip, VersionPlan version, ImmutableArray<ProvenCopy> proven, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("archive.record");
        var (session, submission) = await queue.OpenAsync(claim, cancellationToken);
        await using (session)
        {
            var rows = new PackageRows(session, submission, PlannedAip.DescriptionOf(work), aip, version);
            await rows.RecordAsync(options.Value.Copies.Waiver, work.Plan.ArchivedAt!.Value, cancellationToken);
            await VerdictRows.AddIngestedAsync(session, work.PackageId, work.Plan.Description.Kind, PlannedAip.FolderOf(work), work.Facts, work.Plan.Verdicts, cancellationToken);
            await CopyWriter.RecordAsync(session, work.PackageId, version, proven, cancellationToken);
            submission.State = SubmissionState.Preserved;
            submission.EndedAt = session.Now;
            submission.LeaseUntil = null;
            submission.Failures = 0;
            submission.LastProblem = null;
            await FactPages.RemoveAsync(session, submission.Id, cancellationToken);
            submission.Plan = null;
            session.Rows.PremisEvents.Add(Events.Of(session, "replication", "success", string.Join(", ", proven.Where(c => c.Problem is null).Select(c => c.Store)), submission));
            session.Audit(null, submission.AgencyId, "package.preserved", "package", work.PackageId.ToString(),
                new { submission = submission.Id, copies = proven.Select(c => new { c.Store, proven = c.Problem is null }), inventory = version.Inventory.BytesDigest.Hex, claim.Attempt });
            await receipts.AddAsync(session, submission, ReceiptKind.Preserved, new
            {
                state = submission.State, package = aip.Id, version = version.Version.Name, inventorySha512 = version.Inventory.BytesDigest.Hex, files = aip.Count,
                copies = proven.Where(c => c.Problem is null).Select(c => new { c.Store, c.VerifiedAt }), waiver = options.Value.Copies.Waiver.Length > 0 ? options.Value.Copies.Waiver : null,
            }, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
    }

    [LoggerMessage(1010, LogLevel.Information, "Submission {Id}: package {Package} proven on {Copies} stores, {Files} files")]
    private partial void LogProven(Guid id, Guid package, int copies, int files);
}
