using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Verdicts;

/// <summary>What a replay came to.</summary>
public enum ReplayOutcome
{
    /// <summary>The same report, to the byte.</summary>
    Same,

    /// <summary>Another report: engine, stored files or record are not what they were.</summary>
    Different,

    /// <summary>The verdict was made by another version of the engine; it is made again instead.</summary>
    OtherEngine,

    /// <summary>Something it rests on is not kept, or not as its digest says.</summary>
    Incomplete,
}

/// <summary>
/// Makes stored verdicts again from stored bytes alone: the signed file, and the policies, catalogues, anchors and material that are kept with the report.
/// The same report must come out. What does not is recorded and becomes a task.
/// </summary>
public sealed class VerdictReplay(CatalogueSessions sessions, VerdictContent content, IOptions<PreservationOptions> options)
{
    private readonly VerdictOptions _options = options.Value.Verdicts;

    /// <summary>The drill: replays the verdicts that wait the longest, as many as one run may.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await DueAsync(cancellationToken)) await RunAsync(id, cancellationToken);
    }

    /// <summary>Replays one verdict and records what came of it.</summary>
    /// <exception cref="IOException">No store could give the file or the report now: nothing is recorded.</exception>
    public async Task<ReplayOutcome> RunAsync(Guid id, CancellationToken cancellationToken)
    {
        SignatureVerdict verdict;
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken))
            verdict = await session.Rows.SignatureVerdicts.AsNoTracking().SingleAsync(v => v.Id == id && v.Report != null, cancellationToken);
        var (outcome, detail) = await ReplayAsync(verdict, cancellationToken);
        await RecordAsync(verdict, outcome, detail, cancellationToken);
        return outcome;
    }

    private async Task<(ReplayOutcome Outcome, string Detail)> ReplayAsync(SignatureVerdict verdict, CancellationToken cancellationToken)
    {
        var kept = await content.KeptAsync(verdict, cancellationToken);
        if (kept.Basis.Engine != VerificationBasis.Of(new VerificationPolicy(), default).Engine) return (ReplayOutcome.OtherEngine, kept.Basis.Engine);
        if (!kept.Missing.IsEmpty) return (ReplayOutcome.Incomplete, string.Join(", ", kept.Missing.Take(10)));
        var (file, contents) = await content.SignedAsync(verdict, kept.File, cancellationToken);
        // Read as at first: with the anchors, before any material was at hand.
        var reading = await SignatureVerification.ReadAsync(file, contents, new VerificationPolicy { TrustAnchors = kept.Policy.TrustAnchors }, cancellationToken);
        var again = Encoding.UTF8.GetBytes(reading.Validate(kept.Policy, kept.Basis.At).ToJson());
        return again.AsSpan().SequenceEqual(kept.Report.Span) ? (ReplayOutcome.Same, "") : (ReplayOutcome.Different, FirstDifference(kept.Report.Span, again));
    }

    private static string FirstDifference(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> again)
    {
        var at = stored.CommonPrefixLength(again);
        return $"byte {at}: …{Around(stored, at)}… became …{Around(again, at)}…";

        static string Around(ReadOnlySpan<byte> text, int at) => Encoding.UTF8.GetString(text[Math.Max(0, at - 20)..Math.Min(text.Length, at + 40)]);
    }

    private async Task<List<Guid>> DueAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var before = session.Now - TimeSpan.FromDays(_options.ReplayWithinDays);
        return await session.Rows.SignatureVerdicts.AsNoTracking()
            .Where(v => v.Report != null && (v.ReplayedAt == null || v.ReplayedAt < before) && session.Rows.Files.Any(f => f.PackageId == v.PackageId && f.LogicalPath == v.Path && f.Sha512 == v.FileSha512))
            .OrderBy(v => v.ReplayedAt != null).ThenBy(v => v.ReplayedAt).ThenBy(v => v.Id).Take(_options.ReplayAtMost).Select(v => v.Id).ToListAsync(cancellationToken);
    }

    private async Task RecordAsync(SignatureVerdict verdict, ReplayOutcome outcome, string detail, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var note = session.Command("UPDATE signature_verdict SET replayed_at = $2, replay_outcome = $3 WHERE id = $1", verdict.Id, session.Now, outcome.ToString())) await note.ExecuteNonQueryAsync(cancellationToken);
        if (outcome is ReplayOutcome.Different or ReplayOutcome.Incomplete)
        {
            var package = await session.Rows.Packages.AsNoTracking().SingleAsync(p => p.Id == verdict.PackageId, cancellationToken);
            var subject = $"{verdict.Path}: {JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString())}, {detail}";
            session.Rows.PremisEvents.Add(new PremisEvent
            {
                Id = Guid.CreateVersion7(session.Now), Type = VerdictRemaking.EventType, At = session.Now, Outcome = "fail", Detail = $"replay of {verdict.Id}: {subject}",
                AgencyId = package.ProducerId, PackageId = package.Id, Agent = Events.Software,
            });
            session.Audit(null, package.ProducerId, "verdict.replayed", "package", package.Id.ToString(), new { verdict = verdict.Id, verdict.Path, outcome, detail });
            if (!await session.Rows.Tasks.AnyAsync(t => t.PackageId == package.Id && t.Kind == TaskKinds.VerdictReplay && t.State == TaskState.Open, cancellationToken))
                session.Rows.Tasks.Add(new PreservationTask
                {
                    Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.VerdictReplay, State = TaskState.Open, Role = Role.PreservationOfficer, AgencyId = package.ProducerId, PackageId = package.Id, Subject = subject, CreatedAt = session.Now,
                });
        }
        await session.CommitAsync(cancellationToken);
    }
}
