using System.Text;
using System.Text.Json;

namespace Preservation.EndToEnd.Tests;

/// <summary>SUPPLEMENT and REPLACEMENT: a package goes on as a new version, and nothing it ever held is lost.</summary>
internal sealed class VersionTests
{
    private Archive _archive = null!;

    [OneTimeSetUp]
    public async Task Start() => _archive = await Archive.StartAsync(trace: "on");

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_archive is not null) await _archive.DisposeAsync();
    }

    [Test]
    public async Task A_supplement_adds_its_files_as_a_new_version_and_every_submission_stays_whole()
    {
        var id = $"urn:uuid:{Guid.NewGuid()}";
        var (first, package) = await PreserveAsync(new Bag { Id = id }.Add("a.txt", "một").Add("b.txt", "hai"));
        var (second, same) = await PreserveAsync(new Bag { Id = id }.Add("b.txt", "hai").Add("c.txt", "ba"), "SUPPLEMENT");
        Assert.That(same, Is.EqualTo(package));

        Assert.That(await TextAsync(package, "representations/rep1/data/a.txt"), Is.EqualTo("một"));
        Assert.That(await TextAsync(package, "representations/rep1/data/c.txt"), Is.EqualTo("ba"));
        Assert.That(await PathsAsync(package), Is.SupersetOf(new[] { "submission/data/a.txt", "submission/bag-info.txt", $"submission/{second}/data/c.txt", $"submission/{second}/bag-info.txt" }));
        Assert.That(await PathsAsync(package, 1), Does.Not.Contain("representations/rep1/data/c.txt").And.Contain("submission/bag-info.txt"));
        var versions = (await _archive.Auditor.GetAsync($"/api/v1/packages/{package}/versions")).GetProperty("items").EnumerateArray().Select(v => v.GetProperty("submission").GetString());
        Assert.That(versions, Is.EqualTo(new[] { first, second }));
        var types = (await _archive.Auditor.GetAsync($"/api/v1/packages/{package}/provenance")).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString()).ToList();
        Assert.That(types.Count(t => t == "virus check"), Is.EqualTo(2), "the events of both submissions");
        var premis = await TextAsync(package, "metadata/preservation/PREMIS.xml");
        Assert.That(premis.Split("<premis:eventType", StringSplitOptions.None).Length - 1, Is.GreaterThan(8), "the AIP tells of both");
        await Eventually.TrueAsync("the new files are under a time-stamp", async () => await UncoveredAsync(package) == 0, _archive.Deployment.Tail);
    }

    [Test]
    public async Task The_object_of_a_supplemented_dossier_and_both_its_versions_pass_every_check()
    {
        var folder = Directory.CreateTempSubdirectory();
        var one = await Dossier.PackAsync(Directory.CreateDirectory(Path.Join(folder.FullName, "1")).FullName, "H99.1", "Sở Nội vụ", "BOSUNG",
            new Dictionary<string, byte[]> { ["qd1.txt"] = Encoding.UTF8.GetBytes("Quyết định 1"), ["qd2.txt"] = Encoding.UTF8.GetBytes("Quyết định 2") });
        var two = await Dossier.PackAsync(Directory.CreateDirectory(Path.Join(folder.FullName, "2")).FullName, "H99.1", "Sở Nội vụ", "BOSUNG",
            new Dictionary<string, byte[]> { ["qd3.txt"] = Encoding.UTF8.GetBytes("Quyết định 3") }, "SUPPLEMENT", first: 3);
        var (first, package) = await PreserveAsync(await File.ReadAllBytesAsync(one), "NEW");
        var (second, same) = await PreserveAsync(await File.ReadAllBytesAsync(two), "NEW"); // its METS says SUPPLEMENT
        Assert.That(same, Is.EqualTo(package));
        var found = (await _archive.Producer.GetAsync("/api/v1/documents?notation=" + Uri.EscapeDataString("QĐ-BOSUNG"))).GetProperty("items").EnumerateArray().ToList();
        Assert.That(found.Select(d => d.GetProperty("code").GetString()), Is.EquivalentTo(new[] { "H99.1.2024.BOSUNG.0000001", "H99.1.2024.BOSUNG.0000002", "H99.1.2024.BOSUNG.0000003" }));
        Assert.That(found.Select(d => d.GetProperty("files").GetArrayLength()), Is.All.EqualTo(1));

        var ocfl = Path.Join(folder.FullName, "object");
        await DownloadObjectAsync(package, ocfl);
        var checkedObject = await Machine.RunAsync(Machine.Preserve, "check", ocfl, "--as", "ocfl-object", "--json");
        Assert.That(checkedObject.Exit, Is.Zero, checkedObject.Output + checkedObject.Error);
        var request = Path.Join(folder.FullName, "request.json");
        await File.WriteAllTextAsync(request, """{ "requestID": "YC-1", "requestDate": "2026-03-02", "purpose": "01" }""");
        foreach (var version in new[] { 1, 2 })
        {
            var aip = Path.Join(folder.FullName, $"aip-{version}", $"urn_uuid_{package}");
            await WriteStateAsync(ocfl, version, aip);
            var check = await Machine.RunAsync(Machine.Preserve, "check", aip, "--as", "tt05", "--json");
            Assert.That(check.Exit, Is.Zero, $"v{version}: {check.Output}{check.Error}");
            var shown = await Machine.RunAsync(Machine.Preserve, "check", ocfl, "--as", "tt05", "--version", $"v{version}", "--json");
            Assert.That(shown.Exit, Is.Zero, $"v{version}: {shown.Output}{shown.Error}");
            var eark = await Machine.RunAsync(Machine.Preserve, "check", ocfl, "--as", "eark", "--version", $"v{version}", "--json");
            var faults = JsonDocument.Parse(eark.Output).RootElement.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("severity").GetString() != "info").Select(f => f.GetProperty("code").GetString());
            Assert.That(faults, Is.EqualTo(new[] { "AIPM2" }), "Circular 05/2025 asks for another profile address than the E-ARK AIP does");
            foreach (var kind in new[] { "tt05", "eark" })
            {
                var dip = Path.Join(folder.FullName, $"dip-{version}-{kind}.zip");
                var made = await Machine.RunAsync(Machine.Preserve, "dip", ocfl, "--as", kind, "--version", $"v{version}", "--metadata", request, "--out", dip, "--json");
                Assert.That(made.Exit, Is.Zero, made.Output + made.Error);
                var given = await Machine.RunAsync(Machine.Preserve, "check", dip, "--as", kind, "--json");
                Assert.That(given.Exit, Is.Zero, $"v{version} {kind}: {given.Output}{given.Error}");
            }
        }
        folder.Delete(recursive: true);
    }

    [Test]
    public async Task A_replacement_shows_only_itself_and_the_version_before_stays_readable()
    {
        var id = $"urn:uuid:{Guid.NewGuid()}";
        var (first, package) = await PreserveAsync(new Bag { Id = id }.Add("a.txt", "bản cũ").Add("b.txt", "bỏ"));
        var (second, same) = await PreserveAsync(new Bag { Id = id }.Add("a.txt", "bản mới"), "REPLACEMENT");
        Assert.That(same, Is.EqualTo(package));
        Assert.That(await TextAsync(package, "representations/rep1/data/a.txt"), Is.EqualTo("bản mới"));
        Assert.That(await PathsAsync(package), Does.Not.Contain("representations/rep1/data/b.txt"));
        Assert.That(await TextAsync(package, "representations/rep1/data/a.txt?version=1"), Is.EqualTo("bản cũ"));
        var (third, _) = await PreserveAsync(new Bag { Id = id }.Add("d.txt", "thêm"), "SUPPLEMENT");
        Assert.That((await PathsAsync(package)).Where(p => p.StartsWith("representations/rep1/data/", StringComparison.Ordinal)),
            Is.EquivalentTo(new[] { "representations/rep1/data/a.txt", "representations/rep1/data/d.txt" }), "a supplement after a replacement adds to the replacement");
    }

    [Test]
    public async Task What_no_supplement_may_do_is_refused_with_all_findings_and_changes_nothing()
    {
        var id = $"urn:uuid:{Guid.NewGuid()}";
        var (_, package) = await PreserveAsync(new Bag { Id = id }.Add("a.txt", "một"));
        Assert.That(await RefusalsAsync(new Bag { Id = id }.Add("a.txt", "khác").Add("z.txt", "mới"), "SUPPLEMENT"), Is.EqualTo(new[] { ("INGEST-SUPPLEMENT-CHANGES", "data/a.txt") }));
        Assert.That(await RefusalsAsync(new Bag().Add("a.txt", "lạ"), "SUPPLEMENT"), Is.EqualTo(new[] { ("INGEST-NOTHING-TO-CONTINUE", "") }));
        Assert.That(await RefusalsAsync(new Bag { Id = id }.Add("a.txt", "một"), "NEW"), Is.EqualTo(new[] { ("INGEST-CODE-TAKEN", ""), ("INGEST-CODE-TAKEN", "") }), "its identifier, under both its names");

        var other = await _archive.AddAgencyAsync("Sở Tài chính", $"H99.{Random.Shared.Next(100, 999_999)}");
        await _archive.AddAgreementAsync(other, "OTHER", "automatic");
        var stranger = _archive.With(await _archive.AddPrincipalAsync("producer", "system", other));
        Assert.That(await RefusalsAsync(new Bag { Id = id }.Add("x.txt", "của người khác"), "REPLACEMENT", stranger, "OTHER"), Is.EqualTo(new[] { ("INGEST-NOTHING-TO-CONTINUE", "") }));
        Assert.That((await _archive.Auditor.GetAsync($"/api/v1/packages/{package}/versions")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That(await new StoreAudit(_archive.Deployment).RunAsync([]), Is.Empty, "everything that was preserved before, and nothing of what was refused");
    }

    [Test]
    public async Task Supplements_sent_at_once_become_one_version_each()
    {
        var id = $"urn:uuid:{Guid.NewGuid()}";
        var (first, package) = await PreserveAsync(new Bag { Id = id }.Add("0.txt", "không"));
        var sent = await Task.WhenAll(Enumerable.Range(1, 4).Select(i => _archive.Producer.SubmitAsync(new Bag { Id = id }.Add($"{i}.txt", $"số {i}").ToZip(), "bag.zip", recordStatus: "SUPPLEMENT")));
        foreach (var submission in sent) await _archive.Producer.FollowAsync(submission, "preserved");
        Assert.That((await PathsAsync(package)).Where(p => p.StartsWith("representations/rep1/data/", StringComparison.Ordinal)), Has.Exactly(5).Items);
        Assert.That((await _archive.Auditor.GetAsync($"/api/v1/packages/{package}/versions")).GetProperty("items").GetArrayLength(), Is.EqualTo(5));
    }

    [Test]
    public async Task Of_two_supplements_that_contradict_each_other_the_second_is_returned()
    {
        var id = $"urn:uuid:{Guid.NewGuid()}";
        await PreserveAsync(new Bag { Id = id }.Add("0.txt", "không"));
        var one = await _archive.Producer.SubmitAsync(new Bag { Id = id }.Add("1.txt", "của một").ToZip(), "bag.zip", "PERSON", "SUPPLEMENT");
        var two = await _archive.Producer.SubmitAsync(new Bag { Id = id }.Add("1.txt", "của hai").ToZip(), "bag.zip", "PERSON", "SUPPLEMENT");
        foreach (var submission in new[] { one, two }) await _archive.Producer.FollowAsync(submission, "awaitingApproval");
        await _archive.Approver.PostAsync($"/api/v1/submissions/{one}/approve", new { });
        await _archive.Producer.FollowAsync(one, "preserved");
        await _archive.Approver.PostAsync($"/api/v1/submissions/{two}/approve", new { });
        var returned = await _archive.Producer.FollowAsync(two, "returned");
        Assert.That(returned.GetProperty("reason").GetString(), Does.Contain("supplement"));
    }

    [Test]
    public async Task A_server_killed_while_it_writes_a_version_ends_with_that_version_once()
    {
        var submissions = new List<string>();
        var packages = new List<string>();
        foreach (var point in new[] { "archive.prepare", "copies.write", "store.put version inventory", "store.put root inventory", "copies.prove", "archive.record" })
        {
            var id = $"urn:uuid:{Guid.NewGuid()}";
            var (first, package) = await PreserveAsync(new Bag { Id = id }.Add("a.txt", new string('a', 50_000)));
            var before = new FileInfo(_archive.Deployment.TraceFile).Length;
            var second = await _archive.Producer.SubmitAsync(new Bag { Id = id }.Add("b.txt", new string('b', 50_000)).Add("c.txt", new string('c', 50_000)).ToZip(), "bag.zip", recordStatus: "SUPPLEMENT");
            await Trace.WaitForAsync(_archive.Deployment.TraceFile, before, point);
            await _archive.Deployment.KillAsync();
            await _archive.Deployment.StartServerAsync();
            await _archive.Producer.FollowAsync(second, "preserved");
            Assert.That((await _archive.Auditor.GetAsync($"/api/v1/packages/{package}/versions")).GetProperty("items").GetArrayLength(), Is.EqualTo(2), point);
            submissions.AddRange([first, second]);
            packages.Add(package);
            await _archive.Officer.PostAsync("/api/v1/fixity/runs", new { packageId = package });
        }
        foreach (var package in packages) Assert.That(await ProblemsAsync(package), Is.Zero, "nothing the fixity work could take for damage");
        Assert.That(await new StoreAudit(_archive.Deployment).RunAsync(submissions), Is.Empty);
    }

    private Task<(string Submission, string Package)> PreserveAsync(Bag bag, string recordStatus = "NEW") => PreserveAsync(bag.ToZip(), recordStatus);

    private async Task<(string Submission, string Package)> PreserveAsync(byte[] package, string recordStatus)
    {
        var submission = await _archive.Producer.SubmitAsync(package, "package.zip", recordStatus: recordStatus);
        var ended = await _archive.Producer.FollowAsync(submission, "preserved", "rejected");
        Assert.That(ended.GetProperty("state").GetString(), Is.EqualTo("preserved"), ended.ToString());
        return (submission, ended.GetProperty("packageId").GetString()!);
    }

    private async Task<IEnumerable<(string Code, string Path)>> RefusalsAsync(Bag bag, string recordStatus, Client? sender = null, string agreement = "AUTO")
    {
        sender ??= _archive.Producer;
        var submission = await sender.SubmitAsync(bag.ToZip(), "bag.zip", agreement, recordStatus);
        var ended = await sender.FollowAsync(submission, "rejected", "preserved");
        Assert.That(ended.GetProperty("state").GetString(), Is.EqualTo("rejected"), ended.ToString());
        return [.. ended.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("severity").GetString() == "error")
            .Select(f => (f.GetProperty("code").GetString()!, f.GetProperty("path").GetString() ?? ""))];
    }

    private async Task<string> TextAsync(string package, string path) => Encoding.UTF8.GetString(await _archive.Producer.GetBytesAsync($"/api/v1/packages/{package}/files/{path}"));

    private async Task<List<string>> PathsAsync(string package, int? version = null) =>
        [.. (await _archive.Producer.GetAsync($"/api/v1/packages/{package}/files?limit=200{(version is null ? "" : $"&version={version}")}")).GetProperty("items").EnumerateArray().Select(f => f.GetProperty("path").GetString()!)];

    private async Task<long> UncoveredAsync(string package)
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(_archive.Deployment.Database);
        await using var command = database.CreateCommand($"SELECT count(*) FROM file f WHERE f.package_id = '{package}' AND NOT EXISTS (SELECT FROM evidence_leaf l JOIN evidence_batch b ON b.id = l.batch_id WHERE l.kind = 'File' AND l.subject = f.id::text AND b.state = 'Stored')");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<long> ProblemsAsync(string package)
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(_archive.Deployment.Database);
        await using var open = database.CreateCommand("SELECT count(*) FROM fixity_run WHERE state = 'Running'");
        await Eventually.TrueAsync("the fixity run ends", async () => (long)(await open.ExecuteScalarAsync())! == 0, _archive.Deployment.Tail);
        await using var command = database.CreateCommand($"SELECT count(*) FROM fixity_problem WHERE package_id = '{package}'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task DownloadObjectAsync(string package, string folder)
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(_archive.Deployment.Database);
        await using var command = database.CreateCommand($"SELECT key, min(key) OVER () FROM copy WHERE package_id = '{package}' AND store = 'first'");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (key, declaration) = (reader.GetString(0), reader.GetString(1));
            var path = Path.Join(folder, key[(declaration.LastIndexOf('/') + 1)..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var response = await _archive.Deployment.S3.GetObjectAsync(_archive.Deployment.Buckets[0], key);
            await using var file = File.Create(path);
            await response.ResponseStream.CopyToAsync(file);
        }
    }

    // The logical state of a version, as any OCFL reader would lay it out.
    private static async Task WriteStateAsync(string ocfl, int version, string folder)
    {
        using var inventory = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Join(ocfl, "inventory.json")));
        var manifest = inventory.RootElement.GetProperty("manifest");
        foreach (var content in inventory.RootElement.GetProperty("versions").GetProperty($"v{version}").GetProperty("state").EnumerateObject())
            foreach (var path in content.Value.EnumerateArray())
            {
                var target = Path.Join(folder, path.GetString());
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(Path.Join(ocfl, manifest.GetProperty(content.Name)[0].GetString()), target);
            }
    }
}
