using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Server.Api.Stores;
using Preservation.Workflow.Escrow;
using EscrowReport = Preservation.Workflow.Escrow.EscrowReport;

namespace Preservation.Server.Api.Escrow;

/// <summary>
/// <c>POST /escrow/reports</c>: an escrow tells what it holds, signed by its own key. <c>GET /escrow/reports/{id}</c> and <c>/seal</c>: a report and its signature as they
/// came, for whoever wants to check them.
/// </summary>
internal static class EscrowEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/escrow/reports", TakeAsync).Produces(StatusCodes.Status201Created).For(Role.EscrowHolder);
        routes.MapGet("/escrow/reports/{id:guid}", BodyAsync).Produces<Stream>(StatusCodes.Status200OK, "application/json").For(StoreEndpoints.Readers);
        routes.MapGet("/escrow/reports/{id:guid}/seal", SealAsync).Produces<Stream>(StatusCodes.Status200OK, "application/pkcs7-signature").For(StoreEndpoints.Readers);
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

    private sealed record SignedReport(byte[]? Report, byte[]? Signature);
}
