using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Preservation.Core.Digests;

namespace Preservation.Cli.Verbs;

/// <summary><c>submit PATH --server URL --key KEY --agreement CODE [--wait]</c>: sends a package and follows it to its outcome; saves the receipts.</summary>
internal static class Submit
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly string[] Ends = ["rejected", "returned", "preserved", "tested"];

    private sealed record Request(string Path, Uri Server, string Key, string? Agreement, string? RecordStatus, bool Wait, bool Json);

    public static Command Command()
    {
        var path = new Argument<string>("PATH");
        var server = new Option<Uri>("--server")
        {
            Required = true,
            CustomParser = Address,
        };
        var key = new Option<string?>("--key") { Description = "API key; better in the environment: PRESERVE_KEY" };
        var agreement = new Option<string?>("--agreement") { Description = "code of the submission agreement; not needed where there is only one" };
        var status = new Option<string?>("--record-status") { Description = "NEW (default) or TEST" };
        var wait = new Option<bool>("--wait") { Description = "follow the submission until it waits for a person or ends" };
        var json = new Option<bool>("--json");
        var command = new Command("submit", "sends a package to a server") { path, server, key, agreement, status, wait, json };
        command.SetAction((parsed, token) => RunAsync(new Request(parsed.GetRequiredValue(path), parsed.GetRequiredValue(server),
            parsed.GetValue(key) ?? Environment.GetEnvironmentVariable("PRESERVE_KEY") ?? "", parsed.GetValue(agreement), parsed.GetValue(status), parsed.GetValue(wait), parsed.GetValue(json)), token));
        return command;
    }

    /// <summary>Reads the address of a server.</summary>
    internal static Uri? Address(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return uri;
        result.AddError("--server takes an http or https address");
        return null;
    }

    private static async Task<int> RunAsync(Request request, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = request.Server, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", request.Key);
        string sha256;
        await using (var file = new FileStream(request.Path, FileMode.Open, FileAccess.Read))
            sha256 = (await StreamDigest.ComputeAsync(file, [DigestAlgorithm.Sha256], cancellationToken))[DigestAlgorithm.Sha256].Hex;
        using var response = await SendAsync(client, request, sha256, cancellationToken);
        var answer = await ReadAsync(response, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            await Console.Error.WriteLineAsync($"preserve: the server refused ({(int)response.StatusCode}): {answer}");
            if (request.Json)
                Output.WriteJson(json =>
                {
                    json.WriteNull("submission");
                    json.WriteString("state", "refused");
                    json.WriteNull("receipt");
                    WriteMember(json, "problem", answer);
                });
            return (int)response.StatusCode < 500 ? ExitCodes.AtFault : ExitCodes.NotJudged;
        }
        var id = answer.GetProperty("submission").GetString()!;
        var submission = request.Wait ? await FollowAsync(client, id, cancellationToken) : await GetAsync(client, id, cancellationToken);
        var receipt = await SaveReceiptsAsync(client, request.Path, submission, cancellationToken);
        return Write(request, id, submission, receipt);
    }

    // A line that breaks is tried again with the same key: the server answers the repeat without taking the package twice.
    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Request request, string sha256, CancellationToken cancellationToken)
    {
        var key = Guid.NewGuid().ToString("N");
        for (var attempt = 1; ; attempt++)
        {
            using var form = new MultipartFormDataContent
            {
                { new StringContent(sha256), "sha256" }, { new StringContent(request.RecordStatus ?? "NEW"), "recordStatus" },
            };
            if (request.Agreement is not null) form.Add(new StringContent(request.Agreement), "agreement");
            form.Add(new StreamContent(new FileStream(request.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, useAsync: true)), "package", Path.GetFileName(request.Path));
            using var message = new HttpRequestMessage(HttpMethod.Post, "api/v1/submissions") { Content = form };
            message.Headers.Add("Idempotency-Key", key);
            try
            {
                var response = await client.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellationToken);
                if ((int)response.StatusCode < 500 || attempt == 5) return response;
                response.Dispose();
            }
            catch (HttpRequestException) when (attempt < 5)
            {
                await Console.Error.WriteLineAsync("preserve: the connection broke; sending again");
            }
            await Task.Delay(TimeSpan.FromSeconds(attempt), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string id, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync($"api/v1/submissions/{id}", cancellationToken);
        return await ReadAsync(response.EnsureSuccessStatusCode(), cancellationToken);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken);
        return document.RootElement.Clone();
    }

    private static void WriteMember(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }

    private static async Task<JsonElement> FollowAsync(HttpClient client, string id, CancellationToken cancellationToken)
    {
        var last = "";
        var pause = TimeSpan.FromMilliseconds(300);
        while (true)
        {
            var submission = await GetAsync(client, id, cancellationToken);
            var state = submission.GetProperty("state").GetString()!;
            if (state != last) await Console.Error.WriteLineAsync($"preserve: {state}");
            last = state;
            if (Ends.Contains(state) || state == "awaitingApproval") return submission;
            await Task.Delay(pause, TimeProvider.System, cancellationToken);
            if (pause < LongestPause) pause *= 1.2; // what takes long is asked for less often
        }
    }

    private static async Task<string?> SaveReceiptsAsync(HttpClient client, string path, JsonElement submission, CancellationToken cancellationToken)
    {
        string? newest = null;
        foreach (var receipt in submission.GetProperty("receipts").EnumerateArray())
        {
            var href = receipt.GetProperty("href").GetString()!;
            newest = $"{path}.receipt-{receipt.GetProperty("kind").GetString()}.json";
            await File.WriteAllBytesAsync(newest, await client.GetByteArrayAsync(href, cancellationToken), cancellationToken);
            await File.WriteAllBytesAsync(newest + ".p7s", await client.GetByteArrayAsync(href + "/seal", cancellationToken), cancellationToken);
        }
        return newest;
    }

    private static int Write(Request request, string id, JsonElement submission, string? receipt)
    {
        var state = submission.GetProperty("state").GetString()!;
        if (request.Json)
            Output.WriteJson(json =>
            {
                json.WriteString("submission", id);
                json.WriteString("state", state);
                json.WriteString("receipt", receipt);
                WriteMember(json, "package", submission.GetProperty("packageId"));
                WriteMember(json, "findings", submission.GetProperty("findings"));
            });
        else
        {
            foreach (var f in submission.GetProperty("findings").EnumerateArray())
                Console.Out.WriteLine($"{f.GetProperty("severity").GetString(),-7} {f.GetProperty("code").GetString(),-12} {f.GetProperty("path").GetString()}  {f.GetProperty("message").GetProperty("en").GetString()}");
            Console.Out.WriteLine($"{id}  {state}  receipt: {receipt ?? "none"}");
        }
        return state is "rejected" or "returned" ? ExitCodes.AtFault : ExitCodes.Well;
    }
}
