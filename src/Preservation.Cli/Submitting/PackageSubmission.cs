using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Preservation.Core.Digests;

namespace Preservation.Cli.Submitting;

/// <summary>Takes one package from its file to its receipts.</summary>
internal sealed class PackageSubmission(ArchiveServer server, SubmitRequest request, TransferProgress progress, int number, TimeProvider clock)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly string[] Ends = ["rejected", "returned", "preserved", "tested"];
    private readonly string _path = request.Paths[number];

    /// <summary>The submission's id, as soon as there is one.</summary>
    public string? Id { get; private set; }

    /// <summary>Sends, and follows when that is wanted.</summary>
    /// <exception cref="IOException">The package or its state cannot be read or written, or the server could not be reached for too long.</exception>
    public async Task<SubmitOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var signature = request.Signature is null ? null : Convert.ToBase64String(await File.ReadAllBytesAsync(request.Signature, cancellationToken));
        var state = UploadState.Open(_path, request);
        if (state.Sha256 is null)
        {
            await using (var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read))
                state.Sha256 = (await StreamDigest.ComputeAsync(file, [DigestAlgorithm.Sha256], cancellationToken))[DigestAlgorithm.Sha256].Hex;
            state.Save();
        }
        var answer = await SendAsync(state, signature, cancellationToken);
        progress.Done();
        if (answer is not { IsWell: true, Body: { } body })
        {
            if (answer.Code == "digestMismatch") state.Forget(); // the package changed while it was sent: next time from the start
            return new SubmitOutcome(_path, "refused") { Problem = answer.Body, Status = (int)answer.Status };
        }
        var id = Id = body.GetProperty("submission").GetString()!;
        state.Forget();
        var submission = request.Wait ? await FollowAsync(id, cancellationToken) : await server.GetAsync($"api/v1/submissions/{id}", cancellationToken);
        return new SubmitOutcome(_path, submission.GetProperty("state").GetString()!) { Submission = id, Told = submission, Receipt = await SaveReceiptsAsync(submission, cancellationToken) };
    }

    private async Task<ServerAnswer> SendAsync(UploadState state, string? signature, CancellationToken cancellationToken)
    {
        var patience = server.Patience();
        while (true)
        {
            if (await new PackageUpload(server, request, _path, state, sent => progress.Sent(number, sent)).RunAsync(cancellationToken) is { } refusal) return refusal;
            var answer = await server.InsistAsync(() => Message(state, signature), cancellationToken);
            // The upload ended between the last byte and this: it is sent again.
            if (answer.Status != HttpStatusCode.NotFound && answer.Code != "uploadIncomplete") return answer;
            state.Upload = null;
            await patience.WaitAsync(answer.RetryAfter, cancellationToken);
        }
    }

    private HttpRequestMessage Message(UploadState state, string? signature)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("upload", state.Upload!.Split('/')[^1]);
            json.WriteString("sha256", state.Sha256);
            json.WriteString("recordStatus", request.RecordStatus);
            if (request.Agreement is not null) json.WriteString("agreement", request.Agreement);
            if (signature is not null) json.WriteString("packageSignature", signature);
            json.WriteEndObject();
        }
        var message = new HttpRequestMessage(HttpMethod.Post, "api/v1/submissions") { Content = new ByteArrayContent(buffer.ToArray()) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add("Idempotency-Key", state.Key);
        return message;
    }

    private async Task<JsonElement> FollowAsync(string id, CancellationToken cancellationToken)
    {
        var last = "";
        var pause = TimeSpan.FromMilliseconds(300);
        while (true)
        {
            var submission = await server.GetAsync($"api/v1/submissions/{id}", cancellationToken);
            var state = submission.GetProperty("state").GetString()!;
            if (state != last) progress.Say(request.Paths.Count == 1 ? $"preserve: {state}" : $"preserve: {_path}: {state}");
            last = state;
            if (Ends.Contains(state) || state == "awaitingApproval") return submission;
            await Task.Delay(pause, clock, cancellationToken);
            if (pause < LongestPause) pause *= 1.2; // what takes long is asked for less often
        }
    }

    private async Task<string?> SaveReceiptsAsync(JsonElement submission, CancellationToken cancellationToken)
    {
        string? newest = null;
        foreach (var receipt in submission.GetProperty("receipts").EnumerateArray())
        {
            var href = receipt.GetProperty("href").GetString()!;
            newest = $"{_path}.receipt-{receipt.GetProperty("kind").GetString()}.json";
            await File.WriteAllBytesAsync(newest, await server.GetBytesAsync(href, cancellationToken), cancellationToken);
            await File.WriteAllBytesAsync(newest + ".p7s", await server.GetBytesAsync(href + "/seal", cancellationToken), cancellationToken);
        }
        return newest;
    }
}
