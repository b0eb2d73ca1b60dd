using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Testing.Mail;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Mail;

/// <summary>Servers that want TLS and a name, and servers that do not do what they should.</summary>
internal sealed class MailFaultTests : MailFixture
{
    private async Task<MailTurn> TurnAsync(Guid person)
    {
        await using var session = await BeginAsync();
        return await session.Rows.MailTurns.SingleAsync(t => t.PrincipalId == person);
    }

    private async Task<List<(int? Status, string? Problem)>> TriesAsync()
    {
        await using var session = await BeginAsync();
        return [.. (await session.Rows.MailSendings.OrderBy(s => s.Id).ToListAsync()).Select(s => (s.Status, s.Problem))];
    }

    private async Task<List<PreservationTask>> TroubleAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.MailTrouble).OrderBy(t => t.Id).ToListAsync();
    }

    private async Task<(string Certificate, string Key)> CertificateAsync(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (System.Net.IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()); // TLS goes by the machine's clock
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        var (file, keyFile) = (Path.Join(Folder, host + ".pem"), Path.Join(Folder, host + ".key"));
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }

    [Test]
    public async Task StartTls_with_a_known_certificate_and_a_password_is_sent_over_and_nothing_less_is()
    {
        var (certificate, key) = await CertificateAsync("127.0.0.1");
        var (wrong, wrongKey) = await CertificateAsync("elsewhere.example");
        var password = Path.Join(Folder, "password");
        await File.WriteAllTextAsync(password, "mail-password-7\n");
        await AddPersonAsync("A", Role.IngestArchivist);
        await AddTaskAsync("một");
        await using (var unnamed = await MailSink.StartAsync(wrong, wrongKey))
        {
            await Mails(unnamed.Port, o => (o.Security, o.TlsAnchorsFile) = (MailSecurity.StartTls, wrong)).RunAsync(default);
            Assert.That(await unnamed.ReadAsync(), Is.Empty, "a certificate of another name");
        }
        List<string?> problems = ["tls"];
        await using var sink = await MailSink.StartAsync(certificate, key, "luutru", "mail-password-7");
        async Task TryAsync(Action<MailOptions> change, string? problem)
        {
            Clock.Advance(TimeSpan.FromHours(1)); // past every pause, and all of it before midnight: a digest that was not taken by then is the next morning's
            await Mails(sink.Port, o =>
            {
                (o.Security, o.TlsAnchorsFile, o.UserName, o.PasswordFile, o.Timeout) = (MailSecurity.StartTls, certificate, "luutru", password, TimeSpan.FromMinutes(2));
                change(o);
            }).RunAsync(default);
            problems.Add(problem);
            Assert.That((await TriesAsync()).Select(t => t.Problem), Is.EqualTo(problems));
        }
        await TryAsync(o => o.TlsAnchorsFile = "", "tls");
        await TryAsync(o => o.Security = MailSecurity.Tls, "tls");
        await TryAsync(o => o.UserName = "khác", "authentication");
        await TryAsync(o => o.UserName = "", "authentication");
        Assert.That(await sink.ReadAsync(), Is.Empty);
        Assert.That((await TroubleAsync()).Count(t => t.State == TaskState.Open && t.Role == Role.Administrator && t.Subject.StartsWith($"127.0.0.1:{sink.Port}: ", StringComparison.Ordinal)), Is.EqualTo(1), "one task, however often");
        await TryAsync(_ => { }, null);
        Assert.That(await sink.ReadAsync(), Has.Count.EqualTo(1));
        Assert.That((await TroubleAsync()).Count(t => t.State == TaskState.Open && t.Subject.StartsWith($"127.0.0.1:{sink.Port}: ", StringComparison.Ordinal)), Is.Zero, "it ends when a mail was taken");
    }

    [Test]
    public async Task What_is_refused_for_now_is_tried_again_after_pauses_that_double_under_the_same_name()
    {
        await using var server = new ScriptedMailServer();
        var (person, patient) = (await AddPersonAsync("A", Role.IngestArchivist), await AddPersonAsync("B", Role.IngestArchivist));
        await AddTaskAsync("một");
        server.Replies["RCPT"] = "450 4.2.0 greylisted, says the server \u202E";
        var pauses = new List<double>();
        Guid? name = null;
        for (var i = 0; i < 3; i++)
        {
            await Mails(server.Port).RunAsync(default);
            var turn = await TurnAsync(person);
            Assert.That(turn.MailId, Is.Not.Null.And.EqualTo(name ?? turn.MailId));
            name = turn.MailId;
            Assert.That((turn.Failures, (await TurnAsync(patient)).Failures), Is.EqualTo((i + 1, i + 1)), "one person's refusal holds up nobody else");
            pauses.Add((turn.NextTryAt!.Value - Clock.GetUtcNow()).TotalMinutes / Math.Pow(2, i));
            Clock.Advance(TimeSpan.FromHours(1));
        }
        Assert.That(pauses, Has.All.InRange(0.79, 1.21));
        server.Replies.Clear();
        await Mails(server.Port).RunAsync(default);
        Assert.That(server.Taken, Has.Count.EqualTo(2));
        Assert.That(server.Taken, Has.Some.Contains($"<{name:N}@example.gov.vn>"));
        Assert.That((await TriesAsync()).Count(t => t == (450, "recipient")), Is.EqualTo(6));
        Assert.That((await TurnAsync(person)).Failures, Is.Zero);
        Assert.That(await TroubleAsync(), Is.Empty);
    }

    [TestCase("RCPT", "recipient")]
    [TestCase(".", "message")]
    public async Task What_is_refused_for_good_is_given_up_with_a_task_until_another_choice_is_made(string command, string problem)
    {
        await using var server = new ScriptedMailServer();
        var person = await AddPersonAsync("Lê Văn C", Role.IngestArchivist);
        await AddTaskAsync("một");
        server.Replies[command] = "550 5.1.1 no such user";
        await Mails(server.Port).RunAsync(default);
        Clock.Advance(TimeSpan.FromDays(2));
        await Mails(server.Port).RunAsync(default);
        Assert.That(await TriesAsync(), Is.EqualTo(new (int?, string?)[] { (550, problem) }), "once");
        var task = (await TroubleAsync()).Single();
        Assert.That((task.Role, task.State, task.AgencyId, task.Subject), Is.EqualTo((Role.Administrator, TaskState.Open, (Guid?)null, $"Lê Văn C: {problem} 550")));
        Assert.That((await TurnAsync(person)).RefusedAt, Is.Not.Null);
        server.Replies.Clear();
        await ChooseAsync(person, MailFrequency.Daily, "vi", "moi@example.gov.vn");
        await Mails(server.Port).RunAsync(default);
        Assert.That(server.Taken.Single(), Does.Contain("moi@example.gov.vn"));
    }

    [TestCase("CONNECT", ScriptedMailServer.Cut, "protocol")]
    [TestCase("CONNECT", "HTTP/1.1 400 Bad Request", "protocol")]
    [TestCase("CONNECT", "421 closing", "status")]
    [TestCase("DATA", ScriptedMailServer.Cut, "protocol")]
    [TestCase(".", ScriptedMailServer.Cut, "protocol")]
    [TestCase("CONNECT", ScriptedMailServer.Silence, "timeout")]
    [TestCase(".", ScriptedMailServer.Silence, "timeout")]
    public async Task A_server_that_is_away_garbled_or_silent_is_left_alone_for_a_while_and_nothing_is_lost(string command, string reply, string problem)
    {
        await using var server = new ScriptedMailServer();
        var persons = new[] { await AddPersonAsync("A", Role.IngestArchivist), await AddPersonAsync("B", Role.IngestArchivist) };
        await AddTaskAsync("một");
        server.Replies[command] = reply;
        await Mails(server.Port, o => o.Timeout = TimeSpan.FromSeconds(2)).RunAsync(default);
        Assert.That(server.Connections, Is.EqualTo(1), "the round ends: the next person would wait for nothing");
        Assert.That((await TriesAsync()).Single().Problem, Is.EqualTo(problem));
        server.Replies.Clear();
        Clock.Advance(TimeSpan.FromHours(1));
        await Mails(server.Port).RunAsync(default);
        Assert.That(server.Taken, Has.Count.EqualTo(2));
        foreach (var person in persons) Assert.That((await TurnAsync(person)).SentAt, Is.Not.Null);
        Assert.That(await TroubleAsync(), Is.Empty);
    }

    [Test]
    public async Task A_server_that_answers_nowhere_is_tried_again()
    {
        int port;
        await using (var gone = new ScriptedMailServer()) port = gone.Port;
        var person = await AddPersonAsync("A", Role.IngestArchivist);
        await AddTaskAsync("một");
        await Mails(port).RunAsync(default);
        Assert.That((await TriesAsync()).Single(), Is.EqualTo(((int?)null, (string?)"connection")));
        Assert.That((await TurnAsync(person)).NextTryAt, Is.GreaterThan(Clock.GetUtcNow()));
    }

    [Test]
    public async Task A_farewell_that_fails_takes_no_mail_back()
    {
        await using var server = new ScriptedMailServer();
        await AddPersonAsync("A", Role.IngestArchivist);
        await AddTaskAsync("một");
        server.Replies["QUIT"] = ScriptedMailServer.Cut;
        await Mails(server.Port).RunAsync(default);
        Assert.That((server.Taken.Count, (await TriesAsync()).Single().Problem), Is.EqualTo((1, (string?)null)));
    }
}
