using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Preservation.Server.Tests.Api.Ts119512;

namespace Preservation.Server.Tests.Api.Log;

/// <summary>Receipts as an agency got them over the API, in a folder of its own, and the client that holds the log against them.</summary>
internal sealed class HeldReceipts : IDisposable
{
    private readonly HttpClient _http;
    private readonly ApiServer _server;
    private readonly string _folder = Directory.CreateTempSubdirectory("held-").FullName;

    public HeldReceipts(ApiServer server)
    {
        _server = server;
        _http = new HttpClient { BaseAddress = new Uri(server.Server.Address) };
    }

    public async Task<string> TakeAsync(Guid submission, string kind = "bytesReceived", string copy = "")
    {
        var path = Path.Join(_folder, $"{copy}{submission:N}-{kind}.json");
        await File.WriteAllBytesAsync(path, await GetAsync("producer", $"/api/v1/submissions/{submission}/receipts/{kind}"));
        await File.WriteAllBytesAsync(path + ".p7s", await GetAsync("producer", $"/api/v1/submissions/{submission}/receipts/{kind}/seal"));
        return path;
    }

    public async Task<byte[]> GetAsync(string person, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _server.Archive.KeyOf(person));
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Saves the log as this person may have it.</summary>
    public async Task<string> ExportAsync(string person = "auditor")
    {
        var path = Path.Join(_folder, "log.jsonl");
        await File.WriteAllBytesAsync(path, await GetAsync(person, "/api/v1/log/export"));
        return path;
    }

    /// <summary>Runs <c>preserve audit</c>.</summary>
    public async Task<(int Exit, JsonElement Json)> AuditAsync(string person, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program(), ["audit", .. arguments, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PRESERVE_KEY"] = _server.Archive.KeyOf(person);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.That(await output, Does.StartWith("{"), await error);
        return (process.ExitCode, JsonDocument.Parse(await output).RootElement);
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Program()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = at.Name;
        while (!File.Exists(Path.Join(at!.FullName, "Preservation.sln"))) at = at.Parent;
        return Path.Join(at.FullName, "artifacts", "bin", "Preservation.Cli", configuration, "preserve");
    }
}
