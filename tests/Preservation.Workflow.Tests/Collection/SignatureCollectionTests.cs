using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.Collection;

/// <summary>What verdicts lack is fetched where the certificates say: lists over HTTP, and answers of a real <c>openssl ocsp</c>.</summary>
internal sealed class SignatureCollectionTests : WorkflowFixture
{
    private static readonly byte[] Content = "content"u8.ToArray();
    private TestAuthority _root = null!;
    private LoopbackServer _server = null!;
    private IOptions<PreservationOptions> _options = null!;
    private StoreSet _stores = null!;
    private MaterialFetcher _fetcher = null!;

    [SetUp]
    public async Task Start()
    {
        _options = Settings.Of(o =>
        {
            o.Collection.Hosts.Add("127.0.0.1");
            o.Collection.PrivateAddresses = true;
            o.Collection.DropFolder = Directory.CreateDirectory(Path.Join(Folder, "drop")).FullName;
            foreach (var name in (string[])["a", "b"])
                o.Stores.Add(new StoreOptions { Name = name, Kind = StoreKind.FileSystem, Path = Path.Join(Folder, name), Fsync = false });
            o.Copies.Waiver = "a test";
        });
        _stores = new StoreSet(_options, new WorkTrace(_options));
        await _stores.RegisterAsync(Database.Sessions, default);
        _fetcher = new MaterialFetcher(_options);
        _root = new TestAuthority();
        _server = await LoopbackServer.StartAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        _root.Dispose();
        _fetcher.Dispose();
        await _stores.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_list_is_fetched_once_kept_and_used_for_the_next_file_too()
    {
        await _server.AnswerAsync(_root.IssueCrl(Now.AddDays(-1), Now.AddDays(6)));
        var signer = _root.IssueSigner(crlUrl: _server.Url + "/root.crl");
        for (var i = 0; i < 3; i++) Assert.That((await JudgeAsync(signer)).Indication, Is.EqualTo(Indication.TotalPassed));
        Assert.That(_server.Requests, Is.EqualTo(1));
        await using var session = await BeginAsync();
        var kept = await session.Rows.ValidationMaterials.SingleAsync();
        Assert.That((kept.Kind, kept.Source), Is.EqualTo(("CRL", _server.Url + "/root.crl")));
        Assert.That((await session.Rows.ValidationSources.SingleAsync()).Url, Is.EqualTo(_server.Url + "/root.crl"), "it is harvested from now on");
    }

    [Test]
    public async Task What_cannot_be_had_holds_nothing_up_and_is_asked_for_again()
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var signer = _root.IssueSigner(crlUrl: _server.Url + "/root.crl");
        Assert.That((await JudgeAsync(signer)).SubIndication, Is.EqualTo(SubIndication.TryLater));
        var harvest = Harvest();
        await harvest.RunAsync(default);
        await using (var session = await BeginAsync())
        {
            Assert.That((await session.Rows.ValidationWants.SingleAsync()).DoneAt, Is.Null);
            var task = await session.Rows.Tasks.SingleAsync(t => t.Kind == TaskKinds.MaterialMissing);
            Assert.That((task.State, task.DueAt), Is.EqualTo((TaskState.Open, (DateTimeOffset?)TestAuthority.End)), "after the certificate's end it may be too late");
        }
        await _server.AnswerAsync(_root.IssueCrl(Now.AddDays(-1), Now.AddDays(6)));
        Clock.Advance(TimeSpan.FromHours(25));
        await harvest.RunAsync(default);
        await using (var session = await BeginAsync())
        {
            Assert.That((await session.Rows.ValidationWants.SingleAsync()).DoneAt, Is.Not.Null);
            Assert.That((await session.Rows.Tasks.SingleAsync(t => t.Kind == TaskKinds.MaterialMissing)).State, Is.EqualTo(TaskState.Done));
        }
        Assert.That((await JudgeAsync(signer)).Indication, Is.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task Every_known_list_is_harvested_daily_needed_or_not_and_each_edition_is_kept()
    {
        await _server.AnswerAsync(_root.IssueCrl(Now.AddDays(-1), Now.AddDays(6)));
        await JudgeAsync(_root.IssueSigner(crlUrl: _server.Url + "/root.crl"));
        var harvest = Harvest();
        for (var day = 1; day <= 3; day++)
        {
            Clock.Advance(TimeSpan.FromHours(25));
            await _server.AnswerAsync(_root.IssueCrl(Now, Now.AddDays(6)));
            await harvest.RunAsync(default);
        }
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.ValidationMaterials.CountAsync(m => m.StoredAt != null), Is.EqualTo(4), "on every store too");
        var stored = await session.Rows.ValidationMaterials.Select(m => m.ObjectId).Distinct().CountAsync();
        foreach (var store in (string[])["a", "b"])
            Assert.That(Directory.EnumerateFiles(Path.Join(Folder, store), "material.tsv", SearchOption.AllDirectories).Count(), Is.EqualTo(stored));
    }

    [Test]
    public async Task The_drop_folder_answers_where_there_is_no_internet()
    {
        var signer = _root.IssueSigner(crlUrl: "http://not.listed.test/root.crl");
        Assert.That((await JudgeAsync(signer)).SubIndication, Is.EqualTo(SubIndication.TryLater));
        await System.IO.File.WriteAllBytesAsync(Path.Join(Folder, "drop", "root.crl"), _root.IssueCrl(Now.AddDays(-1), Now.AddDays(6)));
        Clock.Advance(TimeSpan.FromHours(1));
        await Harvest().RunAsync(default);
        Assert.That((await JudgeAsync(signer)).Indication, Is.EqualTo(Indication.TotalPassed));
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.ValidationWants.SingleAsync()).DoneAt, Is.Not.Null, "what was brought by hand is no longer lacking");
    }

    [Test]
    public async Task What_was_brought_before_anybody_asked_is_found_when_somebody_does()
    {
        await System.IO.File.WriteAllBytesAsync(Path.Join(Folder, "drop", "root.crl"), _root.IssueCrl(Now.AddDays(-1), Now.AddDays(6)));
        await Harvest().RunAsync(default);
        Assert.That((await JudgeAsync(_root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"))).Indication, Is.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task An_object_of_material_has_at_most_64_MiB_unless_one_alone_has_more()
    {
        int[] megabytes = [65, 33, 33, 1];
        await using (var session = await BeginAsync())
        {
            for (var i = 0; i < megabytes.Length; i++)
            {
                await using var insert = session.Command("""
                    INSERT INTO validation_material (id, kind, sha512, content, source, subject, fetched_at, this_update)
                    SELECT gen_random_uuid(), 'CRL', sha512(c), c, 'test', 'test', $1, $1 FROM (SELECT convert_to(repeat(chr(97 + $2), $3), 'UTF8') AS c) t
                    """, session.Now.AddSeconds(i), i, megabytes[i] << 20);
                await insert.ExecuteNonQueryAsync();
            }
            await session.CommitAsync(default);
        }
        await Harvest().RunAsync(default);
        await using (var session = await BeginAsync())
        {
            var objects = (await session.Rows.ValidationMaterials.Select(m => new { m.ObjectId, m.StoredAt, m.FetchedAt, Bytes = m.Content.Length }).ToListAsync()).OrderBy(m => m.FetchedAt).GroupBy(m => m.ObjectId).ToList();
            Assert.That(objects.Select(o => o.Sum(m => m.Bytes) >> 20), Is.EqualTo(new[] { 65, 33, 34 }));
            Assert.That(objects.SelectMany(o => o).Select(m => m.StoredAt), Has.None.Null);
        }
    }

    [TestCase('V', ExpectedResult = "TotalPassed")]
    [TestCase('R', ExpectedResult = "Indeterminate RevokedNoPoe")]
    [TestCase('U', ExpectedResult = "Indeterminate TryLater")]
    public async Task<string> A_real_responder_is_asked(char state)
    {
        // The responder goes by the machine's clock; what it says then is not from the future here.
        Clock.Advance(TimeProvider.System.GetUtcNow() - Clock.GetUtcNow() + TimeSpan.FromMinutes(5));
        var port = FreePort();
        var signer = _root.IssueSigner(ocspUrl: $"http://127.0.0.1:{port}");
        using var responder = await StartResponderAsync(signer, state, port);
        var report = await JudgeAsync(signer);
        responder.Kill();
        await responder.WaitForExitAsync();
        if (state != 'U') Assert.That(report.Revocation.Single().Kind, Is.EqualTo("OCSP"));
        return $"{report.Indication} {report.SubIndication}".Trim();
    }

    private DateTimeOffset Now => Clock.GetUtcNow();

    private SignatureCollection Collection() => new(new MaterialLibrary(Database.Sessions), _fetcher, _options, Clock);

    private MaterialHarvest Harvest() =>
        new(Database.Sessions, new MaterialLibrary(Database.Sessions), Collection(), _fetcher, new CopyWriter(_stores, new WorkTrace(_options), Database.Sessions), _options);

    private async Task<SignatureReport> JudgeAsync(X509Certificate2 signer)
    {
        var cms = new SignedCms(new ContentInfo(Content), detached: true);
        cms.ComputeSignature(new CmsSigner(signer) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly }, silent: true);
        var policy = new VerificationPolicy { TrustAnchors = TrustAnchors.FromCertificates([_root.Certificate.RawDataMemory]) };
        var reading = await SignatureVerification.ReadAsync(File("x.p7s", cms.Encode()), [File("x", Content)], policy, default);
        return (await Collection().ValidateAsync(reading, policy, Now, Now.AddMinutes(1), default)).Signatures[0];
    }

    private static SignedFile File(string path, byte[] bytes) => new(path, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)));

    private async Task<Process> StartResponderAsync(X509Certificate2 signer, char state, int port)
    {
        var (certificate, key) = _root.RootPem;
        await System.IO.File.WriteAllTextAsync(Path.Join(Folder, "ca.pem.txt"), certificate + "\n" + key);
        var revoked = state == 'R' ? "250101000000Z" : "";
        var line = string.Create(CultureInfo.InvariantCulture, $"{(state == 'U' ? 'V' : state)}\t330101000000Z\t{revoked}\t{(state == 'U' ? "01" : signer.SerialNumber)}\tunknown\t/CN=Signer\n");
        await System.IO.File.WriteAllTextAsync(Path.Join(Folder, "index.txt"), line);
        var start = new ProcessStartInfo("openssl") { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Folder };
        foreach (var argument in (string[])["ocsp", "-port", port.ToString(CultureInfo.InvariantCulture), "-index", "index.txt", "-CA", "ca.pem.txt", "-rsigner", "ca.pem.txt", "-rkey", "ca.pem.txt", "-ndays", "1"])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        // It says when it listens.
        while (await process.StandardError.ReadLineAsync() is { } said)
            if (said.Contains("waiting for OCSP client connections", StringComparison.OrdinalIgnoreCase)) return process;
        throw new InvalidOperationException("openssl ocsp does not start");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
