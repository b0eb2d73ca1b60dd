using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Preservation.Workflow.Options;
using Preservation.Workflow.Uploads;

namespace Preservation.Server.Api.Uploads;

/// <summary>Reads the piece of an upload that a request carries, at no slower a pace than is allowed.</summary>
internal sealed class PieceReading(CallerAccess access, UploadAppending appending, IOptions<PreservationOptions> options, IHostApplicationLifetime lifetime)
{
    private readonly UploadOptions _options = options.Value.Uploads;

    /// <summary>True when the body is said to be a piece.</summary>
    public static bool HasPiece(HttpRequest request) => IsPiece(request.ContentType);

    /// <summary>What is wrong with the request's headers; null when nothing is.</summary>
    public static IResult? Refuse(HttpRequest request, string? checksum, bool mayBeEmpty)
    {
        var isEmpty = request.ContentLength is null or 0 && request.Headers.TransferEncoding.Count == 0;
        if (!HasPiece(request) && !(mayBeEmpty && isEmpty)) return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "pieceExpected", $"Send {Tus.PieceType}.");
        return Tus.TryChecksum(checksum, out _) ? null : Problems.Invalid(Tus.UploadChecksum, $"one of {Tus.ChecksumNames}, a space, and its value in base64");
    }

    /// <summary>Adds the body to the upload and says where it stands; a problem when it cannot be added.</summary>
    /// <param name="http">The request.</param>
    /// <param name="id">Of the upload.</param>
    /// <param name="offset">Where the body belongs.</param>
    /// <param name="checksum">As <see cref="Refuse"/> let it pass.</param>
    /// <param name="cancellationToken">The request's.</param>
    public async Task<IResult?> AppendAsync(HttpContext http, Guid id, long offset, string? checksum, CancellationToken cancellationToken)
    {
        if (!Tus.TryChecksum(checksum, out var wanted)) throw new ArgumentException("is refused first", nameof(checksum));
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } pace) pace.MinDataRate = new MinDataRate(_options.MinBytesPerSecond, _options.SlowGrace);
        // A server that stops does not wait for a long piece: what came is kept, and the sender goes on with the next.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        AppendOutcome outcome;
        try
        {
            outcome = await appending.AppendAsync(access.Scope, access.Caller.PrincipalId, id, new UploadPiece(offset, http.Request.Body, http.Request.ContentLength, wanted), either.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "tryAgain", "The service stops; ask where the upload stands and go on then.");
        }
        return Answer(http.Response, outcome);
    }

    private static IResult? Answer(HttpResponse response, AppendOutcome outcome)
    {
        switch (outcome)
        {
            case AppendOutcome.Advanced advanced:
                response.Headers[Tus.UploadOffset] = Text(advanced.Offset);
                response.Headers[Tus.UploadExpires] = Tus.Date(advanced.ExpiresAt);
                return null;
            case AppendOutcome.OtherOffset other:
                response.Headers[Tus.UploadOffset] = Text(other.Offset);
                return Problems.Conflict("otherOffset", $"The next byte of this upload is number {other.Offset}.");
            case AppendOutcome.NotFound: return Problems.NotFound();
            case AppendOutcome.Gone: return UploadEndpoints.Ended();
            case AppendOutcome.Busy: return UploadEndpoints.Busy();
            case AppendOutcome.TooLong longer: return Problems.Of(StatusCodes.Status413PayloadTooLarge, "tooLong", $"The upload was announced to have {longer.Length} bytes.");
            case AppendOutcome.OtherBytes: return Problems.Of(Tus.ChecksumMismatch, "checksumMismatch", "The bytes that arrived are not those of the checksum; none of them counts.");
            default: throw new InvalidOperationException("an outcome without an answer");
        }
    }

    private static bool IsPiece(string? type) => MediaTypeHeaderValue.TryParse(type, out var parsed) && parsed.MediaType.Equals(Tus.PieceType, StringComparison.OrdinalIgnoreCase);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
