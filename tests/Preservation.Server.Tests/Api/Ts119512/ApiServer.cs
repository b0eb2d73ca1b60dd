using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Preservation.Server.Tests.Pages.Browser;

namespace Preservation.Server.Tests.Api.Ts119512;

/// <summary>The server with the sample archive, asked over HTTP.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly HttpClient _http;

    private ApiServer(PageServer server, SampleArchive archive)
    {
        (Server, Archive) = (server, archive);
        _http = new HttpClient { BaseAddress = new Uri(server.Address) };
    }

    public PageServer Server { get; }

    public SampleArchive Archive { get; }

    public static async Task<ApiServer> StartAsync()
    {
        var server = await PageServer.StartAsync();
        return new ApiServer(server, await SampleArchive.CreateAsync(server));
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(string person, string operation, object message) => SendAsync(person, operation, JsonSerializer.Serialize(message));

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(string person, string operation, string message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/preservation/{operation}") { Content = new StringContent(message, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Archive.KeyOf(person));
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    public async Task<string> GetAsync(string path) => await _http.GetStringAsync(new Uri(path, UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }
}
