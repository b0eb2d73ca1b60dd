using System.IO.Compression;
using System.Net;
using System.Text.Json;

namespace Preservation.EndToEnd.Tests;

/// <summary>An auditor with a mandate for one case: what he sees, what he does not, and what he takes with him.</summary>
internal sealed class CaseTests
{
    private Rooms _rooms = null!;
    private string _key = "", _folder = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _rooms = await Rooms.StartAsync();
        var administrator = _rooms.Archive.Administrator;
        var id = (await administrator.PostAsync("/api/v1/principals", new { kind = "person", name = "Thanh tra viên" })).GetProperty("id").GetString();
        await administrator.PostAsync($"/api/v1/principals/{id}/grants", new { role = "auditor", scope = "case", packageId = _rooms.Own.Package, basis = "QĐ-12/TTr" });
        _key = (await administrator.PostAsync($"/api/v1/principals/{id}/keys", new { })).GetProperty("key").GetString()!;
        _folder = Directory.CreateTempSubdirectory("case-").FullName;
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_rooms is not null) await _rooms.DisposeAsync();
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task The_case_is_told_from_receipt_to_log()
    {
        var (status, body) = await _rooms.SendAsync(HttpMethod.Get, $"/api/v1/packages/{_rooms.Own.Package}/case", _key);
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body);
        var view = JsonDocument.Parse(body).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(view.GetProperty("submissions").EnumerateArray().Select(s => s.GetProperty("id").GetString()), Is.EqualTo(new[] { _rooms.Own.Submissions[0] }));
            Assert.That(view.GetProperty("submissions")[0].GetProperty("receipts").EnumerateArray().Select(r => r.GetProperty("kind").GetString()), Is.EquivalentTo(new[] { "bytesReceived", "preserved" }));
            Assert.That(view.GetProperty("events").GetArrayLength(), Is.GreaterThan(3));
            Assert.That(view.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("action").GetString()), Is.SupersetOf(new[] { "submission.receive", "submission.checked", "package.preserved", "receipt.issued" }));
        });
    }

    [Test]
    public async Task Nothing_beside_the_case_is_told_at_any_door()
    {
        // The case is the first submission; the agency's other things are as closed to the mandate as another agency's.
        var own = _rooms.Own;
        string[] closed = [.. own.Submissions.Skip(1), own.Upload, own.Webhook, own.Agreement, own.Task, own.Registration, own.Credential, own.Grant, .. _rooms.Foreign.Marks];
        var wrong = new List<string>();
        var asked = 0;
        foreach (var path in _rooms.Paths.EnumerateObject().Where(p => p.Name.StartsWith("/api/v1/", StringComparison.Ordinal) && p.Value.TryGetProperty("get", out _)).Select(p => p.Name))
            foreach (var (room, isCase) in new[] { (own, true), (_rooms.Foreign, false) })
            {
                var filled = path.Replace("{id}", path.Contains("/packages/", StringComparison.Ordinal) ? room.Package : path.Contains("/submissions/", StringComparison.Ordinal) ? isCase ? own.Submissions[1] : room.Submissions[0]
                        : path.Contains("/registrations/", StringComparison.Ordinal) ? room.Registration : path.Contains("/webhooks/", StringComparison.Ordinal) ? room.Webhook : room.Upload, StringComparison.Ordinal)
                    .Replace("{kind}", "bytesReceived", StringComparison.Ordinal).Replace("{part}", "report.json", StringComparison.Ordinal).Replace("{path}", room.File, StringComparison.Ordinal);
                if (path.EndsWith("/trace", StringComparison.Ordinal)) filled += $"?path={Uri.EscapeDataString(room.File)}";
                if (path.EndsWith("/proofs", StringComparison.Ordinal)) filled += $"?entry={room.Entry}";
                asked++;
                var (status, body) = await _rooms.SendAsync(HttpMethod.Get, filled, _key);
                if ((int)status >= 500) wrong.Add($"{filled}: {(int)status}");
                if (!isCase && path.Contains('{', StringComparison.Ordinal) && status == HttpStatusCode.OK) wrong.Add($"{filled}: {(int)status}");
                if (isCase && path.Contains("/submissions/{id}", StringComparison.Ordinal) && status == HttpStatusCode.OK) wrong.Add($"{filled}: another submission of the agency");
                if (path.EndsWith("/files/{path}", StringComparison.Ordinal) && status == HttpStatusCode.OK) wrong.Add($"{filled}: content");
                if (closed.FirstOrDefault(m => body.Contains(m, StringComparison.OrdinalIgnoreCase)) is { } mark) wrong.Add($"{filled} shows {mark}");
            }
        Assert.That(wrong, Is.Empty);
        Assert.That(asked, Is.GreaterThan(60));
    }

    [Test]
    public async Task The_case_file_is_checked_by_public_tools_and_finds_what_was_changed()
    {
        var zip = Path.Join(_folder, "case.zip");
        await Eventually.TrueAsync("a time-stamped head covers entries of the case", async () =>
        {
            await File.WriteAllBytesAsync(zip, await _rooms.Archive.With(_key).GetBytesAsync($"/api/v1/packages/{_rooms.Own.Package}/case/file"));
            using var archive = ZipFile.OpenRead(zip);
            return archive.Entries.Any(e => e.FullName.EndsWith("check_audit.py", StringComparison.Ordinal) || e.FullName == "batch-001.zip");
        }, _rooms.Archive.Deployment.Tail);
        var folder = Path.Join(_folder, "open");
        await ZipFile.ExtractToDirectoryAsync(zip, folder);
        if (File.Exists(Path.Join(folder, "batch-001.zip"))) await ZipFile.ExtractToDirectoryAsync(Path.Join(folder, "batch-001.zip"), folder = Path.Join(folder, "first"));
        Assert.That(Directory.EnumerateFiles(Path.Join(folder, "case")).Select(Path.GetFileName), Is.SupersetOf(new[] { "case.json", "cover-sheet-vi.pdf", "cover-sheet-en.pdf", "digests.txt", "digests.txt.p7s", "seal.pem" }));
        var page = (await File.ReadAllTextAsync(Path.Join(folder, "README.txt"))).Split("BẰNG CHỨNG CHO")[0];
        var commands = page[page.IndexOf("8. The case", StringComparison.Ordinal)..].Split('\n').Where(l => l.StartsWith("       ", StringComparison.Ordinal)).ToList();
        Assert.That(commands, Has.Count.EqualTo(3));
        commands.Add("qpdf --check case/cover-sheet-vi.pdf && grep -q pdfaid:part case/cover-sheet-vi.pdf");
        if (File.Exists(Path.Join(folder, "check_audit.py"))) commands.Add("python3 check_audit.py");
        foreach (var command in commands)
        {
            var good = await Machine.RunAsync("bash", "-c", $"cd '{folder}' && {command}");
            Assert.That(good.Exit, Is.Zero, command + "\n" + good.Output + good.Error);
        }
        var receipt = Directory.EnumerateFiles(Path.Join(folder, "case"), "receipt-*-preserved.json").Single();
        await File.WriteAllTextAsync(receipt, (await File.ReadAllTextAsync(receipt)).Replace("preserved", "Preserved", StringComparison.Ordinal));
        foreach (var command in new[] { commands[0], commands[2] })
            Assert.That((await Machine.RunAsync("bash", "-c", $"cd '{folder}' && {command}")).Exit, Is.Not.Zero, command);
    }
}
