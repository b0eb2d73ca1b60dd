using Preservation.Catalogue.Model;
using Preservation.Server.Api.Submissions;

namespace Preservation.Server.Api.Ts119512;

/// <summary>UpdatePOC (§5.3.6): a SUPPLEMENT or REPLACEMENT of a package, which becomes its next version when it is accepted; nothing of an earlier version changes.</summary>
internal static class UpdatePoc
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/UpdatePOC", HandleAsync).As<RouteHandlerBuilder, UpdateRequest, UpdateResponse>("UpdatePOC", "multipart/form-data").For(Role.Producer).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(HttpRequest http, CallerAccess access, PackageTaking taking, CancellationToken cancellationToken)
    {
        var (received, refusal) = await ReceivedObject<UpdateRequest>.ReadAsync(http, cancellationToken);
        if (received is null) return Messages.Refuse(null, refusal!);
        var request = received.Message;
        Package? package;
        await using (var session = await access.BeginAsync(cancellationToken))
        {
            (package, var submission) = await PreservationIdentifier.FindAsync(session, request.PoId, cancellationToken);
            if (package is null) return Messages.Refuse(request.ReqId, PreservationIdentifier.Waiting(submission));
        }
        var status = request.OptIn?.RecordStatus ?? "SUPPLEMENT";
        if (status is not ("SUPPLEMENT" or "REPLACEMENT")) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, "recordStatus: SUPPLEMENT or REPLACEMENT"));
        if (request.DeltaPoc is not [{ } one]) return Messages.Refuse(request.ReqId, Result.Refused(request.DeltaPoc is { Length: > 1 } ? ResultCodes.NotSupported : ResultCodes.ParameterError, "deltaPoc: exactly one package"));
        return await PreservePo.TakeAsync(http, received, one, request, taking, status, package.Id, ResultCodes.UnknownDeltaPocType,
            submission => new UpdateResponse(Result.Success) { ReqId = request.ReqId, OptOut = PreservePo.Followed(submission) }, cancellationToken);
    }

    private sealed record UpdateRequest(string? ReqId = null, OptionalInputs? OptIn = null, string? PoId = null, PreservationObject[]? DeltaPoc = null) : IObjectRequest;

    /// <summary>The version is known when the submission is preserved.</summary>
    private sealed record UpdateResponse(Result Result) : Response(Result)
    {
        public string? VersionId { get; init; }
    }
}
