using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Disposal;

/// <summary>
/// Orders of destruction to those who hold copies in escrow: asked for by one person, approved by another, and sealed then; withdrawn by one of the two. The service itself
/// destroys nothing by them: the disposal workflow is to issue them as its last step.
/// </summary>
public sealed class DestructionOrders(FrozenDocuments documents, IOptions<PreservationOptions> options)
{
    /// <summary>Name of the sealed order among the parts of its document.</summary>
    public const string OrderName = "order.json";

    /// <summary>Name of its sealed withdrawal.</summary>
    public const string WithdrawalName = "withdrawal.json";

    /// <summary>Asks for an order; nothing goes out before another person approves. Committed by the caller when it is done.</summary>
    /// <param name="session">Sees everything.</param>
    /// <param name="person">Who asks.</param>
    /// <param name="basis">The decision.</param>
    /// <param name="packages">What is to be destroyed.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<OrderOutcome> AskAsync(CatalogueSession session, Guid person, DestructionBasis basis, IReadOnlyCollection<Guid> packages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(packages);
        var now = session.Now;
        var id = Guid.CreateVersion7(now);
        var (found, findings) = await CheckAsync(session, id, packages, now, cancellationToken);
        if (findings.Length > 0) return new OrderOutcome.Refused(findings);
        session.Rows.DestructionOrders.Add(new DestructionOrder { Id = id, DecisionNumber = basis.Number, DecisionDate = basis.Date, DecidedBy = basis.Body, AskedBy = person, AskedAt = now });
        await session.FlushAsync(cancellationToken);
        session.Rows.DestructionOrderPackages.AddRange(found.Select(p => new DestructionOrderPackage { OrderId = id, PackageId = p.Id, Version = p.Version, InventorySha512 = p.Inventory }));
        session.Rows.Tasks.Add(new PreservationTask
        {
            Id = Guid.CreateVersion7(now), Kind = TaskKinds.DestructionOrder, State = TaskState.Open, Role = Role.Approver, CreatedAt = now,
            Subject = $"{id}: {basis.Number}, {basis.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, {basis.Body} ({found.Count})",
        });
        session.Audit(person, null, "disposal.asked", "destructionOrder", id.ToString(), new { basis, packages = found.ToDictionary(p => p.Id, p => Convert.ToHexStringLower(p.Inventory)) });
        return new OrderOutcome.Done(id);
    }

    /// <summary>Approves an order that another person asked for: it is sealed and given out, and is due when the waiting time has passed. Committed by the caller when it is done.</summary>
    public async Task<OrderOutcome> ApproveAsync(CatalogueSession session, Guid person, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var now = session.Now;
        if (await HoldAsync(session, id, cancellationToken) is not { } order) return new OrderOutcome.NotFound();
        if (order.ApprovedBy is not null || order.WithdrawnBy is not null) return new OrderOutcome.NotOpen();
        var (asked, approved) = (await PersonAsync(session, order.AskedBy, order.AskedAt, cancellationToken), await PersonAsync(session, person, now, cancellationToken));
        if (asked.Person == approved.Person) return new OrderOutcome.NotYours();
        var ordered = await session.Rows.DestructionOrderPackages.AsNoTracking().Where(p => p.OrderId == id).OrderBy(p => p.PackageId).ToListAsync(cancellationToken);
        var (found, findings) = await CheckAsync(session, id, [.. ordered.Select(p => p.PackageId)], now, cancellationToken);
        findings = [.. findings, .. (from o in ordered join p in found on o.PackageId equals p.Id where !p.Inventory.AsSpan().SequenceEqual(o.InventorySha512) select new Finding(DisposalRules.Changed, Urn(p.Id), $"v{o.Version}", $"v{p.Version}"))];
        if (findings.Length > 0) return new OrderOutcome.Refused(findings);
        var sealedOrder = new OrderOfDestruction
        {
            Id = id, Decision = new DestructionBasis(order.DecisionNumber, order.DecisionDate, order.DecidedBy), AskedBy = asked, ApprovedBy = approved, NotBefore = now.AddDays(options.Value.Disposal.WaitDays),
            Objects = [.. ordered.Select(p => new OrderedObject(Urn(p.PackageId), p.Version, Convert.ToHexStringLower(p.InventorySha512)))],
        };
        var document = documents.Add(session, "destructionOrder", null, $"{order.DecisionNumber}, {order.DecisionDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}", person, [(OrderName, "application/json", sealedOrder.ToBytes())]);
        await session.FlushAsync(cancellationToken);
        (order.ApprovedBy, order.ApprovedAt, order.NotBefore, order.DocumentId) = (person, now, sealedOrder.NotBefore, document.Id);
        await EndTaskAsync(session, person, id, "approved", now, cancellationToken);
        session.Audit(person, null, "disposal.approved", "destructionOrder", id.ToString(), new { order.NotBefore, document = document.Id });
        return new OrderOutcome.Done(id);
    }

    /// <summary>Takes an order back, by the one who asked for it or the one who approved it. What is destroyed already stays destroyed. Committed by the caller when it is done.</summary>
    public async Task<OrderOutcome> WithdrawAsync(CatalogueSession session, Guid person, Guid id, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        var now = session.Now;
        if (await HoldAsync(session, id, cancellationToken) is not { } order) return new OrderOutcome.NotFound();
        if (order.WithdrawnBy is not null) return new OrderOutcome.NotOpen();
        var who = await PersonAsync(session, person, now, cancellationToken);
        var either = new[] { order.AskedBy, order.ApprovedBy ?? order.AskedBy };
        if (!await session.Rows.Principals.AnyAsync(p => either.Contains(p.Id) && (p.ResponsibleId ?? p.Id) == who.Person, cancellationToken)) return new OrderOutcome.NotYours();
        (order.WithdrawnBy, order.WithdrawnAt, order.WithdrawalReason) = (person, now, reason);
        if (order.DocumentId is { } document)
        {
            var sha512 = await session.Rows.FrozenDocumentParts.Where(p => p.DocumentId == document && p.Name == OrderName).Select(p => p.Sha512).SingleAsync(cancellationToken);
            documents.AddPart(session, document, WithdrawalName, "application/json", new OrderWithdrawal(id, Convert.ToHexStringLower(sha512), who, reason).ToBytes(), person);
        }
        await EndTaskAsync(session, person, id, "withdrawn", now, cancellationToken);
        session.Audit(person, null, "disposal.withdrawn", "destructionOrder", id.ToString(), new { reason });
        return new OrderOutcome.Done(id);
    }

    /// <summary>
    /// Orders that an escrow is to hear of: sealed, and not at their end at each of these escrows. One that names a package under a legal hold is not given out while the hold
    /// lasts: an escrow carries out nothing that it is not given in that very pass.
    /// </summary>
    public static IQueryable<DestructionOrder> Open(CatalogueContext rows, IReadOnlyCollection<string> escrows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows.DestructionOrders.Where(o => o.DocumentId != null
            && rows.DestructionAcknowledgements.Where(a => a.OrderId == o.Id && escrows.Contains(a.Escrow) && (a.State == DestructionState.Destroyed || a.State == DestructionState.Withdrawn)).Select(a => a.Escrow).Distinct().Count() < escrows.Count
            && (o.WithdrawnBy != null || !rows.DestructionOrderPackages.Any(p => p.OrderId == o.Id
                && (rows.LegalHolds.Any(h => h.PackageId == p.PackageId && h.ReleasedAt == null) || rows.PackageHolds.Any(h => h.PackageId == p.PackageId && h.LiftedAt == null)))));
    }

    private static string Urn(Guid package) => $"urn:uuid:{package}";

    // Two who decide at the same time come one after the other.
    private static async Task<DestructionOrder?> HoldAsync(CatalogueSession session, Guid id, CancellationToken cancellationToken)
    {
        await using (var hold = session.Command("SELECT 1 FROM destruction_order WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        return await session.Rows.DestructionOrders.SingleOrDefaultAsync(o => o.Id == id, cancellationToken);
    }

    private static Task<OrderingPerson> PersonAsync(CatalogueSession session, Guid principal, DateTimeOffset at, CancellationToken cancellationToken) =>
        session.Rows.Principals.Where(p => p.Id == principal).Select(p => new OrderingPerson(principal, p.ResponsibleId ?? p.Id, p.Name, at)).SingleAsync(cancellationToken);

    private static async Task EndTaskAsync(CatalogueSession session, Guid person, Guid id, string decision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var begins = id + ": ";
        if (await session.Rows.Tasks.FirstOrDefaultAsync(t => t.Kind == TaskKinds.DestructionOrder && t.State == TaskState.Open && t.Subject.StartsWith(begins), cancellationToken) is { } task)
            (task.State, task.Decision, task.DecidedBy, task.DecidedAt) = (TaskState.Done, decision, person, now);
    }

    // What keeps a package from being destroyed, as far as the catalogue knows it.
    private static async Task<(List<Target> Found, ImmutableArray<Finding> Findings)> CheckAsync(CatalogueSession session, Guid order, IReadOnlyCollection<Guid> packages, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var rows = session.Rows;
        var found = await (from p in rows.Packages from v in rows.PackageVersions where packages.Contains(p.Id) && v.PackageId == p.Id && v.Version == p.HeadVersion orderby p.Id select new Target(p.Id, v.Version, v.InventorySha512, p.RetentionCode, p.RetentionEnd)).ToListAsync(cancellationToken);
        var held = (await rows.LegalHolds.Where(h => packages.Contains(h.PackageId) && h.ReleasedAt == null).Select(h => h.PackageId)
            .Union(rows.PackageHolds.Where(h => packages.Contains(h.PackageId) && h.LiftedAt == null).Select(h => h.PackageId)).ToListAsync(cancellationToken)).ToHashSet();
        var ordered = (await (from p in rows.DestructionOrderPackages from o in rows.DestructionOrders where packages.Contains(p.PackageId) && o.Id == p.OrderId && o.Id != order && o.WithdrawnBy == null select new { p.PackageId, o.Id }).ToListAsync(cancellationToken)).ToLookup(o => o.PackageId, o => o.Id);
        var findings = packages.Except(found.Select(p => p.Id)).Select(p => new Finding(DisposalRules.Unknown, Urn(p))).ToList();
        foreach (var package in found)
        {
            if (held.Contains(package.Id)) findings.Add(new Finding(DisposalRules.Held, Urn(package.Id)));
            if (package.RetentionEnd is null) findings.Add(new Finding(DisposalRules.Permanent, Urn(package.Id), Found: package.RetentionCode));
            else if (package.RetentionEnd >= today) findings.Add(new Finding(DisposalRules.Retained, Urn(package.Id), Found: package.RetentionEnd.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
            if (ordered[package.Id].Any()) findings.Add(new Finding(DisposalRules.Ordered, Urn(package.Id), Found: ordered[package.Id].First().ToString()));
        }
        return (found, [.. findings]);
    }

    private sealed record Target(Guid Id, int Version, byte[] Inventory, string? RetentionCode, DateOnly? RetentionEnd);
}
