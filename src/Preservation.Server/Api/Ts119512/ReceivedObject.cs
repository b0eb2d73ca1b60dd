using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Preservation.Server.Api.Ts119512;

/// <summary>
/// A message with one object: as JSON with the bytes within, or as <c>multipart/form-data</c> whose first part, <c>request</c>, is that JSON and whose second is
/// what its <c>attRef</c> names. The second form has no limit but that of staging, and its bytes are never held.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
internal sealed record ReceivedObject<T>(T Message, Stream? Attachment, string? AttachmentName, string? FileName)
    where T : class
{
    private const int MaxRequestBytes = 64 * 1024;

    public static async Task<(ReceivedObject<T>? Received, Result? Refusal)> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(http.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            var (plain, problem) = await Messages.ReadAsync<T>(http.Body, cancellationToken);
            return plain is null ? (null, problem) : (new ReceivedObject<T>(plain, null, null, null), null);
        }
        if (http.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        if (HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary) return (null, Result.Refused(ResultCodes.ParameterError, "a multipart message without a boundary"));
        var reader = new MultipartReader(boundary, http.Body) { HeadersLengthLimit = 16 * 1024 };
        var first = await reader.ReadNextSectionAsync(cancellationToken);
        if (first is null || NameOf(first) != "request") return (null, Result.Refused(ResultCodes.ParameterError, "the first part must be the request"));
        var text = new byte[MaxRequestBytes + 1];
        var length = await first.Body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxRequestBytes) return (null, Result.Refused(ResultCodes.ParameterError, $"a request beside its object has at most {MaxRequestBytes} bytes"));
        var (message, refusal) = await Messages.ReadAsync<T>(new MemoryStream(text, 0, length), cancellationToken);
        if (message is null) return (null, refusal);
        var second = await reader.ReadNextSectionAsync(cancellationToken);
        var disposition = second is null ? null : ContentDispositionHeaderValue.TryParse(second.ContentDisposition, out var parsed) ? parsed : null;
        return (new ReceivedObject<T>(message, second?.Body, second is null ? null : NameOf(second), disposition is null ? null : PackageName.Of(disposition)), null);
    }

    /// <summary>The bytes of the one object; null when the message holds none, or names a part that did not come.</summary>
    public Stream? Open(PreservationObject one) => one.BinaryData switch
    {
        { Value: { } value, AttRef: null } => new MemoryStream(value, writable: false),
        { Value: null, AttRef: { } part } when part == AttachmentName => Attachment,
        _ => null,
    };

    private static string? NameOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) ? HeaderUtilities.RemoveQuotes(disposition.Name).Value : null;
}
