using System.Globalization;
using System.Net.Http.Headers;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Evidence.TimeStamps;

/// <summary>
/// Asks a time-stamping authority over HTTP (RFC 3161 §3.4). It sees to it that the answer fits the request (imprint, nonce, policy);
/// whether it may be believed is <see cref="TimeStampToken.Verify"/>'s question. Time-outs, proxies and credentials are the client's.
/// </summary>
public sealed class TimeStampClient(HttpClient http)
{
    /// <summary>Bytes of the longest answer that is read.</summary>
    public const int MaxResponseBytes = 1 << 20;

    /// <summary>Sends the request once.</summary>
    /// <exception cref="TimeStampRefusedException">The authority refused, or answered another request.</exception>
    /// <exception cref="TimeStampUnavailableException">No usable answer came.</exception>
    public async Task<TimeStampResponse> RequestAsync(Uri authority, TimeStampRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var bytes = await PostAsync(authority, request, cancellationToken).ConfigureAwait(false);
        if (!TimeStampResponse.TryDecode(bytes, out var response))
            throw new TimeStampUnavailableException($"{authority} answered what is no time-stamp response");
        if (!response.IsGranted || response.Token is not { } token)
            throw new TimeStampRefusedException(string.Create(CultureInfo.InvariantCulture,
                $"{authority} refused: status {response.Status}, failure {response.FailureBits}, {response.StatusText}"));
        Match(request, token);
        return response;
    }

    /// <summary>Does the token answer this request.</summary>
    /// <exception cref="TimeStampRefusedException">It does not.</exception>
    public static void Match(TimeStampRequest request, TimeStampToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(token);
        if (token.ImprintAlgorithm != HashOids.Find(request.Imprint.Algorithm)
            || !token.Imprint.AsSpan().SequenceEqual(request.Imprint.Bytes.AsSpan()))
            throw new TimeStampRefusedException("the token is over other data");
        if (token.Nonce != request.Nonce) throw new TimeStampRefusedException("the token repeats another nonce");
        if (request.Policy is not null && token.Policy != request.Policy)
            throw new TimeStampRefusedException($"the token is under policy {token.Policy}");
    }

    private async Task<byte[]> PostAsync(Uri authority, TimeStampRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new ByteArrayContent([.. request.Encoded]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
            using var message = new HttpRequestMessage(HttpMethod.Post, authority) { Content = content };
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new TimeStampUnavailableException($"{authority} answered {(int)answer.StatusCode}");
            if (answer.Content.Headers.ContentType?.MediaType != "application/timestamp-reply")
                throw new TimeStampUnavailableException($"{authority} answered {answer.Content.Headers.ContentType?.MediaType ?? "no media type"}");
            var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var buffer = new byte[MaxResponseBytes + 1];
                var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                if (read > MaxResponseBytes) throw new TimeStampUnavailableException($"{authority} answered more than {MaxResponseBytes} bytes");
                return buffer[..read];
            }
        }
        catch (HttpRequestException exception)
        {
            throw new TimeStampUnavailableException($"{authority} cannot be reached: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeStampUnavailableException($"{authority} did not answer in time", exception);
        }
    }
}
