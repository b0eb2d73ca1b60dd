using System.Net;
using System.Text.Json;

namespace Preservation.Cli.Submitting;

/// <summary>What the server said, read whole.</summary>
internal sealed record ServerAnswer(HttpStatusCode Status, JsonElement? Body, string? Location, long? Offset, TimeSpan? RetryAfter)
{
    /// <summary>The request was served.</summary>
    public bool IsWell => (int)Status is >= 200 and < 300;

    /// <summary>It may be served later as it is.</summary>
    public bool IsForLater => (int)Status >= 500 || Status is HttpStatusCode.RequestTimeout or HttpStatusCode.Locked or HttpStatusCode.TooManyRequests;

    /// <summary>The code of a refusal; empty when there is none.</summary>
    public string Code => Body is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String ? code.GetString()! : "";

    /// <summary>Reads an answer; a body that is no JSON is none.</summary>
    public static async Task<ServerAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        JsonElement? body = null;
        if (bytes.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
        {
            using var document = JsonDocument.Parse(bytes);
            body = document.RootElement.Clone();
        }
        long? offset = response.Headers.TryGetValues("Upload-Offset", out var values) && long.TryParse(values.First(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
        return new ServerAnswer(response.StatusCode, body, response.Headers.Location?.OriginalString, offset, response.Headers.RetryAfter?.Delta);
    }
}
