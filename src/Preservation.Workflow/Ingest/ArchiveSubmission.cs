using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
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
using Preservation.Packages.Premis;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.Staging;

namespace Preservation.Workflow.Ingest;

/// <summary>
/// Makes the AIP of an accepted submission: planned once, written as one OCFL version to every store, read back and hashed; only when the copies
/// policy is met is the package recorded as preserved. Run again after any interruption, it comes to the same bytes and the same one AIP.
/// </summary>
public sealed partial class ArchiveSubmission(
    SubmissionQueue queue, StagingArea staging, StoreSet stores, CopyWriter copies, Receipts receipts, Limits limits, WorkTrace trace, IOptions<PreservationOptions> options, ILogger<ArchiveSubmission> logger)
{
    private static readonly string[] ContentFirst = ["representations/", "metadata/", "documentation/", "schemas/"];

    /// <summary>Carries the claimed submission to "preserved".</summary>
    /// <exception cref="CopiesIncompleteException">Too few copies could be proven; the submission waits and is tried again.</exception>
    public async Task RunAsync(SubmissionClaim claim, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (await PrepareAsync(claim, cancellationToken) is not { } work) return;
        var (tree, _) = await FileTrees.OpenAsync(staging.PathOf(work.Submission.StagingKey!), limits, cancellationToken);
        if (tree is null) throw new InvalidDataException("the staged bytes are no archive any more");
        AipPlan aip;
        VersionPlan version;
        ImmutableArray<ProvenCopy> proven;
        await using (tree)
        {
            using (trace.Enter("archive.plan"))
            {
                aip = AipPlanner.Plan(RequestOf(work));
                version = VersionOf(aip, work);
            }
            var sources = aip.Entries.ToDictionary(e => e.Path, StringComparer.Ordinal);
            proven = await copies.WriteAsync(version, (path, token) => OpenAsync(sources[path], tree, token), cancellationToken);
        }
        if (!stores.Meets(options.Value.Copies, [.. proven.Where(c => c.Problem is null).Select(c => c.Store)]))
            throw new CopiesIncompleteException(proven);
        LogProven(claim.Id, work.PackageId, proven.Length, aip.Entries.Length);
        await RecordAsync(claim, work, aip, version, proven, cancellationToken);
    }

    private static Task<Stream> OpenAsync(AipEntry entry, IFileTree tree, CancellationToken cancellationToken) =>
        entry.SourcePath is { } source ? tree.OpenAsync(source, cancellationToken) : Task.FromResult<Stream>(InMemory(entry.Content));

    // Without a copy: a METS of many files is long.
    private static MemoryStream InMemory(ReadOnlyMemory<byte> content) => MemoryMarshal.TryGetArray(content, out var bytes)
        ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false) : new MemoryStream(content.ToArray(), writable: false);

    private sealed record Work(Submission Submission, IngestPlan Plan, Guid PackageId, IReadOnlyList<FileFacts> Facts);

    /// <summary>Decides, once, everything that a second run must find the same. Null when the codes were taken meanwhile: the submission is returned.</summary>
    private async Task<Work?> PrepareAsync(SubmissionClaim claim, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("archive.prepare");
        var (session, submission) = await queue.OpenAsync(claim, cancellationToken);
        await using (session)
        {
            var plan = IngestPlan.Parse(submission.Plan ?? throw new InvalidOperationException("an accepted submission has a plan"));
            if (plan.ArchivedAt is null)
            {
                plan = plan with { ArchivedAt = session.Now, Events = [.. plan.Events, .. await MoreEventsAsync(session, submission, cancellationToken)] };
                submission.PackageId = Guid.CreateVersion7(session.Now);
                submission.Plan = plan.ToJson();
                session.Rows.PackageAliases.AddRange(Aliases.Of(plan.Description).Select(a => new PackageAlias
                {
                    Id = Guid.CreateVersion7(session.Now), PackageId = submission.PackageId.Value, Scheme = a.Scheme, Code = a.Value, ValidFrom = session.Now,
                }));
                try
                {
                    await session.CommitAsync(cancellationToken);
                }
                catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "package_alias" })
                {
                    await session.DisposeAsync();
                    await ReturnAsync(claim, cancellationToken);
                    return null;
                }
            }
            return new Work(submission, plan, submission.PackageId!.Value, FileFacts.Unpack(submission.Facts!));
        }
    }

    // The decision was made by a person after the checks; the AIP tells of it too, and of its own making.
    private static async Task<IEnumerable<PlannedEvent>> MoreEventsAsync(CatalogueSession session, Submission submission, CancellationToken cancellationToken)
    {
        var others = await session.Rows.PremisEvents.AsNoTracking().Where(e => e.SubmissionId == submission.Id && (e.Type == "appraisal" || e.Type == "transfer")).ToListAsync(cancellationToken);
        var creation = Events.Of(session, "information package creation", "success", "SIP to AIP", submission);
        session.Rows.PremisEvents.Add(creation);
        return others.Append(creation).OrderBy(e => e.At).Select(e => new PlannedEvent(e.Id, e.Type, e.At, e.Outcome, e.Detail, e.Agent));
    }

    private async Task ReturnAsync(SubmissionClaim claim, CancellationToken cancellationToken)
    {
        var (session, submission) = await queue.OpenAsync(claim, cancellationToken);
        await using (session)
        {
            submission.State = SubmissionState.Returned;
            submission.Reason = "A code of this package was given to another package while this one waited.";
            submission.EndedAt = session.Now;
            session.Audit(null, submission.AgencyId, "submission.returned", "submission", submission.Id.ToString(), new { submission.Reason });
            await receipts.AddAsync(session, submission, ReceiptKind.Returned, new { state = submission.State, reason = submission.Reason }, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
    }

    private static AipRequest RequestOf(Work work)
    {
        var id = $"urn:uuid:{work.PackageId}";
        var agents = work.Plan.Events.Select(e => e.Agent).Distinct().Select(name => (Name: name, Id: new PremisIdentifier("local", name))).ToDictionary(a => a.Name, a => a.Id);
        return new AipRequest
        {
            Id = id,
            Created = work.Plan.ArchivedAt!.Value,
            Description = work.Plan.Description,
            Submission = [.. work.Facts.Select(f => new SubmittedFile(f.Path, f.Bytes, f.Sha256Digest, f.Sha512Digest)
            {
                Puid = f.Puid, FormatName = f.Format, FormatVersion = string.IsNullOrEmpty(f.FormatVersion) ? null : f.FormatVersion, MimeType = f.MediaType,
            })],
            Events = [.. work.Plan.Events.Select(e => new Preservation.Packages.Premis.PremisEvent
            {
                Identifier = new PremisIdentifier("UUID", e.Id.ToString()), Type = e.Type, DateTime = e.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
                Detail = e.Detail, Outcome = e.Outcome, Agents = [new PremisLink(agents[e.Agent], ["implementer"])],
                Objects = [new PremisLink(AipPlanner.PackageObject(id), [e.Type == "information package creation" ? "outcome" : "source"])],
            })],
            Agents = [.. agents.Select(a => new PremisAgent(a.Value, a.Key, a.Key.StartsWith("preservation-server", StringComparison.Ordinal) || a.Key.StartsWith("ClamAV", StringComparison.Ordinal) ? "software" : "person"))],
            Generated = [.. work.Plan.Generated.Select(g => new GeneratedFile(g.Path, System.Text.Encoding.UTF8.GetBytes(g.Text)))],
        };
    }

    private static VersionPlan VersionOf(AipPlan aip, Work work)
    {
        var creation = work.Plan.Events.Last(e => e.Type == "information package creation");
        return VersionPlan.Create(null, aip.Id, aip.Entries.Select(e => new PlannedFile(e.Path, e.Bytes, e.Sha512, [e.Sha256])),
            work.Plan.ArchivedAt!.Value, $"{creation.Type} {creation.Id}", new VersionUser(Events.Software, "info:preservation/server"), ContentFirst);
    }

    private async Task RecordAsync(
        SubmissionClaim claim, Work work, AipPlan aip, VersionPlan version, ImmutableArray<ProvenCopy> proven, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("archive.record");
        var (session, submission) = await queue.OpenAsync(claim, cancellationToken);
        await using (session)
        {
            var rows = new PackageRows(session, submission, work.Plan, aip);
            await rows.AddPackageAsync(options.Value.Copies.Waiver, version, cancellationToken);
            await rows.AddFilesAsync(work.Facts, cancellationToken);
            await CopyWriter.RecordAsync(session, work.PackageId, version, proven, cancellationToken);
            submission.State = SubmissionState.Preserved;
            submission.EndedAt = session.Now;
            submission.LeaseUntil = null;
            submission.Failures = 0;
            submission.LastProblem = null;
            submission.Facts = null;
            submission.Plan = null;
            session.Rows.PremisEvents.Add(Events.Of(session, "replication", "success", string.Join(", ", proven.Where(c => c.Problem is null).Select(c => c.Store)), submission));
            session.Audit(null, submission.AgencyId, "package.preserved", "package", work.PackageId.ToString(),
                new { submission = submission.Id, copies = proven.Select(c => new { c.Store, proven = c.Problem is null }), inventory = version.Inventory.BytesDigest!.Hex, claim.Attempt });
            await receipts.AddAsync(session, submission, ReceiptKind.Preserved, new
            {
                state = submission.State, package = aip.Id, version = version.Version.Name, inventorySha512 = version.Inventory.BytesDigest!.Hex, files = aip.Entries.Length,
                copies = proven.Where(c => c.Problem is null).Select(c => new { c.Store, c.VerifiedAt }), waiver = options.Value.Copies.Waiver.Length > 0 ? options.Value.Copies.Waiver : null,
            }, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
    }

    [LoggerMessage(1010, LogLevel.Information, "Submission {Id}: package {Package} proven on {Copies} stores, {Files} files")]
    private partial void LogProven(Guid id, Guid package, int copies, int files);
}
