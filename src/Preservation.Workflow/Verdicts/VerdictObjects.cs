using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Verdicts;

/// <summary>
/// Brings verdicts that were made again to every store and into the catalogue. An object of its own keeps their reports beside the package: the AIP stays
/// the producer's records as they were described, and a change of engine or anchors does not write new METS and PREMIS documents for every package.
/// </summary>
public sealed partial class VerdictObjects(CatalogueSessions sessions, StoreSet stores, CopyWriter copies, WorkTrace trace, IOptions<PreservationOptions> options, ILogger<VerdictObjects> logger)
{
    private readonly VerdictOptions _options = options.Value.Verdicts;

    /// <summary>Carries every making that nobody is at work on to its end.</summary>
    public async Task CarryAllAsync(CancellationToken cancellationToken)
    {
        var tried = new HashSet<Guid>();
        while (await ClaimAsync(tried, cancellationToken) is { } making)
        {
            tried.Add(making.Id);
            try
            {
                await CarryAsync(making, cancellationToken);
            }
            catch (CopiesIncompleteException e)
            {
                LogTrouble(e, making.Id);
                await NoteAsync(making.Id, e.Message, cancellationToken);
            }
        }
    }

    internal async Task CarryAsync(VerdictMaking making, CancellationToken cancellationToken)
    {
        var plan = MakingPlan.Parse(making.Plan ?? throw new InvalidOperationException("an unrecorded making has a plan"));
        if (plan.Files.IsEmpty)
        {
            await RecordAsync(making, plan, null, [], cancellationToken);
            return;
        }
        var files = plan.Files.ToDictionary(f => f.Path, f => Encoding.UTF8.GetBytes(f.Text), StringComparer.Ordinal);
        using var version = VersionPlan.Create(null, $"urn:uuid:{making.Id}",
            files.Select(f => new PlannedFile(f.Key, f.Value.Length, DigestAlgorithm.Sha512.Compute(f.Value), [DigestAlgorithm.Sha256.Compute(f.Value)])),
            making.MadeAt, $"{VerdictRemaking.EventType} {plan.EventId}", new VersionUser(Events.Software, "info:preservation/server"));
        var proven = await WriteAsync(version, files, cancellationToken);
        await RecordAsync(making, plan, version, proven, cancellationToken);
    }

    private async Task<ImmutableArray<ProvenCopy>> WriteAsync(VersionPlan version, Dictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("verdicts.write");
        var proven = await copies.WriteAsync(version, (path, _) => Task.FromResult<Stream>(new MemoryStream(files[path], writable: false)), cancellationToken);
        return stores.Unmet(options.Value.Copies, proven) is { IsEmpty: false } unmet ? throw new CopiesIncompleteException(proven, unmet) : proven;
    }

    private async Task<VerdictMaking?> ClaimAsync(HashSet<Guid> tried, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var claim = session.Command("""
            UPDATE verdict_making SET lease_until = $2 WHERE id = (
                SELECT id FROM verdict_making WHERE recorded_at IS NULL AND (lease_until IS NULL OR lease_until < $1) AND id <> ALL ($3) ORDER BY made_at FOR UPDATE SKIP LOCKED LIMIT 1)
            RETURNING id
            """, session.Now, session.Now + _options.Lease, tried.ToArray());
        if (await claim.ExecuteScalarAsync(cancellationToken) is not Guid id) return null;
        var making = await session.Rows.VerdictMakings.AsNoTracking().SingleAsync(m => m.Id == id, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return making;
    }

    private async Task NoteAsync(Guid id, string problem, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var note = session.Command("UPDATE verdict_making SET problem = $2, lease_until = NULL WHERE id = $1", id, problem)) await note.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private async Task RecordAsync(VerdictMaking making, MakingPlan plan, VersionPlan? version, ImmutableArray<ProvenCopy> proven, CancellationToken cancellationToken)
    {
        using var _ = trace.Enter("verdicts.record");
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var mark = session.Command("UPDATE verdict_making SET recorded_at = $2, plan = NULL, inventory_sha512 = $3, lease_until = NULL, problem = NULL WHERE id = $1 AND recorded_at IS NULL",
            making.Id, session.Now, version?.Inventory.BytesDigest.Bytes.ToArray()))
            if (await mark.ExecuteNonQueryAsync(cancellationToken) == 0) return; // another process was faster, with the same bytes
        var package = await session.Rows.Packages.AsNoTracking().SingleAsync(p => p.Id == making.PackageId, cancellationToken);
        await AddVerdictsAsync(session, making, plan, cancellationToken);
        if (version is not null) await CopyWriter.RecordAsync(session, making.Id, version, proven, cancellationToken);
        Tell(session, package, making, plan);
        await TaskAsync(session, package, plan, cancellationToken);
        await session.CommitAsync(cancellationToken);
        LogRecorded(plan.Verdicts.Length, making.PackageId, plan.Verdicts.Count(v => v.Change != VerdictChange.Same));
    }

