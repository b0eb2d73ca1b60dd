using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Collection;

/// <summary>
/// Fetches over HTTP from hosts that the operator listed. The address is checked where the connection is made, so that a name that points elsewhere at the
/// second look gains nothing; size and time are bounded; redirects stay within the list.
/// </summary>
public sealed class MaterialFetcher : IDisposable
{
    private const int MaxRedirects = 3;
    private readonly CollectionOptions _options;
    private readonly HttpClient _client;

    /// <summary>A client of its own: no proxy, no cookies, no credentials.</summary>
    public MaterialFetcher(IOptions<PreservationOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value.Collection;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = _options.Timeout, MaxResponseHeadersLength = 64,
            ConnectCallback = (context, token) => CheckedConnection.OpenAsync(context.DnsEndPoint, _options.PrivateAddresses, token),
        }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>May this address be asked at all.</summary>
    public bool IsAllowed(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && IsAllowed(uri);

    /// <summary>Fetches; with a request it is posted as OCSP asks for it (RFC 6960 app. A).</summary>
    /// <exception cref="MaterialUnavailableException">The host is not listed, did not answer in time, or answered with something else.</exception>
    public async Task<byte[]> FetchAsync(string url, byte[]? ocspRequest, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.Timeout);
        try
        {
            var uri = new Uri(url, UriKind.Absolute);
            for (var i = 0; i <= MaxRedirects; i++)
            {
                if (!IsAllowed(uri)) throw new MaterialUnavailableException($"{uri.Host} is not among the hosts that may be asked");
                using var request = RequestFor(uri, ocspRequest);
                using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
                if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location)
                {
                    uri = new Uri(uri, location);
                    continue;
                }
                if (response.StatusCode != HttpStatusCode.OK) throw new MaterialUnavailableException($"{uri} answered {(int)response.StatusCode}");
                return await ReadAsync(response, uri, deadline.Token);
            }
            throw new MaterialUnavailableException($"{url} leads to no end");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MaterialUnavailableException($"{url} did not answer in time", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or UriFormatException)
        {
            throw new MaterialUnavailableException($"{url} cannot be reached: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage RequestFor(Uri uri, byte[]? ocspRequest)
    {
        if (ocspRequest is null) return new HttpRequestMessage(HttpMethod.Get, uri);
        var content = new ByteArrayContent(ocspRequest);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/ocsp-request");
        return new HttpRequestMessage(HttpMethod.Post, uri) { Content = content };
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri uri, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > _options.MaxBytes) throw TooLarge(uri);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > _options.MaxBytes) throw TooLarge(uri);
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    private MaterialUnavailableException TooLarge(Uri uri) => new($"{uri} answers with more than {_options.MaxBytes} bytes");

    private bool IsAllowed(Uri uri) =>
        uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
        && _options.Hosts.Any(h => h.StartsWith("*.", StringComparison.Ordinal)
            ? uri.IdnHost.EndsWith(h[1..], StringComparison.OrdinalIgnoreCase) : uri.IdnHost.Equals(h, StringComparison.OrdinalIgnoreCase));
}
