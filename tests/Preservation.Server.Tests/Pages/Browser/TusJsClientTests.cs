using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Testing;
using Preservation.Workflow.Uploads;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>The public tus-js-client, unchanged, in a browser against the running server.</summary>
internal sealed class TusJsClientTests : BrowserTest
{
    private const int Length = 300_000;
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, Length).Select(i => (byte)(i % 251))];

    // Options come as JSON; what the test asks for beside them is done at the first progress.
    private const string Script = """
        async ([options, key, act]) => {
          const bytes = new Uint8Array(300000); for (let i = 0; i < bytes.length; i++) bytes[i] = i % 251;
          const file = new File([bytes], 'hồ sơ.zip', { lastModified: 1 });
          const seen = { statuses: [], methods: [], retries: 0 };
          const all = Object.assign({ endpoint: '/api/v1/uploads', headers: { Authorization: 'Bearer ' + key }, metadata: { filename: file.name }, retryDelays: [10, 20, 40, 80, 160],
            onAfterResponse: (request, response) => { seen.statuses.push(response.getStatus()); seen.methods.push(request.getMethod()); },
            onShouldRetry: (error, attempt, o) => { seen.retries++; const s = error.originalResponse ? error.originalResponse.getStatus() : 0; return s < 400 || s >= 500 || s === 409 || s === 423; } }, options);
          const send = previous => new Promise((done, fail) => {
            let acted = false;
            const upload = new tus.Upload(file, Object.assign({}, all, {
              onSuccess: () => done(upload), onError: fail,
              onChunkComplete: () => { if (act !== 'abort' || acted || previous) return; acted = true; upload.abort().then(() => done(upload)); } }));
            if (previous) upload.resumeFromPreviousUpload(previous);
            upload.start();
          });
          let upload = await send(null);
          if (act === 'abort') {
            const found = await upload.findPreviousUploads();
            seen.found = found.length;
            upload = await send(found[0]);
          }
          if (act === 'terminate') await tus.Upload.terminate(upload.url, all);
          return JSON.stringify(Object.assign(seen, { url: upload.url }));
        }
        """;

    [SetUp]
    public async Task OpenClient()
    {
        var bundle = Environment.GetEnvironmentVariable("PRESERVATION_TUS_JS");
        if (bundle is null || !File.Exists(bundle)) Prerequisite.Missing("PRESERVATION_TUS_JS names no tus-js-client: run ./deploy/test");
        // A page of the same origin with nothing of ours on it.
        await Page.RouteAsync("**/tus-client", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<!doctype html><title>tus</title>" }));
        await Page.GotoAsync("/tus-client");
        await Page.AddScriptTagAsync(new() { Path = bundle });
    }

    [TestCase("{}", "POST PATCH")]
    [TestCase("""{"chunkSize":100000}""", "POST PATCH PATCH PATCH")]
    [TestCase("""{"uploadDataDuringCreation":true}""", "POST")]
    [TestCase("""{"uploadDataDuringCreation":true,"chunkSize":150000}""", "POST PATCH")]
    [TestCase("""{"overridePatchMethod":true}""", "POST POST")]
    [TestCase("""{"addRequestId":true,"chunkSize":299999}""", "POST PATCH PATCH")]
    public async Task It_sends_a_file_of_which_a_submission_is_made(string options, string methods)
    {
        var seen = await RunAsync(options);
        Assert.That(string.Join(' ', seen.GetProperty("methods").EnumerateArray().Select(m => m.GetString())), Is.EqualTo(methods));
        await AssertWholeAsync(seen);
    }

    [Test]
    public async Task It_goes_on_where_it_was_stopped()
    {
        var seen = await RunAsync("""{"chunkSize":100000}""", "abort");
        Assert.That(seen.GetProperty("found").GetInt32(), Is.EqualTo(1));
        Assert.That(seen.GetProperty("methods").EnumerateArray().Select(m => m.GetString()), Does.Contain("HEAD"));
        Assert.That(seen.GetProperty("statuses").EnumerateArray().Count(s => s.GetInt32() == 201), Is.EqualTo(1), "no second upload was begun");
        await AssertWholeAsync(seen);
    }

    [Test]
    public async Task It_gets_through_a_line_that_breaks_again_and_again()
    {
        var asked = 0;
        await Page.RouteAsync("**/api/v1/uploads/*", route => ++asked % 3 == 0 ? route.AbortAsync() : route.ContinueAsync());
        var seen = await RunAsync("""{"chunkSize":30000}""");
        Assert.That(seen.GetProperty("retries").GetInt32(), Is.GreaterThan(2));
        await AssertWholeAsync(seen);
    }

    [Test]
    public async Task It_gives_an_upload_up()
    {
        var seen = await RunAsync("{}", "terminate");
        Assert.That(seen.GetProperty("statuses").EnumerateArray().Last().GetInt32(), Is.EqualTo(204));
        await using var session = await Archive.BeginAsync();
        var id = IdOf(seen);
        Assert.That((await session.Rows.Uploads.SingleAsync(u => u.Id == id)).State, Is.EqualTo(UploadState.Terminated));
    }

    private async Task<JsonElement> RunAsync(string options, string act = "")
    {
        using var parsed = JsonDocument.Parse(options);
        var answer = await Page.EvaluateAsync<string>(Script, new object[] { parsed.RootElement.EnumerateObject().ToDictionary(o => o.Name, o => o.Value.ValueKind == JsonValueKind.Number ? (object)o.Value.GetInt32() : o.Value.GetBoolean()), Archive.KeyOf("producer"), act });
        return JsonDocument.Parse(answer).RootElement;
    }

    private static async Task AssertWholeAsync(JsonElement seen)
    {
        using var part = Server.Services.GetRequiredService<UploadParts>().TryOpen(IdOf(seen))!;
        Assert.That((await part.DigestAsync(default)).Digests[0].Hex, Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes))));
        await using var session = await Archive.BeginAsync();
        var id = IdOf(seen);
        var upload = await session.Rows.Uploads.SingleAsync(u => u.Id == id);
        Assert.That((upload.FileName, upload.Received, upload.Length), Is.EqualTo(("hồ sơ.zip", (long)Length, (long)Length)));
    }

    private static Guid IdOf(JsonElement seen) => Guid.Parse(seen.GetProperty("url").GetString()!.Split('/')[^1]);
}
