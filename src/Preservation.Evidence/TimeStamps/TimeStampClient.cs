using System.Globalization;
using System.Net.Http.Headers;
using Preservation.Signatures.TimeStamps;

namespace Preservation.Evidence.TimeStamps;

/// <summary>
/// Asks a time-stamping authority over HTTP (RFC 3161 §3.4). It sees to it that the answer fits the request (imprint, nonce, policy);
/// whether it may be believed is <see cref="TimeStampToken.Verify"/>'s question. Proxies and credentials are the client's.
/// </summary>
/// <param name="http">How the authority is reached.</param>
/// <param name="timeout">Longest time for one answer to its last byte; null leaves it to the client, whose own time-out ends with the answer's headers.</param>
public sealed class TimeStampClient(HttpClient http, TimeSpan? timeout = null)
{
    /// <summary>Bytes of the longest answer that is read.</summary>
    public const int MaxResponseBytes = 1 << 20;

    /// <summary>Sends the request once.</summary>
    /// <exception cref="TimeStampRefusedException">The authority refused, or answered another request.</exception>
    /// <exception cref="TimeStampUnavailableException">No usable answer came.</exception>
    public async Task<TimeStampResponse> RequestAsync(Uri authority, TimeStampRequest request, CancellationToken cancellationToken)
    {
        var response = await ExchangeAsync(authority, request, cancellationToken).ConfigureAwait(false);
        Match(request, response.Token!);
        return response;
    }

    /// <summary>Sends the request once and gives the answer as soon as there is a token in it: whether that token answers the request is not looked at yet.</summary>
    /// <exception cref="TimeStampRefusedException">The authority refused.</exception>
    /// <exception cref="TimeStampUnavailableException">No usable answer came.</exception>
    public async Task<TimeStampResponse> ExchangeAsync(Uri authority, TimeStampRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var bytes = await PostAsync(authority, request, cancellationToken).ConfigureAwait(false);
        if (!TimeStampResponse.TryDecode(bytes, out var response))
            throw new TimeStampUnavailableException($"{authority} answered what is no time-stamp response");
        return response.IsGranted ? response : throw new TimeStampRefusedException(string.Create(CultureInfo.InvariantCulture,
            $"{authority} refused: status {response.Status}, failure {response.FailureBits}, {response.StatusText}"));
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
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } longest) deadline.CancelAfter(longest);
        try
        {
            using var content = new ByteArrayContent([.. request.Encoded]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
            using var message = new HttpRequestMessage(HttpMethod.Post, authority) { Content = content };
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new TimeStampUnavailableException($"{authority} answered {(int)answer.StatusCode}");
            if (answer.Content.Headers.ContentType?.MediaType != "application/timestamp-reply")
                throw new TimeStampUnavailableException($"{authority} answered {answer.Content.Headers.ContentType?.MediaType ?? "no media type"}");
            var stream = await answer.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var buffer = new byte[MaxResponseBytes + 1];
                var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, deadline.Token).ConfigureAwait(false);
                if (read > MaxResponseBytes) throw new TimeStampUnavailableException($"{authority} answered more than {MaxResponseBytes} bytes");
                return buffer[..read];
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or (IOException and not TimeStampUnavailableException))
        {
            throw new TimeStampUnavailableException($"{authority} cannot be reached: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeStampUnavailableException($"{authority} did not answer in time", exception);
        }
    }
}
