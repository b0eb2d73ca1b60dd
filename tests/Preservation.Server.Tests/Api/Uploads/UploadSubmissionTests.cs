using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Staging;
using Preservation.Workflow.Uploads;

namespace Preservation.Server.Tests.Api.Uploads;

/// <summary>A submission is made of a complete upload, once, as if the package had come whole.</summary>
internal sealed class UploadSubmissionTests
{
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes("một gói tin " + new string('x', 5000));
    private UploadServer _server = null!;

    [OneTimeSetUp]
    public async Task Start() => _server = await UploadServer.StartAsync();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [TestCase(1)]
    [TestCase(3)]
    public async Task A_complete_upload_becomes_a_submission_with_its_receipt(int pieces)
    {
        var upload = await UploadAsync(pieces);
        var answer = await SubmitAsync(upload, Guid.NewGuid().ToString());
        Assert.That(answer.Status, Is.EqualTo(202), answer.Body);
        var id = Guid.Parse(JsonDocument.Parse(answer.Body).RootElement.GetProperty("submission").GetString()!);
        Assert.That(answer["Location"], Is.EqualTo($"/api/v1/submissions/{id}"));
        await using var session = await _server.BeginSessionAsync();
        var submission = await session.Rows.Submissions.SingleAsync(s => s.Id == id);
        Assert.That((submission.FileName, submission.Bytes, Convert.ToHexStringLower(submission.Sha256), submission.State), Is.EqualTo(("gói.zip", (long)Bytes.Length, UploadServer.Hex(Bytes), SubmissionState.Received)));
        Assert.That(await File.ReadAllBytesAsync(_server.Server.Services.GetRequiredService<StagingArea>().PathOf(submission.StagingKey!)), Is.EqualTo(Bytes));
        var receipt = await _server.SendAsync("GET", $"/api/v1/submissions/{id}/receipts/bytesReceived");
        receipt.Says(200, UploadServer.Hex(Bytes));
        Assert.That((await _server.HeadAsync(upload))["Upload-Offset"], Is.EqualTo($"{Bytes.Length}"), "whoever resumes sees that nothing is to be sent");
        Assert.That((await _server.SendAsync("DELETE", upload)).Status, Is.EqualTo(409));
        await _server.Server.Services.GetRequiredService<UploadSweeper>().RunAsync(default);
        Assert.That(Directory.EnumerateFiles(Path.Join(_server.Server.Staging, "uploads")).Select(Path.GetFileName), Does.Not.Contain(Guid.Parse(upload.Split('/')[^1]).ToString("N")), "one name of the bytes is enough");
        Assert.That(await File.ReadAllBytesAsync(_server.Server.Services.GetRequiredService<StagingArea>().PathOf(submission.StagingKey!)), Is.EqualTo(Bytes));
    }

    [Test]
    public async Task Repeated_with_its_key_it_is_answered_as_before_and_with_another_refused()
    {
        var upload = await UploadAsync(1);
        var key = Guid.NewGuid().ToString();
        var first = await SubmitAsync(upload, key);
        var again = await SubmitAsync(upload, key);
        Assert.That((again.Status, again.Body), Is.EqualTo((202, first.Body)));
        var other = await SubmitAsync(upload, Guid.NewGuid().ToString());
        other.Says(409, "uploadTaken", first["Location"]!);
        await using var form = new MemoryStream(Bytes);
        using var whole = new MultipartFormDataContent { { new StringContent(UploadServer.Hex(Bytes)), "sha256" }, { new StringContent("NV"), "agreement" }, { new StreamContent(form), "package", "gói.zip" } };
        var multipart = await _server.SendAsync("POST", "/api/v1/submissions", [("Idempotency-Key", key)], whole);
        Assert.That((multipart.Status, multipart.Body), Is.EqualTo((202, first.Body)), "the same bytes under the same key are the same request, however they come");
    }

