using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;

namespace Preservation.Server.Api.Submissions;

/// <summary>A decision as it touched one submission; a round's decision names others too.</summary>
internal sealed record DecisionView(Guid Id, Guid? Round, DecisionKind Kind, DecisionEffect Effect, string? Reason, string By, DateTimeOffset At, IReadOnlyList<FindingReason> Findings)
{
    /// <summary>What was decided on a submission, the oldest first.</summary>
    public static async Task<List<DecisionView>> OfAsync(CatalogueSession session, Guid submission, CancellationToken cancellationToken)
    {
        var reasons = await session.Rows.DecisionReasons.AsNoTracking().Where(r => r.SubmissionId == submission).OrderBy(r => r.Ordinal).ToListAsync(cancellationToken);
        var rows = await session.Rows.DecisionSubmissions.AsNoTracking().Where(o => o.SubmissionId == submission)
            .Join(session.Rows.Decisions, o => o.DecisionId, d => d.Id, (o, d) => new { o.Effect, d })
            .Join(session.Rows.Principals, x => x.d.DecidedBy, p => p.Id, (x, p) => new { x.d, x.Effect, p.Name }).OrderBy(x => x.d.DecidedAt).ThenBy(x => x.d.Id).ToListAsync(cancellationToken);
        return [.. rows.Select(x => new DecisionView(x.d.Id, x.d.RoundId, x.d.Kind, x.Effect, x.d.Reason, x.Name, x.d.DecidedAt, [.. reasons.Where(r => r.DecisionId == x.d.Id).Select(r => new FindingReason(r.Ordinal, r.Reason))]))];
    }
}
