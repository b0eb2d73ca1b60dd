using System.Net.Http.Headers;
using System.Text.Json;

namespace Preservation.Cli.Submitting;

/// <summary>The server's API over a line that breaks: what may be served later is asked again, until patience ends.</summary>
internal sealed class ArchiveServer : IDisposable
{
    private static readonly TimeSpan LongestStandStill = TimeSpan.FromSeconds(60);
    private readonly HttpClient _client;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;

    public ArchiveServer(SubmitRequest request, TimeProvider clock)
    {
        (_patience, _clock) = (request.Patience, clock);
        // Credentials go to the server that was named, and nowhere else.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30) }) { BaseAddress = request.Server, Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", request.Key);
    }

    /// <summary>The longest time in which nothing moves on a line before it counts as broken: a line can go dead without either side being told.</summary>
    public TimeSpan StandStill => _patience < LongestStandStill ? _patience : LongestStandStill;

    /// <summary>A wait for this server.</summary>
    public Patience Patience() => new(_patience, _clock);

    /// <summary>Sends once.</summary>
    /// <exception cref="HttpRequestException">The line broke.</exception>
    public async Task<ServerAnswer> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellationToken);
        try
        {
            return await ServerAnswer.ReadAsync(response, cancellationToken);
        }
        catch (JsonException e)
        {
            throw new HttpRequestException($"the server's answer cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Sends, until an answer comes that is not for later, what is told in one piece and answered at once.</summary>
    /// <exception cref="OutOfPatienceException">None came.</exception>
    public async Task<ServerAnswer> InsistAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var patience = Patience();
        while (true)
        {
            TimeSpan? asked = null;
            try
            {
                using var message = make();
                using var stall = Stall(cancellationToken);
                var answer = await SendAsync(message, stall.Token);
                if (!answer.IsForLater) return answer;
                asked = answer.RetryAfter;
            }
            catch (Exception e) when (IsBroken(e, cancellationToken))
            {
                // The request is one that may be repeated.
            }
            await patience.WaitAsync(asked, cancellationToken);
        }
    }

    /// <summary>A document of the API.</summary>
    /// <exception cref="HttpRequestException">The server refuses it.</exception>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await InsistAsync(() => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        return answer is { IsWell: true, Body: { } body } ? body : throw new HttpRequestException($"{path}: the server answered {(int)answer.Status} {answer.Code}");
    }

    /// <summary>A file of the API.</summary>
    /// <exception cref="HttpRequestException">The line broke for good, or the server refuses it.</exception>
    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancellationToken)
    {
        var patience = Patience();
        while (true)
        {
            try
            {
                using var stall = Stall(cancellationToken);
                using var response = await _client.GetAsync(path, stall.Token);
                if (response.IsSuccessStatusCode) return await response.Content.ReadAsByteArrayAsync(stall.Token);
                if ((int)response.StatusCode < 500) throw new FileNotFoundException($"{path}: the server answered {(int)response.StatusCode}");
            }
            catch (Exception e) when (IsBroken(e, cancellationToken))
            {
                // It is read again.
            }
            await patience.WaitAsync(null, cancellationToken);
        }
    }

    /// <summary>Ends a request on which nothing moves.</summary>
    public CancellationTokenSource Stall(CancellationToken cancellationToken)
    {
        var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(StandStill);
        return stall;
    }

    /// <summary>Did the line break or go dead?</summary>
    public static bool IsBroken(Exception exception, CancellationToken cancellationToken) => exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    public void Dispose() => _client.Dispose();
}
