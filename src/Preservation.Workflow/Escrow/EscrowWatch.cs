using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Workflow.Disposal;
using Preservation.Workflow.Options;
using Preservation.Workflow.Stores;
using Row = Preservation.Catalogue.Model.EscrowReport;

namespace Preservation.Workflow.Escrow;

/// <summary>What a person must know of the escrows, from their newest reports: silence, what they lack, and what they tell.</summary>
internal static class EscrowWatch
{
    private const int MostTold = 5;
    private const int MostOrders = 100;

    /// <summary>One task for each escrow while something is the matter. The session sees everything and is committed by the caller.</summary>
    public static async Task TellAsync(CatalogueSession session, PreservationOptions options, CancellationToken cancellationToken)
    {
        foreach (var escrow in options.EscrowCopies)
            await StoreTasks.TellAsync(session, TaskKinds.EscrowTrouble, escrow.Name, (await ViewAsync(session, escrow, cancellationToken)).Matters, null, cancellationToken);
    }

    /// <summary>An escrow as its newest report shows it, and what a person must look at.</summary>
    public static async Task<(EscrowView View, IReadOnlyList<Finding> Matters)> ViewAsync(CatalogueSession session, EscrowCopyOptions escrow, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var row = await session.Rows.EscrowReports.AsNoTracking().Where(r => r.Escrow == escrow.Name).OrderByDescending(r => r.Number).FirstOrDefaultAsync(cancellationToken);
        var report = row is null ? null : EscrowReport.Read(row.Body) ?? throw new InvalidOperationException($"the report {row.Id} was kept and cannot be read");
        List<Finding> told = report is null ? [] : await ToldAsync(session, report, cancellationToken);
        var matters = new List<Finding>();
        if (row is null || now - row.ReceivedAt > escrow.SilentAfter) matters.Add(new Finding(EscrowRules.Silent, escrow.Name, Found: row is null ? "–" : Minute(row.ReceivedAt)));
        if (row is not null && await BehindSinceAsync(session, row, cancellationToken) is { } since && now - since > escrow.BehindAfter)
            matters.Add(new Finding(EscrowRules.Behind, escrow.Name, report!.Counts.Refused.ToString(CultureInfo.InvariantCulture), Minute(since)));
        var orders = await OrdersAsync(session, escrow, report, cancellationToken);
        matters.AddRange(orders.Where(o => o.IsOverdue).Take(MostTold).Select(o => new Finding(EscrowRules.OrderOverdue, escrow.Name, o.Id.ToString(), Minute(o.NotBefore))));
        matters.AddRange(told.Where(f => EscrowRules.Alarms.Contains(f.Rule)).Take(MostTold));
        return (new EscrowView(escrow.Name, row?.Id, row?.ReceivedAt, report?.Number, report?.EndedAt, report?.CompleteUntil, report?.Objects, report?.Newest, report?.Counts,
            [.. matters.Select(EscrowMatter.Of)], [.. told.Except(matters).Select(EscrowMatter.Of)], orders), matters);
    }

    // Orders that are not at their end at this escrow, and the newest that are.
    private static async Task<List<EscrowOrderView>> OrdersAsync(CatalogueSession session, EscrowCopyOptions escrow, EscrowReport? report, CancellationToken cancellationToken)
    {
        var (rows, now) = (session.Rows, session.Now);
        string[] name = [escrow.Name];
        var open = await DestructionOrders.Open(rows, name).AsNoTracking().OrderBy(o => o.ApprovedAt).Take(MostOrders).ToListAsync(cancellationToken);
        var ended = await rows.DestructionOrders.AsNoTracking().Where(o => rows.DestructionAcknowledgements.Any(a => a.OrderId == o.Id && a.Escrow == escrow.Name && (a.State == DestructionState.Destroyed || a.State == DestructionState.Withdrawn)))
            .OrderByDescending(o => o.ApprovedAt).Take(MostTold).ToListAsync(cancellationToken);
        var ids = open.Concat(ended).Select(o => o.Id).ToArray();
        var last = (await rows.DestructionAcknowledgements.AsNoTracking().Where(a => a.Escrow == escrow.Name && ids.Contains(a.OrderId)).ToListAsync(cancellationToken)).GroupBy(a => a.OrderId).ToDictionary(g => g.Key, g => g.MaxBy(a => a.ReportNumber)!);
        return [.. open.Concat(ended).DistinctBy(o => o.Id).Select(o => new EscrowOrderView(o.Id, o.DecisionNumber, o.NotBefore!.Value, o.WithdrawnAt, last.GetValueOrDefault(o.Id)?.State, last.GetValueOrDefault(o.Id)?.Destroyed ?? 0, last.GetValueOrDefault(o.Id)?.Until,
            last.GetValueOrDefault(o.Id)?.At, o.WithdrawnAt is null && last.GetValueOrDefault(o.Id)?.State != DestructionState.Destroyed && now - o.NotBefore > escrow.DestroyedWithin,
            [.. (report?.Orders.FirstOrDefault(w => w.Order == o.Id)?.Findings ?? []).Select(f => f.ToFinding()).OfType<Finding>().Select(EscrowMatter.Of)]))];
    }

