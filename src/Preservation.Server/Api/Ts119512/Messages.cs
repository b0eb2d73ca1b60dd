using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Preservation.Server.Api.Ts119512;

/// <summary>Reads requests and writes responses as the standard's JSON binding has them; a request that cannot be read is answered by a result too.</summary>
internal static class Messages
{
    /// <summary>Bytes of a request that holds its objects within; larger ones are sent as parts.</summary>
    public const int MaxBytes = 32 << 20;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The message, or what is wrong with it.</summary>
    public static async Task<(T? Message, Result? Refusal)> ReadAsync<T>(Stream body, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(body, Json, cancellationToken) is { } message ? (message, null) : (null, Result.Refused(ResultCodes.ParameterError, "an empty message"));
        }
        catch (JsonException e)
        {
            return (null, Result.Refused(ResultCodes.ParameterError, $"the message cannot be read at {e.Path}"));
        }
    }

    public static IResult Answer(Response response) => Results.Json((object)response, Json, statusCode: response.Result.Status());

    public static IResult Refuse(string? reqId, Result result) => Answer(new Response(result) { ReqId = reqId });

    /// <summary>A route for an operation: its request, its response, and the limit on both.</summary>
    public static TBuilder As<TBuilder, TRequest, TResponse>(this TBuilder builder, string name, params string[] more)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxBytes), new Microsoft.AspNetCore.Http.Metadata.AcceptsMetadata(["application/json", .. more], typeof(TRequest)),
            new Microsoft.AspNetCore.Mvc.ProducesResponseTypeAttribute(typeof(TResponse), StatusCodes.Status200OK, "application/json"), new EndpointNameMetadata(name));
        return builder;
    }
}

/// <summary>What every response has (ETSI TS 119 512 §5.3.1.2).</summary>
internal record Response(Result Result)
{
    /// <summary>The request's own.</summary>
    public string? ReqId { get; init; }

    public OptionalOutputs? OptOut { get; init; }
}

/// <summary>What of this service's own an answer tells.</summary>
/// <param name="Submission">Where the submission is followed.</param>
internal sealed record OptionalOutputs(string? Submission = null);

/// <summary>What of this service's own a request may say.</summary>
/// <param name="Agreement">Code of the agreement.</param>
/// <param name="Sha256">Hexadecimal; what the sender computed over the object.</param>
/// <param name="RecordStatus">NEW or TEST for PreservePO; SUPPLEMENT (the default) or REPLACEMENT for UpdatePOC.</param>
/// <param name="Path">Only these files of the package, for RetrievePO.</param>
internal sealed record OptionalInputs(string? Agreement = null, string? Sha256 = null, string? RecordStatus = null, string[]? Path = null);
