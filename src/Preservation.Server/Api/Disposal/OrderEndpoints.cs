using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api.Stores;
using Preservation.Workflow.Disposal;
using Preservation.Workflow.Escrow;

namespace Preservation.Server.Api.Disposal;

/// <summary>Orders of destruction to those who hold copies in escrow: asked for by the executor of a decision, approved by another person, withdrawn by one of the two.</summary>
internal static class OrderEndpoints
{
    private static readonly Role[] Readers = [Role.DisposalExecutor, .. StoreEndpoints.Readers];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/disposal/orders", ListAsync).Produces<Page<OrderView>>().For(Readers);
        routes.MapGet("/disposal/orders/{id:guid}", GetAsync).Produces<OrderDetail>().For(Readers);
        routes.MapPost("/disposal/orders", AskAsync).Produces(StatusCodes.Status201Created).For(Role.DisposalExecutor);
        routes.MapPost("/disposal/orders/{id:guid}/approve", ApproveAsync).For(Role.Approver);
        routes.MapPost("/disposal/orders/{id:guid}/withdraw", WithdrawAsync).For(Role.DisposalExecutor, Role.Approver);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var size = Page<OrderView>.Size(limit);
        var rows = await session.Rows.DestructionOrders.AsNoTracking().Where(o => after == null || o.Id > after).OrderBy(o => o.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<OrderView>.Of([.. rows.Select(OrderView.Of)], size, o => o.Id.ToString()));
    }

    private static async Task<IResult> GetAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        if (await session.Rows.DestructionOrders.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancellationToken) is not { } order) return Problems.NotFound();
        var packages = await session.Rows.DestructionOrderPackages.AsNoTracking().Where(p => p.OrderId == id).OrderBy(p => p.PackageId).ToListAsync(cancellationToken);
        var said = await session.Rows.DestructionAcknowledgements.AsNoTracking().Where(a => a.OrderId == id).OrderBy(a => a.At).ThenBy(a => a.Escrow).Take(Page<OrderView>.MaxSize).ToListAsync(cancellationToken);
        return TypedResults.Ok(new OrderDetail(OrderView.Of(order), [.. packages.Select(p => new OrderedPackage(p.PackageId, p.Version, Convert.ToHexStringLower(p.InventorySha512)))],
            [.. said.Select(a => new Acknowledgement(a.Escrow, a.State, a.Destroyed, a.Until, a.At, a.ReportNumber, a.ReportId))]));
    }

    private static async Task<IResult> AskAsync(OrderRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.DecisionNumber) || request.DecisionNumber.Length > 100) return Problems.Invalid("decisionNumber", "1 to 100 characters");
        if (string.IsNullOrWhiteSpace(request.DecidedBy) || request.DecidedBy.Length > 300) return Problems.Invalid("decidedBy", "1 to 300 characters");
        if (request.Packages is not { Count: > 0 and <= OrderOfDestruction.MostObjects } packages || packages.Distinct().Count() != packages.Count) return Problems.Invalid("packages", $"1 to {OrderOfDestruction.MostObjects} identifiers, each once");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        if (request.DecisionDate > DateOnly.FromDateTime(session.Now.UtcDateTime.AddDays(1))) return Problems.Invalid("decisionDate", "not in the future");
        var outcome = await DestructionOrders.AskAsync(session, access.Caller.PrincipalId, new DestructionBasis(request.DecisionNumber, request.DecisionDate, request.DecidedBy), packages, cancellationToken);
        return outcome is OrderOutcome.Done done ? await access.CommitAsync(session, digest, StatusCodes.Status201Created, $"/api/v1/disposal/orders/{done.Id}", new { done.Id }, cancellationToken) : Answer(outcome, "");
    }

    private static async Task<IResult> ApproveAsync(Guid id, CallerAccess access, DestructionOrders orders, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf("");
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var outcome = await orders.ApproveAsync(session, access.Caller.PrincipalId, id, cancellationToken);
        return outcome is OrderOutcome.Done ? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id }, cancellationToken) : Answer(outcome, "You asked for the order yourself: another person must approve it.");
    }

    private static async Task<IResult> WithdrawAsync(Guid id, WithdrawalRequest request, CallerAccess access, DestructionOrders orders, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 2_000) return Problems.Invalid("reason", "1 to 2,000 characters");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var outcome = await orders.WithdrawAsync(session, access.Caller.PrincipalId, id, request.Reason, cancellationToken);
        return outcome is OrderOutcome.Done ? await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { id }, cancellationToken) : Answer(outcome, "An order is withdrawn by the one who asked for it or the one who approved it.");
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Answer(OrderOutcome outcome, string notYours) => outcome switch
    {
        OrderOutcome.Refused refused => Problems.Of(StatusCodes.Status422UnprocessableEntity, "notDestroyable", "Something keeps a package from being destroyed.",
            findings: refused.Findings.Select(f => new { f.Rule.Code, severity = "error", f.Rule.Clause, f.Path, f.Expected, f.Found, f.Message, f.Hint })),
        OrderOutcome.NotFound => Problems.NotFound(),
        OrderOutcome.NotOpen => Problems.Conflict("notOpen", "The order is approved or withdrawn already."),
        _ => Problems.Conflict("notYours", notYours),
    };

    private sealed record OrderRequest(string DecisionNumber, DateOnly DecisionDate, string DecidedBy, IReadOnlyList<Guid>? Packages);

    private sealed record WithdrawalRequest(string Reason);

    private sealed record OrderView(
        Guid Id, string DecisionNumber, DateOnly DecisionDate, string DecidedBy, Guid AskedBy, DateTimeOffset AskedAt, Guid? ApprovedBy, DateTimeOffset? ApprovedAt, DateTimeOffset? NotBefore,
        Guid? WithdrawnBy, DateTimeOffset? WithdrawnAt, string? WithdrawalReason)
    {
        public static OrderView Of(DestructionOrder o) => new(o.Id, o.DecisionNumber, o.DecisionDate, o.DecidedBy, o.AskedBy, o.AskedAt, o.ApprovedBy, o.ApprovedAt, o.NotBefore, o.WithdrawnBy, o.WithdrawnAt, o.WithdrawalReason);
    }

    private sealed record OrderDetail(OrderView Order, IReadOnlyList<OrderedPackage> Packages, IReadOnlyList<Acknowledgement> Acknowledgements);

    private sealed record OrderedPackage(Guid PackageId, int Version, string InventorySha512);

    private sealed record Acknowledgement(string Escrow, DestructionState State, int Destroyed, DateTimeOffset? Until, DateTimeOffset At, long ReportNumber, Guid ReportId);
}
