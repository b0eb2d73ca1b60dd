using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Changes;

/// <summary>Posts to receivers: the address is checked where the connection is made, redirects are not followed, and of an answer nothing but the status is looked at.</summary>
public sealed class WebhookConnection : IDisposable
{
    private readonly WebhookOptions _options;
    private readonly HttpClient _client;

    /// <summary>A client of its own: no proxy, no cookies, no credentials.</summary>
    public WebhookConnection(IOptions<PreservationOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value.Webhooks;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = _options.Timeout, MaxResponseHeadersLength = 16, MaxResponseDrainSize = 0, PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = (context, token) => CheckedConnection.OpenAsync(context.DnsEndPoint, _options.PrivateAddresses, token),
        }) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>May a receiver have this address? Where it leads is asked when the connection is made.</summary>
    public bool IsAllowed(string? url) =>
        url is { Length: > 0 and <= 2000 } && !url.Any(char.IsControl) && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && _options.PrivateAddresses));

    internal async Task<WebhookAnswer> PostAsync(Uri url, byte[] body, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } } };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return new WebhookAnswer((int)response.StatusCode, response.IsSuccessStatusCode ? null : "status");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer(null, "timeout");
        }
        catch (HttpRequestException e)
        {
            // Its message may hold what the receiver said: only the kind of error is told.
            return new WebhookAnswer(null, e.InnerException is PrivateAddressException ? "privateAddress" : char.ToLowerInvariant(e.HttpRequestError.ToString()[0]) + e.HttpRequestError.ToString()[1..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