    private static async Task AddVerdictsAsync(CatalogueSession session, VerdictMaking making, MakingPlan plan, CancellationToken cancellationToken)
    {
        var ids = plan.Verdicts.Select(v => v.Supersedes).ToArray();
        var old = await session.Rows.SignatureVerdicts.AsNoTracking().Where(v => ids.Contains(v.Id)).ToDictionaryAsync(v => v.Id, cancellationToken);
        await using (var supersede = session.Command("UPDATE signature_verdict SET is_newest = false, making_id = NULL, lease_until = NULL WHERE id = ANY ($1) AND making_id = $2", ids, making.Id))
            if (await supersede.ExecuteNonQueryAsync(cancellationToken) != ids.Length) throw new InvalidOperationException($"making {making.Id} does not hold its verdicts");
        foreach (var made in plan.Verdicts)
        {
            var (before, summary) = (old[made.Supersedes], made.Summary);
            session.Rows.SignatureVerdicts.Add(VerdictRows.Of(session, made.Id, summary, new VerdictRows.Place(before.PackageId, before.Path, before.SignedPath, before.ShownPath, before.FileSha512), made.Reason) with
            {
                Report = made.Report, ReportSha512 = made.Report is null ? null : Convert.FromHexString(summary.ReportSha512), ObjectId = made.Report is null ? null : making.Id,
                KeptWith = made.Report is null ? before.KeptWith : made.Id, Supersedes = before.Id, EventId = plan.EventId, LookedAt = plan.LookedAt,
            });
        }
    }

    private static void Tell(CatalogueSession session, Package package, VerdictMaking making, MakingPlan plan)
    {
        var counts = plan.Verdicts.GroupBy(v => v.Change).OrderBy(g => g.Key).ToDictionary(g => JsonNamingPolicy.CamelCase.ConvertName(g.Key.ToString()), g => g.Count());
        var detail = $"made again: {string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"))}" + (plan.Files.IsEmpty ? "" : $"; reports in urn:uuid:{making.Id}");
        session.Rows.PremisEvents.Add(new PremisEvent
        {
            Id = plan.EventId, Type = VerdictRemaking.EventType, At = session.Now, Outcome = plan.Verdicts.Any(IsToBeReviewed) ? "warning" : "success", Detail = detail,
            AgencyId = package.ProducerId, PackageId = package.Id, Agent = Events.Software,
        });
        session.Audit(null, package.ProducerId, "verdict.remade", "package", package.Id.ToString(),
            new { @object = plan.Files.IsEmpty ? null : $"urn:uuid:{making.Id}", counts, verdicts = plan.Verdicts.Take(50).Select(v => new { v.Id, v.Supersedes, v.Reason, v.Change }) });
    }

    private static async Task TaskAsync(CatalogueSession session, Package package, MakingPlan plan, CancellationToken cancellationToken)
    {
        var doubtful = plan.Verdicts.Where(IsToBeReviewed).ToList();
        if (doubtful.Count == 0) return;
        var subject = string.Join("; ", doubtful.Take(10).Select(v => $"{v.Summary.File}: {string.Join(", ", v.Summary.Signatures.SelectMany(s => s.Verdicts).Select(p => $"{p.Policy} {VerdictSummary.Word(p.Indication)} {(p.SubIndication is { } sub ? VerdictSummary.Word(sub) : "")}".TrimEnd()))}"));
        var open = await session.Rows.Tasks.FirstOrDefaultAsync(t => t.PackageId == package.Id && t.Kind == TaskKinds.VerdictChanged && t.State == TaskState.Open, cancellationToken);
        if (open is not null) open.Subject = subject;
        else
            session.Rows.Tasks.Add(new PreservationTask
            {
                Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.VerdictChanged, State = TaskState.Open, Role = Role.PreservationOfficer, AgencyId = package.ProducerId, PackageId = package.Id, Subject = subject, CreatedAt = session.Now,
            });
    }

    private static bool IsToBeReviewed(MadeVerdict verdict) => verdict.Change is VerdictChange.Worse or VerdictChange.Disagrees;

    [LoggerMessage(6002, LogLevel.Information, "{Count} verdicts of package {Package} were made again, {Changed} say something else")]
    private partial void LogRecorded(int count, Guid package, int changed);

    [LoggerMessage(6003, LogLevel.Error, "Verdicts {Id} cannot be stored now")]
    private partial void LogTrouble(Exception e, Guid id);
}