    [Test]
    public async Task Many_who_submit_one_upload_at_once_make_one_submission()
    {
        var upload = await UploadAsync(2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SubmitAsync(upload, Guid.NewGuid().ToString())));
        Assert.That(answers.Count(a => a.Status == 202), Is.EqualTo(1), string.Join('\n', answers.Select(a => $"{a.Status} {a.Body}")));
        Assert.That(answers.Where(a => a.Status != 202).Select(a => a.Status), Is.All.EqualTo(409).Or.EqualTo(423));
    }

    [Test]
    public async Task Other_bytes_than_the_sender_announced_make_no_submission_and_the_upload_stays()
    {
        var upload = await UploadAsync(2);
        var answer = await SubmitAsync(upload, Guid.NewGuid().ToString(), sha256: new string('0', 64));
        answer.Says(422, "digestMismatch");
        Assert.That((await SubmitAsync(upload, Guid.NewGuid().ToString())).Status, Is.EqualTo(202), "it was the announcement that was wrong");
    }

    [Test]
    public async Task An_upload_that_is_not_complete_or_not_there_makes_no_submission()
    {
        var upload = await _server.BeginAsync(Bytes.Length);
        await _server.PatchAsync(upload, 0, Bytes[..100]);
        var answer = await SubmitAsync(upload, Guid.NewGuid().ToString());
        answer.Says(409, "100 of", "uploadIncomplete");
        await _server.SendAsync("DELETE", upload);
        Assert.That((await SubmitAsync(upload, Guid.NewGuid().ToString())).Status, Is.EqualTo(404));
        Assert.That((await SubmitAsync($"/{Guid.NewGuid()}", Guid.NewGuid().ToString())).Status, Is.EqualTo(404));
    }

    [TestCase("""{"sha256":"00"}""", "upload")]
    [TestCase("""{"upload":"x"}""", "badRequest")]
    [TestCase("""{"upload":"{0}","sha256":"00"}""", "sha256")]
    [TestCase("""{"upload":"{0}","sha256":"{1}","recordStatus":"OLD"}""", "recordStatus")]
    [TestCase("""{"upload":"{0}","sha256":"{1}","packageSignature":"?"}""", "packageSignature")]
    [TestCase("""{"upload":"{0}","sha256":"{1}","agreement":"TC"}""", "agreement")]
    [TestCase("""{"upload":"{0}","sha256":"{1}","agrement":"NV"}""", "badRequest")]
    [TestCase("""null""", "upload")]
    [TestCase("""{""", "badRequest")]
    public async Task A_document_that_says_something_else_is_refused(string document, string tells)
    {
        var text = document.Replace("{0}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{1}", UploadServer.Hex(Bytes), StringComparison.Ordinal);
        var answer = await _server.SendAsync("POST", "/api/v1/submissions", [("Idempotency-Key", "x")], new StringContent(text, Encoding.UTF8, "application/json"));
        answer.Says(400, tells);
        var longer = await _server.SendAsync("POST", "/api/v1/submissions", [("Idempotency-Key", "x")], new StringContent(new string(' ', 200_000) + text, Encoding.UTF8, "application/json"));
        Assert.That(longer.Status, Is.EqualTo(413));
    }

    [Test]
    public async Task Bytes_that_lay_for_days_do_not_look_left_behind_when_they_become_a_submission()
    {
        var upload = await UploadAsync(1);
        File.SetLastWriteTimeUtc(Path.Join(_server.Server.Staging, "uploads", Guid.Parse(upload.Split('/')[^1]).ToString("N")), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var id = JsonDocument.Parse((await SubmitAsync(upload, Guid.NewGuid().ToString())).Body).RootElement.GetProperty("submission").GetGuid();
        var staged = _server.Server.Services.GetRequiredService<StagingArea>().Keys().Single(k => k.Key == id.ToString("N"));
        Assert.That(staged.At, Is.EqualTo(_server.Server.Clock.GetUtcNow()).Within(TimeSpan.FromSeconds(1)));
    }

    private async Task<string> UploadAsync(int pieces)
    {
        var upload = await _server.BeginAsync(Bytes.Length);
        var size = (Bytes.Length + pieces - 1) / pieces;
        for (var at = 0; at < Bytes.Length; at += size) Assert.That((await _server.PatchAsync(upload, at, Bytes[at..Math.Min(Bytes.Length, at + size)])).Status, Is.EqualTo(204));
        return upload;
    }

    private Task<Answer> SubmitAsync(string upload, string key, string? sha256 = null) => _server.SendAsync("POST", "/api/v1/submissions", [("Idempotency-Key", key)],
        new StringContent($$"""{"upload":"{{upload.Split('/')[^1]}}","sha256":"{{sha256 ?? UploadServer.Hex(Bytes)}}","agreement":"NV"}""", Encoding.UTF8, "application/json"));
}
