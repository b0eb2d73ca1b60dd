using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Evidence.TimeStamps;

namespace Preservation.Workflow.TimeStamping;

/// <summary>What an officer must know of the evidence: what is covered, what not yet and since when, which tokens are not proven, who answers.</summary>
public static class EvidenceCoverage
{
    private const int MostTokens = 200;

    /// <summary>Makes the report from the catalogue, as of now. The session must see everything.</summary>
    public static async Task<EvidenceCoverageView> MakeAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var covered = new Dictionary<LeafKind, long>();
        await using (var command = session.Command("""
            SELECT l.kind, count(*) FILTER (WHERE b.lead_token IS NOT NULL), count(*) FILTER (WHERE b.lead_token IS NULL), min(b.created_at) FILTER (WHERE b.lead_token IS NULL)
            FROM evidence_leaf l JOIN evidence_batch b ON b.id = l.batch_id WHERE b.kind = 'Objects' GROUP BY l.kind
            """))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) covered[Enum.Parse<LeafKind>(reader.GetString(0))] = reader.GetInt64(1);
        var open = await OpenAsync(session, cancellationToken);
        var kinds = covered.Keys.Union(open.Keys).Order().Select(k => new KindCoverage(k, covered.GetValueOrDefault(k), open.GetValueOrDefault(k).Count, open.GetValueOrDefault(k).Since)).ToList();
        var tokens = await session.Rows.EvidenceTokens.AsNoTracking().Where(t => t.State == TokenState.Asking || t.State == TokenState.Answered).OrderBy(t => t.CreatedAt).Take(MostTokens)
            .Select(t => new OpenToken(t.BatchId, t.Slot, t.State, t.Tsa, t.CreatedAt, t.Tries, t.NextTryAt, t.LastProblem)).ToListAsync(cancellationToken);
        var authorities = await session.Rows.TimeStampAuthorities.AsNoTracking().OrderBy(a => a.Name)
            .Select(a => new AuthorityView(a.Name, a.Failures, a.NotBefore, a.Asked, a.LastAnswerAt, a.LastProblem)).ToListAsync(cancellationToken);
        var proven = await session.Rows.EvidenceTokens.CountAsync(t => t.State == TokenState.Proven, cancellationToken);
        var worthless = await session.Rows.EvidenceTokens.CountAsync(t => t.State == TokenState.Proven && t.Policy == DevelopmentTimeStampAuthority.PolicyOid, cancellationToken);
        var refused = await session.Rows.EvidenceTokens.CountAsync(t => t.State == TokenState.Refused, cancellationToken);
        var renewals = await session.Rows.HashTreeRenewals.AsNoTracking().Where(r => r.EndedAt == null).OrderBy(r => r.StartedAt)
            .Select(r => new OpenRenewal(r.FromAlgorithm, r.ToAlgorithm, r.Reason, r.StartedAt, r.DueAt)).ToListAsync(cancellationToken);
        return new EvidenceCoverageView(session.Now, kinds, proven, worthless, refused, tokens, authorities, renewals);
    }

    // Not in any batch, or in one that has no proven token yet.
    private static async Task<Dictionary<LeafKind, (long Count, DateTimeOffset? Since)>> OpenAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            SELECT kind, count(*), min(since) FROM (
                SELECT d.kind, coalesce(d.since, v.created_at) AS since FROM evidence_due d LEFT JOIN package_version v ON v.package_id = d.package_id AND v.version = d.version
                UNION ALL
                SELECT l.kind, b.created_at FROM evidence_batch b JOIN evidence_leaf l ON l.batch_id = b.id WHERE b.lead_token IS NULL AND b.kind = 'Objects'
                    AND NOT EXISTS (SELECT FROM evidence_leaf o JOIN evidence_batch p ON p.id = o.batch_id WHERE o.kind = l.kind AND o.subject = l.subject AND p.lead_token IS NOT NULL)) AS open
            GROUP BY kind
            """);
        var open = new Dictionary<LeafKind, (long, DateTimeOffset?)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            open[Enum.Parse<LeafKind>(reader.GetString(0))] = (reader.GetInt64(1), await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(2));
        return open;
    }
}

/// <summary>The report.</summary>
/// <param name="At">As of.</param>
/// <param name="Kinds">What is covered and what not, by kind.</param>
/// <param name="ProvenTokens">Tokens that count.</param>
/// <param name="WorthlessTokens">Of these, such as development authorities made: they prove nothing outside tests.</param>
/// <param name="RefusedTokens">Answers that were refused.</param>
/// <param name="OpenTokens">Tokens that are asked for or not proven yet, oldest first.</param>
/// <param name="Authorities">How the authorities behave.</param>
/// <param name="OpenRenewals">Hash-tree renewals that are going on.</param>
public sealed record EvidenceCoverageView(
    DateTimeOffset At, IReadOnlyList<KindCoverage> Kinds, int ProvenTokens, int WorthlessTokens, int RefusedTokens, IReadOnlyList<OpenToken> OpenTokens, IReadOnlyList<AuthorityView> Authorities,
    IReadOnlyList<OpenRenewal> OpenRenewals);

/// <summary>Coverage of one kind.</summary>
public sealed record KindCoverage(LeafKind Kind, long Covered, long NotCovered, DateTimeOffset? Since);

/// <summary>A token that does not count yet.</summary>
public sealed record OpenToken(Guid Batch, int Slot, TokenState State, string? Authority, DateTimeOffset Since, int Tries, DateTimeOffset? NextTryAt, string? Problem);

/// <summary>An authority.</summary>
public sealed record AuthorityView(string Name, int Failures, DateTimeOffset? NotBefore, int AskedToday, DateTimeOffset? LastAnswerAt, string? Problem);

/// <summary>A hash-tree renewal that is going on.</summary>
public sealed record OpenRenewal(string From, string To, string Reason, DateTimeOffset Since, DateTimeOffset? DueAt);
