using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Options;
using Preservation.Evidence.TimeStamps;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.TimeStamping;

/// <summary>A client for each authority: its credentials, its certificates, no redirects, no cookies, bounded in time and size.</summary>
public sealed class AuthorityConnections(IOptions<PreservationOptions> options) : IDisposable
{
    private readonly TimeStampOptions _options = options.Value.TimeStamps;
    private readonly ConcurrentDictionary<string, Lazy<Connection>> _connections = new(StringComparer.Ordinal);

    /// <summary>The client of an authority.</summary>
    /// <exception cref="TimeStampUnavailableException">Its credentials cannot be read.</exception>
    public TimeStampClient Of(TimeStampAuthorityOptions authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        try
        {
            return _connections.GetOrAdd(authority.Name, _ => new Lazy<Connection>(() => Open(authority), LazyThreadSafetyMode.PublicationOnly)).Value.Client;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new TimeStampUnavailableException($"the credentials for {authority.Name} cannot be read: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections.Values.Where(c => c.IsValueCreated)) connection.Value.Dispose();
    }

    private Connection Open(TimeStampAuthorityOptions authority)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = _options.Timeout, PooledConnectionLifetime = TimeSpan.FromMinutes(10), MaxResponseHeadersLength = 64 };
        var held = new List<IDisposable>();
        if (authority.ClientCertificateFile.Length > 0)
        {
            var certificate = X509Certificate2.CreateFromPemFile(authority.ClientCertificateFile, authority.ClientKeyFile.Length > 0 ? authority.ClientKeyFile : null);
            handler.SslOptions.ClientCertificates = [certificate];
            held.Add(certificate);
        }
        if (authority.TlsAnchorsFile.Length > 0)
        {
            var anchors = new X509Certificate2Collection();
            anchors.ImportFromPemFile(authority.TlsAnchorsFile);
            held.AddRange(anchors);
            handler.SslOptions.CertificateChainPolicy = ChainPolicy(anchors);
        }
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        if (authority.User.Length > 0)
        {
            var password = authority.PasswordFile.Length > 0 ? File.ReadLines(authority.PasswordFile).FirstOrDefault() ?? "" : "";
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{authority.User}:{password}")));
        }
        return new Connection(http, held, new TimeStampClient(http, _options.Timeout));
    }

    private static X509ChainPolicy ChainPolicy(X509Certificate2Collection anchors)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(anchors);
        policy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        return policy;
    }

    private sealed record Connection(HttpClient Http, List<IDisposable> Held, TimeStampClient Client) : IDisposable
    {
        public void Dispose()
        {
            Http.Dispose();
            Held.ForEach(h => h.Dispose());
        }
    }
}