    // Since when it has not had everything: from the last pass that did, or from the first report there is.
    private static async Task<DateTimeOffset?> BehindSinceAsync(CatalogueSession session, Row row, CancellationToken cancellationToken) => row.CompleteUntil == row.StartedAt ? null
        : row.CompleteUntil ?? await session.Rows.EscrowReports.Where(r => r.Escrow == row.Escrow).MinAsync(r => r.StartedAt, cancellationToken);

    // Canaries are damaged on purpose: what an escrow tells of them is no news.
    private static async Task<List<Finding>> ToldAsync(CatalogueSession session, EscrowReport report, CancellationToken cancellationToken)
    {
        var told = report.Findings.Concat(report.Orders.SelectMany(o => o.Findings)).Select(f => f.ToFinding()).OfType<Finding>().ToList();
        var ids = told.Select(f => Guid.TryParse(f.Path.Replace("urn:uuid:", "", StringComparison.Ordinal), out var id) ? id : Guid.Empty).Distinct().ToArray();
        var canaries = (await session.Rows.CanaryObjects.Where(c => ids.Contains(c.PackageId)).Select(c => c.PackageId).ToListAsync(cancellationToken)).Select(id => $"urn:uuid:{id}").ToHashSet(StringComparer.Ordinal);
        return [.. told.Where(f => !canaries.Contains(f.Path))];
    }

    private static string Minute(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}

/// <summary>An escrow as the service knows it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="ReportId">Its newest report; null when none has come.</param>
/// <param name="ReceivedAt">When that came.</param>
/// <param name="Number">Its number.</param>
/// <param name="EndedAt">When the pass ended that it tells of.</param>
/// <param name="CompleteUntil">The beginning of the last pass after which it held everything.</param>
/// <param name="Objects">Objects it holds.</param>
/// <param name="Newest">When the newest version it holds was made.</param>
/// <param name="Counts">What the pass did.</param>
/// <param name="Matters">What a person must look at.</param>
/// <param name="Told">What it tells besides.</param>
/// <param name="Orders">Orders of destruction that are open there, and the newest that are not.</param>
public sealed record EscrowView(
    string Name, Guid? ReportId, DateTimeOffset? ReceivedAt, long? Number, DateTimeOffset? EndedAt, DateTimeOffset? CompleteUntil, long? Objects, DateTimeOffset? Newest, EscrowCounts? Counts,
    IReadOnlyList<EscrowMatter> Matters, IReadOnlyList<EscrowMatter> Told, IReadOnlyList<EscrowOrderView> Orders);

/// <summary>An order of destruction as one escrow has acknowledged it.</summary>
/// <param name="Id">The order.</param>
/// <param name="Decision">Number of the decision it rests on.</param>
/// <param name="NotBefore">When it is due.</param>
/// <param name="WithdrawnAt">When it was withdrawn; null while it stands.</param>
/// <param name="State">How far it is; null when the escrow has said nothing of it.</param>
/// <param name="Destroyed">Objects of it that are destroyed there.</param>
/// <param name="Until">Until when nothing can be done.</param>
/// <param name="At">When the escrow said so first.</param>
/// <param name="IsOverdue">It should have been carried out.</param>
/// <param name="Findings">Why it is not, by the newest report.</param>
public sealed record EscrowOrderView(
    Guid Id, string Decision, DateTimeOffset NotBefore, DateTimeOffset? WithdrawnAt, DestructionState? State, int Destroyed, DateTimeOffset? Until, DateTimeOffset? At, bool IsOverdue, IReadOnlyList<EscrowMatter> Findings);

/// <summary>A finding about an escrow or of one.</summary>
/// <param name="Code">A rule of <see cref="EscrowRules"/>.</param>
/// <param name="Subject">An object, a key, a store or the escrow.</param>
/// <param name="Message">What is the matter.</param>
/// <param name="Hint">What to do.</param>
public sealed record EscrowMatter(string Code, string Subject, LocalizedText Message, LocalizedText Hint)
{
    internal static EscrowMatter Of(Finding finding) => new(finding.Rule.Code, finding.Path, finding.Message, finding.Hint);
}
