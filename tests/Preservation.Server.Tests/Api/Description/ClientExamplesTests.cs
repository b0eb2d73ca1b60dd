using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue;
using Preservation.Server.Tests.Api.Uploads;
using Preservation.Testing;

namespace Preservation.Server.Tests.Api.Description;

/// <summary>The examples of the operator's guide, run as they are written there.</summary>
internal sealed partial class ClientExamplesTests
{
    private static readonly string Guide = File.ReadAllText(Path.Join(Root(), "deploy", "README.md"));

    private UploadServer _server = null!;
    private string _folder = "", _package = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await UploadServer.StartAsync();
        _folder = Directory.CreateTempSubdirectory("examples-").FullName;
        _package = Path.Join(_folder, "goi.zip");
        await File.WriteAllTextAsync(_package, "not yet looked at by any worker");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task With_curl_and_with_csharp_a_package_is_sent_once_and_its_receipt_verified_and_the_feed_tells_of_it()
    {
        var output = await BashAsync(Block("bash", "SUBMISSION="));
        Assert.That(output, Does.Contain("received"));
        while (await _server.Server.Services.GetRequiredService<AuditSealer>().SealAsync(default) is not null) { }
        var feed = Block("bash", "SUBMISSION=").Split('\n').Single(l => l.StartsWith("api()", StringComparison.Ordinal)) + "\n" + Block("bash", "CURSOR=");
        var told = (await BashAsync(feed)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.That(told.Select(t => t.GetProperty("type").GetString()), Is.SupersetOf(new[] { "submission.receive", "receipt.issued" }));
        Assert.That(await BashAsync(feed), Is.Empty, "the cursor was kept");
        await SendAgainAsync();
    }

    private async Task SendAgainAsync()
    {
        await File.WriteAllTextAsync(Path.Join(_folder, "send.cs"), Block("csharp", "MultipartFormDataContent"));
        var (exit, output) = await OutsideProgram.RunAsync("dotnet", _folder, "run", "send.cs", "--", _server.Address.ToString(), _server.KeyOf("producer"), "NV", _package);
        Assert.That(exit, Is.Zero, output);
        await using var session = await _server.BeginSessionAsync();
        var submissions = session.Rows.Submissions.Select(s => s.Id).ToList();
        Assert.That(submissions, Has.Count.EqualTo(1));
        Assert.That(output, Does.StartWith(submissions[0].ToString()).And.Contain("logEntry"));
    }

    [Test]
    public async Task The_check_of_a_signature_accepts_the_right_one_alone()
    {
        const string date = "2026-11-23T03:00:00Z", body = "{\"changes\":[]}";
        await File.WriteAllTextAsync(Path.Join(_folder, "date"), date);
        await File.WriteAllTextAsync(Path.Join(_folder, "body"), body);
        await File.WriteAllTextAsync(Path.Join(_folder, "signature"), "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes("whs_00"), Encoding.UTF8.GetBytes(date + "\n" + body))) + "\n");
        await BashAsync("SECRET=whs_00\n" + Block("bash", "-hmac"));
        Assert.That((await RunAsync("SECRET=whs_01\n" + Block("bash", "-hmac"))).Exit, Is.Not.Zero);
    }

    private static string Block(string language, string word) =>
        Fence().Matches(Guide).Where(m => m.Groups[1].Value == language && m.Groups[2].Value.Contains(word, StringComparison.Ordinal)).Select(m => m.Groups[2].Value).First();

    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); ; at = at.Parent ?? throw new DirectoryNotFoundException("no repository around the tests"))
            if (File.Exists(Path.Join(at.FullName, "Preservation.sln"))) return at.FullName;
    }

    private async Task<string> BashAsync(string script)
    {
        var (exit, output, error) = await RunAsync(script);
        Assert.That(exit, Is.Zero, script + "\n" + output + error);
        return output;
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["SERVER"] = _server.Address.ToString().TrimEnd('/'), ["KEY"] = _server.KeyOf("producer"), ["AGREEMENT"] = "NV", ["PACKAGE"] = _package },
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    [GeneratedRegex("```(\\w+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
