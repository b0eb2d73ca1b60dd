using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;
using Preservation.Workflow.Trust;

namespace Preservation.Workflow.Verdicts;

/// <summary>
/// Makes verdicts again where something changed that they rest on: material came that they lacked, or engine, policies, catalogues of algorithms or anchors
/// are others. The oldest first, so many in a run. The new verdict is laid beside the old one, never over it. What is to be written is fixed in the catalogue
/// before its first byte, so that whatever is interrupted goes on to the same one new verdict.
/// </summary>
public sealed partial class VerdictRemaking(
    CatalogueSessions sessions, CurrentTrust trust, VerdictMaker maker, VerdictObjects objects, WorkTrace trace, IOptions<PreservationOptions> options, ILogger<VerdictRemaking> logger)
{
    /// <summary>The PREMIS event of every verdict.</summary>
    public const string EventType = "digital signature validation";

    private const int MostInObject = 50;
    private readonly VerdictOptions _options = options.Value.Verdicts;

    /// <summary>Carries what was begun to its end, and makes what is due.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await objects.CarryAllAsync(cancellationToken);
        DateTimeOffset started;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken)) started = session.Now;
        for (var left = _options.AtMost; left > 0;)
        {
            var done = await FixNextAsync(started, Math.Min(left, MostInObject), cancellationToken);
            if (done == 0) break;
            left -= done;
            await objects.CarryAllAsync(cancellationToken);
        }
    }

    /// <summary>Makes the due verdicts of one package and fixes what is to be recorded; returns how many were looked at.</summary>
    internal async Task<int> FixNextAsync(DateTimeOffset started, int most, CancellationToken cancellationToken)
    {
        var current = await trust.ReadAsync(cancellationToken);
        var rules = VerificationBasis.Of(current, default).Rules;
        var (claimed, lease) = await ClaimAsync(rules, started, most, cancellationToken);
        if (claimed.Count == 0) return 0;
        using var _ = trace.Enter("verdicts.make");
        var made = new List<(SignatureVerdict Old, VerdictReason Reason, VerdictChange Change, VerificationReport Report, VerdictSummary Summary)>();
        var unread = new List<Guid>();
        foreach (var old in claimed)
        {
            try
            {
                if (await maker.MakeAsync(old, current, cancellationToken) is { } verdict) made.Add((old, verdict.Reason, verdict.Change, verdict.Report, verdict.Summary));
            }
            catch (IOException e)
            {
                LogUnread(e, old.Id, old.PackageId);
                unread.Add(old.Id);
            }
        }
        await FixAsync(claimed, unread, made, current, rules, started, lease, cancellationToken);
        return claimed.Count;
    }

    // Of one package at a time, since its verdicts go into one object. A shown file only: what a replacement took away is history.
    private async Task<(List<SignatureVerdict> Claimed, DateTimeOffset Lease)> ClaimAsync(string rules, DateTimeOffset started, int most, CancellationToken cancellationToken)
    {
        const string Due = """
            v.is_newest AND v.making_id IS NULL AND (v.lease_until IS NULL OR v.lease_until < $1) AND v.looked_at < $2
            AND (v.looked_rules <> $3 OR (cardinality(v.lacking) > 0 AND EXISTS (
                SELECT FROM validation_material m WHERE m.kind || ' ' || m.subject = ANY (v.lacking) AND m.fetched_at > v.looked_at - interval '5 minutes')))
            AND EXISTS (SELECT FROM file f WHERE f.package_id = v.package_id AND f.logical_path = v.path AND f.version_until IS NULL AND f.sha512 = v.file_sha512)
            """;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var lease = session.Now + _options.Lease;
        var ids = new List<Guid>();
        await using (var claim = session.Command($"""
            UPDATE signature_verdict SET lease_until = $5 WHERE id IN (
                SELECT v.id FROM signature_verdict v WHERE {Due} AND v.package_id = (
                    SELECT v.package_id FROM signature_verdict v WHERE {Due} ORDER BY v.made_at, v.id FOR UPDATE SKIP LOCKED LIMIT 1)
                ORDER BY v.made_at, v.id FOR UPDATE SKIP LOCKED LIMIT $4)
            RETURNING id
            """, session.Now, started, rules, most, lease))
        await using (var reader = await claim.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) ids.Add(reader.GetGuid(0));
        var claimed = await session.Rows.SignatureVerdicts.AsNoTracking().Where(v => ids.Contains(v.Id)).OrderBy(v => v.MadeAt).ThenBy(v => v.Id).ToListAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return (claimed, lease);
    }

    private async Task FixAsync(
        List<SignatureVerdict> claimed, List<Guid> unread, List<(SignatureVerdict Old, VerdictReason Reason, VerdictChange Change, VerificationReport Report, VerdictSummary Summary)> made,
        VerificationPolicy current, string rules, DateTimeOffset started, DateTimeOffset lease, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        // What could not be read now is tried with the next run; the rest was looked at, whatever came of it.
        var changed = made.Select(m => m.Old.Id).ToArray();
        await using (var look = session.Command("UPDATE signature_verdict SET looked_at = $3, looked_rules = CASE WHEN id = ANY ($4) THEN looked_rules ELSE $5 END, lease_until = CASE WHEN id = ANY ($4) THEN lease_until END WHERE id = ANY ($1) AND lease_until = $2",
            claimed.Select(c => c.Id).Except(changed).ToArray(), lease, started, unread.ToArray(), rules))
            await look.ExecuteNonQueryAsync(cancellationToken);
        if (made.Count > 0)
        {
            var making = new VerdictMaking { Id = Guid.CreateVersion7(session.Now), PackageId = claimed[0].PackageId, MadeAt = session.Now, Plan = PlanOf(session.Now, started, made, current).ToJson() };
            session.Rows.VerdictMakings.Add(making);
            await session.FlushAsync(cancellationToken);
            await using var mark = session.Command("UPDATE signature_verdict SET making_id = $1, lease_until = NULL WHERE id = ANY ($2) AND lease_until = $3 AND making_id IS NULL AND is_newest", making.Id, changed, lease);
            if (await mark.ExecuteNonQueryAsync(cancellationToken) != changed.Length) return; // another process took over: what it comes to is recorded
        }
        await session.CommitAsync(cancellationToken);
    }

    private static MakingPlan PlanOf(DateTimeOffset now, DateTimeOffset started, List<(SignatureVerdict Old, VerdictReason Reason, VerdictChange Change, VerificationReport Report, VerdictSummary Summary)> made, VerificationPolicy current)
    {
        var eventId = Guid.CreateVersion7(now);
        var verdicts = ImmutableArray.CreateBuilder<MadeVerdict>();
        var files = new SortedDictionary<string, GeneratedText>(StringComparer.Ordinal);
        foreach (var (old, reason, change, report, summary) in made)
        {
            var path = change == VerdictChange.Same ? null : $"reports/{old.Path}.json";
            verdicts.Add(new MadeVerdict(Guid.CreateVersion7(now), old.Id, reason, change, path, summary));
            if (path is null) continue;
            files[path] = new GeneratedText(path, report.ToJson());
            if (EtsiReport.Write(report) is { } etsi) files[$"reports/{old.Path}.xml"] = new GeneratedText($"reports/{old.Path}.xml", etsi);
            foreach (var one in VerdictFiles.Rules(current, TrustBasis.ListsOf(report).ToHashSet(StringComparer.Ordinal)).Concat(VerdictFiles.Material(report))) files[one.Path] = one;
        }
        if (files.Count > 0) files["verdicts.json"] = new GeneratedText("verdicts.json", Describe(eventId, made, verdicts));
        return new MakingPlan(eventId, started, verdicts.ToImmutable(), [.. files.Values]);
    }

    // Says without the catalogue what the object is about.
    private static string Describe(Guid eventId, List<(SignatureVerdict Old, VerdictReason Reason, VerdictChange Change, VerificationReport Report, VerdictSummary Summary)> made, ImmutableArray<MadeVerdict>.Builder verdicts) => JsonSerializer.Serialize(new
    {
        package = $"urn:uuid:{made[0].Old.PackageId}",
        premisEvent = new { type = EventType, id = eventId },
        software = Events.Software,
        verdicts = made.Zip(verdicts, (m, v) => new
        {
            verdict = v.Id, file = m.Old.Path, sha512 = Convert.ToHexStringLower(m.Old.FileSha512), m.Reason, m.Change, v.Report,
            supersedes = new { verdict = m.Old.Id, m.Old.MadeAt, m.Old.Engine },
        }),
    }, AuditJson.Options);

    [LoggerMessage(6001, LogLevel.Warning, "Verdict {Id} of package {Package} cannot be made again now: its file or report cannot be read")]
    private partial void LogUnread(Exception e, Guid id, Guid package);
}
