using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Preservation.EndToEnd.Tests;

/// <summary><c>preserve submit</c> over a line that is cut again and again, to a server that is killed again and again: every package arrives, once.</summary>
internal sealed class UploadTests
{
    private Archive _archive = null!;
    private string _key = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _archive = await Archive.StartAsync(inFolders: true);
        _key = await _archive.AddPrincipalAsync("producer", "system", _archive.AgencyId);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_archive is not null) await _archive.DisposeAsync();
    }

    [Test]
    public async Task Packages_arrive_once_though_the_line_is_cut_and_the_server_killed()
    {
        var (cuts, kills, megabytes) = Machine.IsLong ? (50, 10, 40) : (8, 1, 2);
        var random = new Random(Machine.Seed);
        var packages = await MakeAsync("cut", 3, megabytes << 20);
        var total = packages.Sum(p => new FileInfo(p).Length);
        using var killing = new ServerKills(_archive.Deployment, total, kills);
        await using var proxy = new CuttingProxy(() => _archive.Deployment.Address, () => { lock (random) return random.NextInt64(total / cuts / 2, total / cuts * 3 / 2); });
        proxy.OnPassed = killing.PassedAsync;
        var (exit, output, error) = await Machine.RunAsync(Machine.Preserve, ["submit", .. packages, "--server", proxy.Address.ToString(), "--key", _key, "--agreement", "AUTO", "--parallel", "3", "--wait", "--json", "--patience", "120"]);
        Assert.That(exit, Is.Zero, $"{output}\n{error}\n{_archive.Deployment.Tail()}");
        await TestContext.Out.WriteLineAsync($"seed {Machine.Seed}: {packages.Length} packages, {total} bytes, {proxy.Passed} passed, {proxy.Cuts} cuts, {kills} kills");
        Assert.That((proxy.Cuts, killing.Left), Is.EqualTo((Math.Max(proxy.Cuts, cuts / 2), 0)));
        var told = JsonDocument.Parse(output).RootElement.GetProperty("submissions").EnumerateArray().ToList();
        Assert.That(told.Select(s => (s.GetProperty("path").GetString(), s.GetProperty("state").GetString())), Is.EqualTo(packages.Select(p => (p, "preserved"))));
        var all = (await _archive.Producer.GetAsync("/api/v1/submissions")).GetProperty("items").EnumerateArray().Select(s => s.GetProperty("fileName").GetString()).Where(n => n!.StartsWith("cut-", StringComparison.Ordinal)).ToList();
        Assert.That(all, Is.EquivalentTo(packages.Select(Path.GetFileName)), "one submission a package");
        foreach (var (package, submission) in packages.Zip(told))
        {
            var sent = (await _archive.Producer.GetAsync($"/api/v1/submissions/{submission.GetProperty("submission").GetString()}")).GetProperty("sha256").GetString();
            Assert.That(sent, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(package)))));
            Assert.That(File.Exists($"{package}.receipt-preserved.json.p7s") && !File.Exists($"{package}.upload.json"), package);
        }
        Assert.That((await _archive.With(_key).GetAsync("/api/v1/uploads")).GetProperty("items").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_sender_who_was_killed_goes_on_later_where_it_stopped()
    {
        var package = (await MakeAsync("resumed", 1, 2 << 20))[0];
        var length = new FileInfo(package).Length;
        var (half, killed) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var proxy = new CuttingProxy(() => _archive.Deployment.Address, () => long.MaxValue);
        proxy.OnPassed = async passed =>
        {
            if (passed < length / 2) return;
            half.TrySetResult();
            await killed.Task;
            throw new IOException("the sender is gone");
        };
        string[] command = ["submit", package, "--server", proxy.Address.ToString(), "--key", _key, "--agreement", "AUTO", "--json"];
        using (var sending = Process.Start(new ProcessStartInfo(Machine.Preserve, command) { RedirectStandardOutput = true, RedirectStandardError = true })!)
        {
            await half.Task;
            sending.Kill(entireProcessTree: true);
            await sending.WaitForExitAsync();
        }
        proxy.OnPassed = _ => Task.CompletedTask;
        killed.SetResult();
        Assert.That(File.Exists(package + ".upload.json"), Is.True);
        var upload = JsonDocument.Parse(await File.ReadAllTextAsync(package + ".upload.json")).RootElement.GetProperty("upload").GetString()!;
        await Eventually.TrueAsync("the server has recorded what came", async () => (await OffsetAsync(upload)) > 0, _archive.Deployment.Tail);
        var before = proxy.Passed;
        var (exit, output, error) = await Machine.RunAsync(Machine.Preserve, command);
        Assert.That(exit, Is.Zero, $"{output}\n{error}");
        Assert.That(proxy.Passed - before, Is.LessThan((length * 3 / 4) + 20_000), "only the rest was sent");
        Assert.That(JsonDocument.Parse(output).RootElement.EnumerateObject().Select(m => m.Name), Is.EqualTo(new[] { "submission", "state", "receipt", "package", "findings" }));
        Assert.That(await OffsetAsync(upload), Is.EqualTo(length));
    }

    [Test]
    public async Task What_the_server_refuses_and_what_cannot_be_reached_are_told_apart()
    {
        var package = (await MakeAsync("refused", 1, 1000))[0];
        var server = _archive.Deployment.Address.ToString();
        var refused = await Machine.RunAsync(Machine.Preserve, "submit", package, "--server", server, "--key", _key, "--agreement", "NONE", "--json");
        var told = JsonDocument.Parse(refused.Output).RootElement;
        Assert.That((refused.Exit, told.GetProperty("state").GetString(), told.GetProperty("submission").ValueKind, told.GetProperty("problem").GetProperty("code").GetString()), Is.EqualTo((1, "refused", JsonValueKind.Null, "invalid")));
        var away = await Machine.RunAsync(Machine.Preserve, "submit", package, "--server", "http://127.0.0.1:9/", "--key", _key, "--patience", "1", "--json");
        Assert.That((away.Exit, JsonDocument.Parse(away.Output).RootElement.GetProperty("state").GetString()), Is.EqualTo((2, "failed")));
        Assert.That(away.Error, Does.Contain("run the same command again"));
        var several = await Machine.RunAsync(Machine.Preserve, "submit", package, package + ".missing", "--server", server, "--key", _key, "--agreement", "AUTO", "--wait", "--json");
        Assert.That(several.Exit, Is.EqualTo(2), several.Output);
        Assert.That(JsonDocument.Parse(several.Output).RootElement.GetProperty("submissions").EnumerateArray().Select(s => s.GetProperty("state").GetString()), Is.EqualTo(new[] { "preserved", "failed" }));
        foreach (string[] wrong in new[] { ["--parallel", "0"], ["--parallel", "33"], ["--patience", "x"], new[] { "--signature", "s.p7s", "second.zip" } })
            Assert.That((await Machine.RunAsync(Machine.Preserve, ["submit", package, "--server", server, .. wrong])).Exit, Is.EqualTo(64), string.Join(' ', wrong));
    }

    [Test]
    public async Task The_example_with_curl_in_the_operators_guide_works_as_it_stands()
    {
        var guide = await File.ReadAllTextAsync(Path.Join(Machine.Root, "deploy", "README.md"));
        var example = guide.Split("With `curl`, in pieces")[1].Split("```")[1].Replace("01.NL.H26", "AUTO", StringComparison.Ordinal);
        var package = (await MakeAsync("curl", 1, 100_000))[0];
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", example]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[] { ("KEY", _key), ("PACKAGE", package), ("SERVER", _archive.Deployment.Address.ToString().TrimEnd('/')) }) start.Environment[name] = value;
        using var shell = Process.Start(start)!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.That(shell.ExitCode, Is.Zero, $"{await output}\n{await error}");
        var submission = JsonDocument.Parse(await output).RootElement.GetProperty("submission").GetString()!;
        var told = await _archive.Producer.FollowAsync(submission, "preserved");
        Assert.That(told.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(package)))));
    }

    private async Task<long> OffsetAsync(string upload)
    {
        using var client = new HttpClient { BaseAddress = _archive.Deployment.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        client.DefaultRequestHeaders.Add("Tus-Resumable", "1.0.0");
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, upload));
        return long.Parse(head.Headers.GetValues("Upload-Offset").Single(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<string[]> MakeAsync(string name, int count, int bytes)
    {
        var folder = Directory.CreateDirectory(_archive.Deployment.Scratch(name)).FullName;
        var packages = new string[count];
        for (var i = 0; i < count; i++)
        {
            packages[i] = Path.Join(folder, $"{name}-{i}.zip");
            var noise = Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes / 4 * 3));
            await File.WriteAllBytesAsync(packages[i], new Bag().Add("tài liệu.txt", noise).ToZip());
        }
        return packages;
    }
}
