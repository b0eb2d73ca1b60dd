using Amazon.Runtime;

namespace Preservation.Storage.Objects;

/// <summary>Gives the S3 client connections whose every request a handler sees, last before the network.</summary>
internal sealed class WatchedClients : HttpClientFactory
{
    private readonly DelegatingHandler _handler;

    // The client asks for a connection at each request, also for several at once: by then the handler may no longer be changed.
    public WatchedClients(DelegatingHandler handler)
    {
        _handler = handler;
        handler.InnerHandler ??= new SocketsHttpHandler { AllowAutoRedirect = false };
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
}
