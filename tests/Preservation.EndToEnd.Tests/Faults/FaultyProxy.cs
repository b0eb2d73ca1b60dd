using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Preservation.EndToEnd.Tests.Faults;

/// <summary>Stands between the service and an S3 server, understands HTTP, and does to some requests, chosen by a seed, what bad stores do.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private static readonly string[] Hops = ["Host", "Connection", "Transfer-Encoding", "Expect", "Keep-Alive"];
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, MaxConnectionsPerServer = 200 }) { Timeout = TimeSpan.FromMinutes(5) };
    private readonly Uri _target;
    private readonly FaultTally _tally;
    private readonly Random _random;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _lied = new(StringComparer.Ordinal);
    private volatile bool _isDown;
    private double _rate;

    private FaultyProxy(WebApplication app, Uri target, FaultTally tally, int seed) => (_app, _target, _tally, _random) = (app, target, tally, new Random(seed));

    /// <summary>The network to this store is cut: no connection is answered.</summary>
    public bool IsDown { get => _isDown; set => _isDown = value; }

    /// <summary>Part of the requests that meet a fault; zero is a good store.</summary>
    public double Rate
    {
        get { lock (_gate) return _rate; }
        set { lock (_gate) _rate = value; }
    }

    public string Address => _app.Urls.First();

    /// <summary>Sees every request before anything is done about it; it is answered when this ends.</summary>
    public Func<HttpRequest, Task> OnRequest { get; set; } = _ => Task.CompletedTask;

    public static async Task<FaultyProxy> StartAsync(string target, FaultTally tally, int seed)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(o => o.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var proxy = new FaultyProxy(app, new Uri(target), tally, seed);
        app.Run(proxy.ServeAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    // What is asked for, in the words of the service's own trace.
    private static string CallOf(HttpRequest request)
    {
        var key = request.Path.Value!;
        if (request.Method == "GET") return request.Query.ContainsKey("list-type") ? "s3 list" : "s3 get";
        if (request.Method != "PUT") return "s3 " + request.Method.ToLowerInvariant();
        return "s3 put " + (key.Contains("/content/", StringComparison.Ordinal) ? "content" : key.EndsWith("inventory.json", StringComparison.Ordinal) ? key.Contains("/v", StringComparison.Ordinal) ? "version inventory" : "root inventory"
            : key.EndsWith(".sha512", StringComparison.Ordinal) ? "sidecar" : "other");
    }

    private StoreFault? Choose(HttpRequest request)
    {
        lock (_gate)
        {
            if (_rate <= 0 || _random.NextDouble() >= _rate) return null;
            var isRead = request.Method == "GET" && !request.Query.ContainsKey("list-type");
            StoreFault[] faults = isRead ? Enum.GetValues<StoreFault>() : [StoreFault.InternalError, StoreFault.Unavailable, StoreFault.Slow, StoreFault.CutBefore, StoreFault.CutAfter];
            return faults[_random.Next(faults.Length)];
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        await OnRequest(context.Request);
        if (IsDown)
        {
            _tally.Land(CallOf(context.Request), "NetworkCut");
            context.Abort();
            return;
        }
        var fault = Choose(context.Request);
        // Wrong bytes come once for a key: what a store answers wrongly for ever is rot, not a slip.
        if (fault == StoreFault.WrongByte)
            lock (_gate)
                if (!_lied.Add(context.Request.Path.Value!)) fault = StoreFault.HalfBody;
        switch (fault)
        {
            case StoreFault.InternalError or StoreFault.Unavailable:
                _tally.Land(CallOf(context.Request), fault.Value.ToString());
                context.Response.StatusCode = fault == StoreFault.InternalError ? 500 : 503;
                await context.Response.WriteAsync($"<?xml version=\"1.0\"?><Error><Code>{(fault == StoreFault.InternalError ? "InternalError" : "SlowDown")}</Code><Message>test</Message></Error>");
                return;
            case StoreFault.CutBefore:
                _tally.Land(CallOf(context.Request), fault.Value.ToString());
                context.Abort();
                return;
            case StoreFault.Slow:
                _tally.Land(CallOf(context.Request), fault.Value.ToString());
                await Task.Delay(TimeSpan.FromMilliseconds(Next(100, 1500)), context.RequestAborted);
                break;
        }
        try
        {
            await ForwardAsync(context, fault);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort(); // either side went away: so does the other
        }
    }

    private async Task ForwardAsync(HttpContext context, StoreFault? fault)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_target.GetLeftPart(UriPartial.Authority) + context.Features.Get<IHttpRequestFeature>()!.RawTarget, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Host = context.Request.Host.Value; // it is signed
        if (context.Request.ContentLength is not null) request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, value) in context.Request.Headers.Where(h => !Hops.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray())) request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (fault == StoreFault.CutAfter)
        {
            _tally.Land(CallOf(context.Request), fault.Value.ToString());
            context.Abort();
            return;
        }
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, value) in answer.Headers.Concat(answer.Content.Headers).Where(h => !Hops.Contains(h.Key, StringComparer.OrdinalIgnoreCase))) context.Response.Headers[name] = value.ToArray();
        if (context.Request.Method == "HEAD" || answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified) return;
        var length = answer.IsSuccessStatusCode && fault is StoreFault.HalfBody or StoreFault.WrongByte ? answer.Content.Headers.ContentLength ?? 0 : 0;
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        if (length > 0) await SpoilAsync(context, body, length, fault!.Value);
        else await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task SpoilAsync(HttpContext context, Stream body, long length, StoreFault fault)
    {
        _tally.Land(CallOf(context.Request), fault.ToString());
        var (at, position, buffer) = (fault == StoreFault.HalfBody ? length / 2 : NextLong(length), 0L, new byte[1 << 16]);
        while (await body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
        {
            if (fault == StoreFault.HalfBody && position + read > at)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, (int)(at - position)), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
                return;
            }
            if (fault == StoreFault.WrongByte && at >= position && at < position + read) buffer[at - position] ^= 0x10;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            position += read;
        }
    }

    private int Next(int from, int to)
    {
        lock (_gate) return _random.Next(from, to);
    }

    private long NextLong(long to)
    {
        lock (_gate) return _random.NextInt64(to);
    }
}
