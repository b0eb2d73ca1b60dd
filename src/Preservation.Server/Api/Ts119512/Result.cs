namespace Preservation.Server.Api.Ts119512;

/// <summary>How an operation ended (ETSI TS 119 512 §5.3.1.2; DSS-X 2.0 Result).</summary>
/// <param name="Maj">The major code.</param>
/// <param name="Min">The minor code; null for a plain success.</param>
/// <param name="Msg">What there is to say beside.</param>
internal sealed record Result(string Maj, string? Min = null, ResultMessage? Msg = null)
{
    public static Result Success { get; } = new(ResultCodes.Success);

    /// <summary>What the caller did cannot be done.</summary>
    public static Result Refused(string minor, string message) => new(ResultCodes.RequesterError, minor, new ResultMessage(message));

    public static Result UnknownPoId { get; } = Refused(ResultCodes.UnknownPoId, "There is no such thing, or you may not see it.");

    /// <summary>Not all of it.</summary>
    public static Result Partly(string message) => new(ResultCodes.Success, ResultCodes.RequestOnlyPartlySuccessful, new ResultMessage(message));

    public static Result Pending(string message) => new(ResultCodes.Pending, null, new ResultMessage(message));

    /// <summary>The status of HTTP that says the same.</summary>
    internal int Status() => (Maj, Min) switch
    {
        (ResultCodes.Success, _) => StatusCodes.Status200OK,
        (ResultCodes.Pending, _) => StatusCodes.Status202Accepted,
        (ResultCodes.ResponderError, ResultCodes.NoSpaceError) => StatusCodes.Status507InsufficientStorage,
        (_, ResultCodes.ParameterError) => StatusCodes.Status400BadRequest,
        (_, ResultCodes.NoPermission) => StatusCodes.Status403Forbidden,
        (_, ResultCodes.UnknownPoId or ResultCodes.UnknownVersionId) => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}

/// <param name="Value">The words.</param>
/// <param name="Lang">Their language.</param>
internal sealed record ResultMessage(string Value, string Lang = "en");
