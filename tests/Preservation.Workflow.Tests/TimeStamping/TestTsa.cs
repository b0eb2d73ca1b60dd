using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Preservation.Testing;
using Preservation.Workflow.Tests.Collection;

namespace Preservation.Workflow.Tests.TimeStamping;

/// <summary>A time-stamping authority over HTTP that a test can make fail in every way; what it is asked is noted.</summary>
internal sealed class TestTsa : IAsyncDisposable
{
    private readonly LoopbackServer _server;

    private TestTsa(LoopbackServer server, string name, ManualClock clock)
    {
        _server = server;
        Name = name;
        Tokens = new TestTokens { Certificate = SelfSigned(name, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2066, 1, 1, 0, 0, 0, TimeSpan.Zero)) };
        Answer = (_, request) => Task.FromResult<byte[]?>(Tokens.Answer(request, clock.GetUtcNow()));
        _server.Answer = ServeAsync;
    }

    public string Name { get; }

    public string Url => _server.Url;

    public TestTokens Tokens { get; set; }

    public List<byte[]> Asked { get; } = [];

    /// <summary>The answer's bytes; null when it answered by itself.</summary>
    public Func<HttpContext, byte[], Task<byte[]?>> Answer { get; set; }

    public static async Task<TestTsa> StartAsync(string name, ManualClock clock) => new(await LoopbackServer.StartAsync(), name, clock);

    /// <summary>A certificate that is its own anchor.</summary>
    public static X509Certificate2 SelfSigned(string name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], critical: true));
        return request.CreateSelfSigned(notBefore, notAfter);
    }

    public ValueTask DisposeAsync()
    {
        Tokens.Certificate.Dispose();
        return _server.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Asked.Add(body.ToArray());
        context.Response.ContentType = "application/timestamp-reply";
        if (await Answer(context, body.ToArray()) is { } answer) await context.Response.Body.WriteAsync(answer);
    }
}
