using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Server.Api.Stores;
using Preservation.Workflow.Disposal;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;
using EscrowReport = Preservation.Workflow.Escrow.EscrowReport;

namespace Preservation.Server.Api.Escrow;

/// <summary>
/// <c>POST /escrow/reports</c>: an escrow tells what it holds, signed by its own key. <c>GET /escrow/reports/{id}</c> and <c>/seal</c>: a report and its signature as they
/// came, for whoever wants to check them. <c>GET /escrow/orders</c> and <c>/{id}</c>: the orders of destruction that are open at an escrow, each with the service's seal.
/// </summary>
internal static class EscrowEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/escrow/reports", TakeAsync).Produces(StatusCodes.Status201Created).For(Role.EscrowHolder);
        routes.MapGet("/escrow/reports/{id:guid}", BodyAsync).Produces<Stream>(StatusCodes.Status200OK, "application/json").For(StoreEndpoints.Readers);
        routes.MapGet("/escrow/reports/{id:guid}/seal", SealAsync).Produces<Stream>(StatusCodes.Status200OK, "application/pkcs7-signature").For(StoreEndpoints.Readers);
        routes.MapGet("/escrow/orders", OrdersAsync).Produces<Page<OpenOrder>>().For(Role.EscrowHolder);
        routes.MapGet("/escrow/orders/{id:guid}", OrderAsync).Produces<OfferedOrder>().For([Role.EscrowHolder, Role.DisposalExecutor, .. StoreEndpoints.Readers]);
    }

    private static async Task<IResult> TakeAsync(SignedReport request, CallerAccess access, EscrowRegister register, CancellationToken cancellationToken)
    {
        if (request.Report is not { Length: > 0 and <= EscrowReport.MaxBytes }) return Problems.Invalid("report", $"1 to {EscrowReport.MaxBytes} bytes");
        if (request.Signature is not { Length: > 0 and <= EscrowRegister.MaxSignatureBytes }) return Problems.Invalid("signature", $"1 to {EscrowRegister.MaxSignatureBytes} bytes");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        return await register.AcceptAsync(session, access.Caller.PrincipalId, request.Report, request.Signature, cancellationToken) switch
        {
            EscrowAcceptance.Kept kept => await access.CommitAsync(session, digest, kept.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, $"/api/v1/escrow/reports/{kept.Id}", new { kept.Id, kept.Number }, cancellationToken),
            EscrowAcceptance.NotSigned => Problems.Of(StatusCodes.Status422UnprocessableEntity, "notSigned", "The signature does not hold, or is by no key of an escrow that the service knows."),
            EscrowAcceptance.NotAReport => Problems.Of(StatusCodes.Status422UnprocessableEntity, "notAReport", "This is no report of the escrow whose key signed it."),
            _ => Problems.Conflict("doesNotFollow", "The report does not follow on the one before: another one has its number, or it names another one."),
        };
    }

    // The oldest first, as many as one report speaks of: what is at its end makes room for the next.
    private static async Task<IResult> OrdersAsync(CallerAccess access, IOptions<PreservationOptions> options, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var open = await DestructionOrders.Open(session.Rows, [.. options.Value.EscrowCopies.Select(e => e.Name)]).OrderBy(o => o.ApprovedAt).ThenBy(o => o.Id).Take(EscrowReport.MostOrders).Select(o => new OpenOrder(o.Id)).ToListAsync(cancellationToken);
        return TypedResults.Ok(new Page<OpenOrder>(open, null));
    }

    private static async Task<IResult> OrderAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var parts = await (from o in session.Rows.DestructionOrders from p in session.Rows.FrozenDocumentParts where o.Id == id && p.DocumentId == o.DocumentId select new { p.Name, p.Body, p.Seal }).ToDictionaryAsync(p => p.Name, cancellationToken);
        if (!parts.TryGetValue(DestructionOrders.OrderName, out var order)) return Problems.NotFound();
        var withdrawal = parts.GetValueOrDefault(DestructionOrders.WithdrawalName);
        return TypedResults.Ok(new OfferedOrder(id, order.Body, order.Seal, withdrawal?.Body, withdrawal?.Seal));
    }

    private static Task<IResult> BodyAsync(Guid id, CallerAccess access, CancellationToken cancellationToken) => ServeAsync(id, access, r => (r.Body, "application/json", $"escrow-{r.Escrow}-{r.Number}.json"), cancellationToken);

    private static Task<IResult> SealAsync(Guid id, CallerAccess access, CancellationToken cancellationToken) => ServeAsync(id, access, r => (r.Signature, "application/pkcs7-signature", $"escrow-{r.Escrow}-{r.Number}.json.p7s"), cancellationToken);

    private static async Task<IResult> ServeAsync(Guid id, CallerAccess access, Func<Preservation.Catalogue.Model.EscrowReport, (byte[], string, string)> of, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (!session.Scope.Everything) return Problems.Forbidden();
        var found = await session.Rows.EscrowReports.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (found is null) return Problems.NotFound();
        var (body, type, name) = of(found);
        return TypedResults.File(body, type, name);
    }

    private sealed record OpenOrder(Guid Id);

    private sealed record SignedReport(byte[]? Report, byte[]? Signature);
}
