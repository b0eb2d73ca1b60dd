using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Staging;

/// <summary>
/// Frees staging: bytes of preserved and tested submissions at once, of rejected and returned ones when their agreement's time is over, and
/// uploads that no row names (their process died before it could acknowledge them).
/// </summary>
public sealed class StagingSweeper(CatalogueSessions sessions, StagingArea staging)
{
    private static readonly TimeSpan UnnamedAfter = TimeSpan.FromHours(24);

    /// <summary>Frees what is due; returns how many keys went.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var ended = await session.Rows.Submissions.Where(s => s.StagingKey != null && s.EndedAt != null).OrderBy(s => s.EndedAt).Take(1000)
            .Join(session.Rows.AgreementVersions, s => s.AgreementVersionId, v => v.Id, (s, v) => new { Submission = s, v.Terms }).ToListAsync(cancellationToken);
        var swept = 0;
        foreach (var row in ended)
        {
            var keep = row.Submission.State is SubmissionState.Rejected or SubmissionState.Returned ? TimeSpan.FromDays(AgreementTerms.Parse(row.Terms).KeepRejectedDays) : TimeSpan.Zero;
            if (row.Submission.EndedAt + keep > now) continue;
            staging.Delete(row.Submission.StagingKey!);
            row.Submission.StagingKey = null;
            await FactPages.RemoveAsync(session, row.Submission.Id, cancellationToken);
            swept++;
        }
        await session.CommitAsync(cancellationToken);
        return swept + staging.SweepIncoming(now - UnnamedAfter) + await SweepUnnamedAsync(now, cancellationToken);
    }

    private async Task<int> SweepUnnamedAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var old = staging.Keys().Where(k => k.At < now - UnnamedAfter).Select(k => k.Key).ToArray();
        if (old.Length == 0) return 0;
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var named = await session.Rows.Submissions.Where(s => s.StagingKey != null && old.Contains(s.StagingKey)).Select(s => s.StagingKey!).ToListAsync(cancellationToken);
        var unnamed = old.Except(named).ToList();
        foreach (var key in unnamed) staging.Delete(key);
        return unnamed.Count;
    }
}
