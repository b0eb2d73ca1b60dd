using Preservation.Server.Api.Packages;

namespace Preservation.Server.Api.Ts119512;

/// <summary>DeletePO (§5.3.5): refused. What is destroyed, and when, is decided in the archive by the rules of its records, by several persons.</summary>
internal static class DeletePo
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/DeletePO", HandleAsync).As<RouteHandlerBuilder, DeleteRequest, Response>("DeletePO").For(ReadPackages.Readers);

    private static async Task<IResult> HandleAsync(HttpRequest http, CallerAccess access, CancellationToken cancellationToken)
    {
        var (request, refusal) = await Messages.ReadAsync<DeleteRequest>(http.Body, cancellationToken);
        if (request is null) return Messages.Refuse(null, refusal!);
        await using var session = await access.BeginAsync(cancellationToken);
        var (package, submission) = await PreservationIdentifier.FindAsync(session, request.PoId, cancellationToken);
        if (package is null && submission is null) return Messages.Refuse(request.ReqId, Result.UnknownPoId);
        if (request.Mod is not (null or "OnlySubDOs" or "SubDOsAndEvidence")) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.UnknownMode, "mod: OnlySubDOs or SubDOsAndEvidence"));
        session.Audit(access.Caller.PrincipalId, package?.ProducerId ?? submission!.AgencyId, "preservation.deleteRefused", package is null ? "submission" : "package", (package?.Id ?? submission!.Id).ToString(), new { request.Mod, request.Crn, request.Reason });
        await session.CommitAsync(cancellationToken);
        return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.NotSupported, "Disposal is a decision of the archive; no client of this protocol can take it."));
    }

    private sealed record DeleteRequest(string? ReqId = null, OptionalInputs? OptIn = null, string? PoId = null, string? Mod = null, string? Crn = null, string? Reason = null);
}
