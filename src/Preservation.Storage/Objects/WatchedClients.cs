using Amazon.Runtime;

namespace Preservation.Storage.Objects;

/// <summary>Gives the S3 client connections whose every request a handler sees, last before the network.</summary>
internal sealed class WatchedClients(DelegatingHandler handler) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        handler.InnerHandler ??= new SocketsHttpHandler { AllowAutoRedirect = false };
        return new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
}
