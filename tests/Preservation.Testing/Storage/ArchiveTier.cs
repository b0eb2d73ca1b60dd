using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Preservation.Testing.Storage;

/// <summary>
/// A gateway whose objects lie in an archive tier, as a cloud's do: nothing is read before a restore was asked for and has been done. Everything else goes to the real server
/// behind it, which has no such tier.
/// </summary>
public sealed class ArchiveTier : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _behind = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly ConcurrentDictionary<string, bool> _awake = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly Task _serving;

    public ArchiveTier()
    {
        using (var port = new TcpListener(IPAddress.Loopback, 0))
        {
            port.Start();
            Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}");
        }
        _listener.Prefixes.Add(Endpoint + "");
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Endpoint { get; }

    /// <summary>Reads that were refused.</summary>
    public int Refused => _refused;

    private int _refused;

    /// <summary>What was sent with each restore that was asked for.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>The hours go by: what was asked for can be read.</summary>
    public void Wake()
    {
        foreach (var path in _awake.Keys) _awake[path] = true;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
        _behind.Dispose();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // stopped
            }
            try
            {
                await AnswerAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or HttpRequestException or IOException)
            {
                context.Response.Abort();
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var (request, path) = (context.Request, context.Request.Url!.AbsolutePath);
        var isObject = path.Count(c => c == '/') > 1 && path[^1] != '/';
        if (request.HttpMethod == "GET" && isObject && !_awake.GetValueOrDefault(path))
        {
            Interlocked.Increment(ref _refused);
            await SayAsync(context.Response, HttpStatusCode.Forbidden, "InvalidObjectState");
        }
        else if (request.HttpMethod == "POST" && request.Url!.Query == "?restore")
        {
            using var reader = new StreamReader(request.InputStream);
            var body = await reader.ReadToEndAsync();
            if (!_awake.TryAdd(path, false))
            {
                await SayAsync(context.Response, HttpStatusCode.Conflict, "RestoreAlreadyInProgress");
                return;
            }
            _asked.Enqueue(body);
            context.Response.StatusCode = (int)HttpStatusCode.Accepted;
            context.Response.Close();
        }
        else await PassOnAsync(context);
    }

    private static async Task SayAsync(HttpListenerResponse response, HttpStatusCode status, string code)
    {
        response.StatusCode = (int)status;
        response.ContentType = "application/xml";
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>"));
        response.Close();
    }

    // The host stays as the client signed it.
    private async Task PassOnAsync(HttpListenerContext context)
    {
        var request = context.Request;
        using var passed = new HttpRequestMessage(new HttpMethod(request.HttpMethod), new Uri(S3Bucket.Options().Endpoint.GetLeftPart(UriPartial.Authority) + request.RawUrl, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        body.Position = 0;
        if (request.HasEntityBody) passed.Content = new StreamContent(body);
        foreach (var name in request.Headers.AllKeys.OfType<string>().Where(n => n is not ("Expect" or "Connection" or "Content-Length" or "Transfer-Encoding")))
            if (!passed.Headers.TryAddWithoutValidation(name, request.Headers[name])) passed.Content?.Headers.TryAddWithoutValidation(name, request.Headers[name]);
        using var answer = await _behind.SendAsync(passed);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var header in answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key is not ("Connection" or "Transfer-Encoding" or "Content-Length")))
            context.Response.Headers[header.Key] = string.Join(", ", header.Value);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        context.Response.ContentLength64 = request.HttpMethod == "HEAD" ? answer.Content.Headers.ContentLength ?? 0 : bytes.Length;
        if (request.HttpMethod != "HEAD") await context.Response.OutputStream.WriteAsync(bytes);
        context.Response.Close();
    }
}
