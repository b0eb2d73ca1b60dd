using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Preservation.Catalogue.Model;
using Preservation.Catalogue;
using Preservation.Server.Hosting;
using Preservation.Server.Tests.Api.Ts119512;
using Preservation.Testing.Certificates;
using Preservation.Workflow.Options;

namespace Preservation.Server.Tests.Hosting;

/// <summary>The commands beside the server, and what it says of itself.</summary>
[NonParallelizable]
internal sealed class AlarmCommandTests
{
    private ApiServer _server = null!;
    private string _folder = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await ApiServer.StartAsync();
        _folder = Directory.CreateTempSubdirectory("alarm-").FullName;
        foreach (var person in new[] { "officer", "administrator", "auditor", "agencyAuditor" }) await File.WriteAllTextAsync(KeyFile(person), _server.Archive.KeyOf(person) + "\n");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task One_person_announces_another_confirms_and_the_list_tells()
    {
        var (exit, id, error) = await RunAsync("announce", "--algorithm", "SHA-512", "--broken-from", "2027-01-01T00:00:00Z", "--reason", "va chạm", "--key-file", KeyFile("officer"));
        Assert.That((exit, Guid.TryParse(id, out _)), Is.EqualTo((0, true)), error);
        Assert.That((await RunAsync("list")).Output, Does.Contain($"{id} SHA-512 broken from 2027-01-01").And.Contain("not confirmed: va chạm"));
        (exit, _, error) = await RunAsync("confirm", id, "--key-file", KeyFile("officer"));
        Assert.That((exit, error), Is.EqualTo((1, "There is no such alarm to confirm, or it is your own.")));
        Assert.That((await RunAsync("confirm", id, "--key-file", KeyFile("administrator"))).Exit, Is.Zero);
        Assert.That((await RunAsync("list")).Output.Split('\n').Single(l => l.StartsWith(id, StringComparison.Ordinal)), Does.Contain(", confirmed "));
        Assert.That((await RunAsync("confirm", id, "--key-file", KeyFile("administrator"))).Exit, Is.EqualTo(1), "once");
        (exit, var rsa, _) = await RunAsync("announce", "--algorithm", "RSA", "--below-bits", "3000", "--broken-from", "2027-01-01", "--reason", "x", "--key-file", KeyFile("officer"));
        Assert.That((exit, (await RunAsync("list")).Output.Contains($"{rsa} RSA below 3000 bits", StringComparison.Ordinal)), Is.EqualTo((0, true)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_certificate_of_an_authority_is_revoked_by_two_and_the_list_tells(bool isPem)
    {
        using var root = new TestAuthority();
        using var tsa = root.IssueTimeStamper($"TSA {isPem}");
        var file = Path.Join(_folder, "tsa.crt");
        if (isPem) await File.WriteAllTextAsync(file, tsa.ExportCertificatePem());
        else await File.WriteAllBytesAsync(file, tsa.RawData);
        string[] revoke = ["revoke", "--certificate", file, "--revoked-from", "2026-05-01T00:00:00Z", "--reason", "mất khóa", "--key-file", KeyFile("officer"), .. isPem ? ["--key-not-lost"] : Array.Empty<string>()];
        var (exit, id, error) = await RunAsync(revoke);
        Assert.That((exit, Guid.TryParse(id, out _)), Is.EqualTo((0, true)), error);
        var line = (await RunAsync("list")).Output.Split('\n').Single(l => l.StartsWith(id, StringComparison.Ordinal));
        Assert.That(line, Does.Contain(tsa.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()).And.Contain("revoked from 2026-05-01").And.Contain("not confirmed: mất khóa"));
        Assert.That(line.Contains("its key lost", StringComparison.Ordinal), Is.Not.EqualTo(isPem));
        Assert.That((await RunAsync("confirm", id, "--key-file", KeyFile("officer"))).Exit, Is.EqualTo(1), "one's own");
        Assert.That((await RunAsync("confirm", id, "--key-file", KeyFile("administrator"))).Exit, Is.Zero);
        Assert.That((await RunAsync("list")).Output.Split('\n').Single(l => l.StartsWith(id, StringComparison.Ordinal)), Does.Contain(", confirmed "));
    }

    [Test]
    public async Task What_is_no_certificate_revokes_nothing()
    {
        var before = (await RunAsync("list")).Output;
        foreach (var file in new[] { Path.Join(_folder, "missing.crt"), KeyFile("officer") })
        {
            var (exit, _, error) = await RunAsync("revoke", "--certificate", file, "--revoked-from", "2026-05-01", "--reason", "x", "--key-file", KeyFile("officer"));
            Assert.That((exit, error), Is.EqualTo((1, $"{file} does not hold a certificate, DER or PEM.")));
        }
        Assert.That((await RunAsync("list")).Output, Is.EqualTo(before));
    }

    [TestCase("auditor")]
    [TestCase("agencyAuditor")]
    [TestCase("nobody")]
    public async Task Whoever_is_no_officer_of_the_whole_archive_announces_nothing(string person)
    {
        if (person == "nobody") await File.WriteAllTextAsync(KeyFile(person), "pk_none");
        var before = (await RunAsync("list")).Output;
        var (exit, _, error) = await RunAsync("announce", "--algorithm", "SHA-256", "--broken-from", "2027-01-01", "--reason", "x", "--key-file", KeyFile(person));
        Assert.That((exit, error.StartsWith("--key-file does not hold", StringComparison.Ordinal)), Is.EqualTo((1, true)), error);
        Assert.That((await RunAsync("list")).Output, Is.EqualTo(before));
    }

    [Test]
    public async Task A_command_without_its_parts_says_what_it_needs()
    {
        Assert.That((await RunAsync("announce", "--algorithm", "SHA-256", "--broken-from", "2027-01-01", "--reason", "x")).Error, Does.StartWith("--key-file does not hold"));
        foreach (var arguments in new string[][] { ["announce", "--algorithm", "SHA-256", "--reason", "x"], ["announce", "--algorithm", "SHA-256", "--broken-from", "soon", "--reason", "x"], ["confirm", "x"], ["other"] })
            Assert.That((await RunAsync([.. arguments, "--key-file", KeyFile("officer")])).Error, Does.StartWith("usage: alarm announce"));
        Assert.That((await RunAsync("confirm", Guid.NewGuid().ToString(), "--key-file", KeyFile("officer"))).Exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_with_a_development_authority_warns_that_its_time_stamps_are_worthless()
    {
        Assert.That(await _server.GetAsync("/health/ready"), Does.Contain("ready").And.Contain("worthless outside tests"));
        var options = new PreservationOptions();
        options.TimeStamps.Authorities.Add(new TimeStampAuthorityOptions { Name = "tsa", Url = "https://tsa.example" });
        await using var source = NpgsqlDataSource.Create(_server.Server.ApplicationConnection);
        var answer = await Health.ReadyAsync(new CatalogueSessions(source, TimeProvider.System), Microsoft.Extensions.Options.Options.Create(options), default);
        Assert.That(answer.GetType().GetProperty("Value")!.GetValue(answer)!.ToString(), Does.StartWith("{ status = ready, warning = , silent = "), "and one without it says nothing");
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=9;Username=x;Database=x;Timeout=2");
        Assert.That((await Health.ReadyAsync(new CatalogueSessions(nowhere, TimeProvider.System), Microsoft.Extensions.Options.Options.Create(options), default) as IStatusCodeHttpResult)?.StatusCode, Is.EqualTo(503));
    }

    [Test]
    public async Task Health_names_who_is_silent()
    {
        await using var source = NpgsqlDataSource.Create(_server.Server.ApplicationConnection);
        var sessions = new CatalogueSessions(source, TimeProvider.System);
        await using (var session = await sessions.BeginAsync(CatalogueScope.All, default))
        {
            session.Rows.SignsOfLife.Add(new SignOfLife { Name = "MadeUpJob", Every = TimeSpan.FromMinutes(1), FirstAt = DateTimeOffset.UnixEpoch, LastAt = DateTimeOffset.UnixEpoch, EndedAt = DateTimeOffset.UnixEpoch });
            await session.CommitAsync(default);
        }
        Assert.That(await _server.GetAsync("/health/ready"), Does.Contain("\"silent\":[").And.Contain("\"MadeUpJob\""));
    }

    private string KeyFile(string person) => Path.Join(_folder, person);

    private async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        using var failed = new StringWriter();
        try
        {
            Console.SetOut(said);
            Console.SetError(failed);
            var exit = await Administration.AlarmAsync([.. arguments, "--Preservation:Database:Application", _server.Server.ApplicationConnection]);
            return (exit, said.ToString().Trim(), failed.ToString().Trim());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
