using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Server.Api.Submissions;

namespace Preservation.Server.Api.Ts119512;

/// <summary>PreservePO (§5.3.3): one package, which becomes a submission; its POID is the submission's until the package has one, and stays good after that.</summary>
internal static class PreservePo
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/PreservePO", HandleAsync).As<RouteHandlerBuilder, PreserveRequest, PreserveResponse>("PreservePO", "multipart/form-data").For(Role.Producer).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(HttpRequest http, PackageTaking taking, CancellationToken cancellationToken)
    {
        var (received, refusal) = await ReceivedObject<PreserveRequest>.ReadAsync(http, cancellationToken);
        if (received is null) return Messages.Refuse(null, refusal!);
        var request = received.Message;
        if (request.Pro != RetrieveInfo.Profile) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, $"pro: {RetrieveInfo.Profile}"));
        if (request.OptIn?.RecordStatus is not (null or "NEW" or "TEST")) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, "recordStatus: NEW or TEST"));
        if (request.Po is not [{ } one]) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.NotSupported, "A preservation object is one package: send exactly one."));
        return await TakeAsync(http, received, one, request, taking, request.OptIn?.RecordStatus ?? "NEW", null, ResultCodes.UnknownPoFormat,
            submission => new PreserveResponse(Result.Success) { ReqId = request.ReqId, PoId = PreservationIdentifier.Of(submission.Id), OptOut = Followed(submission) }, cancellationToken);
    }

    /// <summary>Where the submission is followed.</summary>
    internal static OptionalOutputs Followed(Submission submission) => new($"/api/v1/submissions/{submission.Id}");

    /// <summary>Takes the one object in; what is wrong with it is a result.</summary>
    internal static async Task<IResult> TakeAsync<T>(
        HttpRequest http, ReceivedObject<T> received, PreservationObject one, IObjectRequest request, PackageTaking taking, string recordStatus, Guid? updateOf, string unknownFormat,
        Func<Submission, Response> answer, CancellationToken cancellationToken)
        where T : class
    {
        if (one.FormatId is { } format && !Formats.Packages.Contains(format)) return Messages.Refuse(request.ReqId, Result.Refused(unknownFormat, $"formatId: {string.Join(", ", Formats.Packages)}"));
        Digest? promised = null;
        if (request.OptIn?.Sha256 is { } said && !Digest.TryParse(DigestAlgorithm.Sha256, said, out promised)) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, "sha256: 64 hexadecimal digits"));
        if (received.Open(one) is not { } bytes) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, "binaryData: a value, or an attRef that names the second part of a multipart message"));
        // Clients of the protocol know no Idempotency-Key: their request's own identifier does as well.
        if (http.Headers["Idempotency-Key"].Count == 0)
        {
            if (request.ReqId is not { Length: > 0 and <= 255 } key) return Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, "reqId, 1 to 255 characters, or the header Idempotency-Key"));
            http.Headers["Idempotency-Key"] = key;
        }
        var package = new OfferedPackage(received.FileName ?? "package.zip", promised, recordStatus) { Agreement = request.OptIn?.Agreement, UpdateOf = updateOf };
        var outcome = await taking.TakeAsync(bytes, package, submission => (StatusCodes.Status200OK, null, (object)answer(submission)), cancellationToken);
        return outcome switch
        {
            TakingOutcome.Answered answered => answered.Answer,
            TakingOutcome.NoAgreement => Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.ParameterError, "agreement: the code of one that is in force for you")),
            TakingOutcome.OtherBytes other => Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.TransferError, $"other bytes arrived than were announced: {other.Arrived.Hex}")),
            TakingOutcome.TooLarge large => Messages.Refuse(request.ReqId, Result.Refused(ResultCodes.NoSpaceError, $"a package may have at most {large.MaxBytes} bytes")),
            _ => throw new InvalidOperationException("an outcome without an answer"),
        };
    }

    private sealed record PreserveRequest(string? ReqId = null, OptionalInputs? OptIn = null, string? Pro = null, PreservationObject[]? Po = null) : IObjectRequest;

    private sealed record PreserveResponse(Result Result) : Response(Result)
    {
        public string? PoId { get; init; }
    }
}

/// <summary>What PreservePO and UpdatePOC have in common.</summary>
internal interface IObjectRequest
{
    string? ReqId { get; }

    OptionalInputs? OptIn { get; }
}
