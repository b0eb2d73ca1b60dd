using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;
using Preservation.Testing.TrustLists;
using Preservation.Workflow.Collection;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;
using Preservation.Workflow.Tests.Collection;
using Preservation.Workflow.Trust;

namespace Preservation.Workflow.Tests.Trust;

/// <summary>Trusted lists over HTTP and from the drop folder: kept as they came, used when they hold.</summary>
internal sealed class TrustListHarvestTests : WorkflowFixture
{
    private readonly TestAuthority _root = new("Authority");
    private X509Certificate2 _signer = null!;
    private X509Certificate2 _national = null!;
    private LoopbackServer _server = null!;
    private IOptions<PreservationOptions> _options = null!;
    private MaterialFetcher _fetcher = null!;
    private string _trust = "";

    [OneTimeSetUp]
    public void MakeKeys()
    {
        _signer = _root.IssueSigner("List signer", ecdsa: true, saysNoRevocation: true);
        _national = _root.IssueSigner("National list signer", ecdsa: true);
    }

    [OneTimeTearDown]
    public void DropKeys()
    {
        _signer.Dispose();
        _national.Dispose();
        _root.Dispose();
    }

    [SetUp]
    public async Task Start()
    {
        _server = await LoopbackServer.StartAsync();
        _trust = Directory.CreateDirectory(Path.Join(Folder, "trust")).FullName;
        Directory.CreateDirectory(Path.Join(_trust, "list-signers"));
        await System.IO.File.WriteAllBytesAsync(Path.Join(_trust, "list-signers", "a.crt"), _signer.RawData);
        await System.IO.File.WriteAllTextAsync(Path.Join(_trust, "anchors.json"), """{"lists":[{"territory":"VN","family":"public"}]}""");
        Configure("/vn.xml");
    }

    [TearDown]
    public async Task Stop()
    {
        _fetcher.Dispose();
        await _server.DisposeAsync();
    }

    private void Configure(params string[] paths)
    {
        _fetcher?.Dispose();
        _options = Settings.Of(o =>
        {
            o.Trust.Anchors = _trust;
            o.Collection.Hosts.Add("127.0.0.1");
            o.Collection.PrivateAddresses = true;
            o.Collection.DropFolder = Directory.CreateDirectory(Path.Join(Folder, "drop")).FullName;
            foreach (var path in paths) o.Collection.TrustedLists.Add(_server.Url + path);
            foreach (var name in (string[])["a", "b"]) o.Stores.Add(new StoreOptions { Name = name, Kind = StoreKind.FileSystem, Path = Path.Join(Folder, name), Fsync = false });
            o.Copies.Waiver = "a test";
        });
        _fetcher = new MaterialFetcher(_options);
    }

    private DateTimeOffset Now => Clock.GetUtcNow();

    private AnchorSets Sets() => new(Database.Sessions, _options);

    private Task HarvestAsync() => new TrustListHarvest(Database.Sessions, Sets(), _fetcher, _options).RunAsync(default);

    private TestTrustList List(long sequence, bool withdrawn = false) => withdrawn
        ? new TestTrustList { Sequence = sequence }.Add(_root.Certificate, TestTrustList.Authority, TestTrustList.Withdrawn, Now.AddDays(-1), "", (TestTrustList.Granted, TestAuthority.Start))
        : new TestTrustList { Sequence = sequence }.Add(_root.Certificate, TestTrustList.Authority, TestTrustList.Granted, TestAuthority.Start);

    private async Task<List<(string Subject, TaskState State)>> TasksAsync(string kind)
    {
        await using var session = await BeginAsync();
        return [.. (await session.Rows.Tasks.Where(t => t.Kind == kind).OrderBy(t => t.Id).ToListAsync()).Select(t => (t.Subject, t.State))];
    }

    private async Task<SignatureReport> JudgeAsync()
    {
        var content = "content"u8.ToArray();
        var cms = new SignedCms(new ContentInfo(content), detached: true);
        cms.ComputeSignature(new CmsSigner(_signer) { DigestAlgorithm = new("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly }, silent: true);
        var policy = new VerificationPolicy { TrustAnchors = await Sets().CurrentAsync(default) };
        return (await SignatureVerification.VerifyAsync(File("x.p7s", cms.Encode()), [File("x", content)], policy, Now, default)).Signatures[0];

        static SignedFile File(string path, byte[] bytes) => new(path, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)));
    }

    [Test]
    public async Task A_list_is_fetched_daily_and_its_authorities_are_believed()
    {
        var list = List(1).Sign(_signer);
        await _server.AnswerAsync(list);
        await HarvestAsync();
        await HarvestAsync();
        Assert.That(_server.Requests, Is.EqualTo(1), "once a day");
        var report = await JudgeAsync();
        var anchor = report.Verdicts[0].Anchor!;
        Assert.That((report.Indication, anchor.Family, anchor.Source!.Name, anchor.Source.SequenceNumber), Is.EqualTo((Indication.TotalPassed, "public", _server.Url + "/vn.xml", (long?)1)));
        await using var session = await BeginAsync();
        var kept = await session.Rows.ValidationMaterials.SingleAsync(m => m.Kind == TrustListHarvest.MaterialKind);
        Assert.That((kept.Content, kept.Source, kept.FetchedAt), Is.EqualTo((list, _server.Url + "/vn.xml", Now)));
        Assert.That(await TasksAsync(TaskKinds.TrustListRefused), Is.Empty);
    }

    [Test]
    public async Task What_was_kept_reaches_every_store_byte_for_byte()
    {
        var list = List(1).Sign(_signer);
        await _server.AnswerAsync(list);
        await HarvestAsync();
        var trace = new WorkTrace(_options);
        await using var stores = new StoreSet(_options, trace);
        await stores.RegisterAsync(Database.Sessions, default);
        var library = new MaterialLibrary(Database.Sessions);
        await new MaterialHarvest(Database.Sessions, library, new SignatureCollection(library, _fetcher, _options, Clock), _fetcher, new CopyWriter(stores, trace, Database.Sessions), _options).RunAsync(default);
        Assert.That(_server.Requests, Is.EqualTo(1), "the address of a trusted list is none of revocation lists");
        foreach (var store in (string[])["a", "b"])
        {
            var written = Directory.EnumerateFiles(Path.Join(Folder, store), "*.xtsl", SearchOption.AllDirectories).Single();
            Assert.That(await System.IO.File.ReadAllBytesAsync(written), Is.EqualTo(list));
            var set = Directory.EnumerateFiles(Path.Join(Folder, store), "*.json", SearchOption.AllDirectories).Single(f => f.Contains("/material/", StringComparison.Ordinal));
            Assert.That(await System.IO.File.ReadAllBytesAsync(set), Is.EqualTo((await Sets().CurrentAsync(default)).Json.ToArray()));
        }
    }

    [Test]
    public async Task A_newer_edition_takes_over_and_the_change_is_told()
    {
        await _server.AnswerAsync(List(1).Sign(_signer));
        await HarvestAsync();
        Clock.Advance(TimeSpan.FromHours(25));
        await _server.AnswerAsync(List(2, withdrawn: true).Sign(_signer));
        await HarvestAsync();
        Assert.That((await JudgeAsync()).SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFoundNoPoe));
        Assert.That((await TasksAsync(TaskKinds.TrustChanged)).Single().Subject, Is.EqualTo($"+0 −0 ±1; {_server.Url}/vn.xml 1 → 2"));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "trust.change"), Is.EqualTo(2));
    }

    [TestCase("older")]
    [TestCase("changed")]
    [TestCase("stranger")]
    [TestCase("unsigned")]
    [TestCase("none")]
    public async Task What_does_not_hold_is_kept_and_told_and_the_list_before_it_stays(string fault)
    {
        await _server.AnswerAsync(List(5).Sign(_signer));
        await HarvestAsync();
        var before = (await Sets().CurrentAsync(default)).Sha256;
        Clock.Advance(TimeSpan.FromHours(25));
        var bad = fault switch
        {
            "older" => List(4).Sign(_signer),
            "changed" => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(List(6).Sign(_signer)).Replace("<TSLSequenceNumber>6", "<TSLSequenceNumber>7", StringComparison.Ordinal)),
            "stranger" => List(6).Sign(_national),
            "unsigned" => Encoding.UTF8.GetBytes(List(6).Text()),
            _ => "<html></html>"u8.ToArray(),
        };
        await _server.AnswerAsync(bad);
        await HarvestAsync();
        Assert.That((await Sets().CurrentAsync(default)).Sha256, Is.EqualTo(before));
        var rule = fault switch { "older" => "TRUST-SEQUENCE", "changed" => "TRUST-SIGNATURE", "stranger" => "TRUST-SIGNER", "unsigned" => "TRUST-UNSIGNED", _ => "TRUST-MALFORMED" };
        var (subject, state) = (await TasksAsync(TaskKinds.TrustListRefused)).Single();
        Assert.That((subject.Contains(rule, StringComparison.Ordinal), state), Is.EqualTo((true, TaskState.Open)), subject);
        await using (var session = await BeginAsync())
            Assert.That(await session.Rows.ValidationMaterials.AnyAsync(m => m.Content == bad), Is.True, "kept all the same");
        Clock.Advance(TimeSpan.FromHours(1));
        await _server.AnswerAsync(List(7).Sign(_signer));
        await HarvestAsync();
        Assert.That((await TasksAsync(TaskKinds.TrustListRefused)).Single().State, Is.EqualTo(TaskState.Done), "it ends by itself");
    }

    [Test]
    public async Task A_list_that_cannot_be_had_is_told_when_there_is_none_or_it_runs_out()
    {
        _server.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await HarvestAsync();
        Assert.That((await TasksAsync(TaskKinds.TrustListRefused)).Single().State, Is.EqualTo(TaskState.Open));
        await _server.AnswerAsync(List(1).Sign(_signer));
        Clock.Advance(TimeSpan.FromHours(1));
        await HarvestAsync();
        Assert.That((await TasksAsync(TaskKinds.TrustListRefused)).Single().State, Is.EqualTo(TaskState.Done));
        Clock.Advance(new DateTimeOffset(2026, 7, 2, 0, 0, 0, TimeSpan.Zero) - Now);
        await HarvestAsync();
        Assert.That((await TasksAsync(TaskKinds.TrustListRefused))[^1].Subject, Does.Contain("TRUST-EXPIRED 2026-07-01"));
        Assert.That((await JudgeAsync()).SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound), "out of date, it vouches for nobody");
    }

    [Test]
    public async Task The_drop_folder_brings_lists_where_there_is_no_internet()
    {
        Configure();
        await System.IO.File.WriteAllBytesAsync(Path.Join(Folder, "drop", "vn.xml"), List(3).Sign(_signer));
        await HarvestAsync();
        Assert.That((await JudgeAsync()).Verdicts[0].Anchor!.Source!.Name, Is.EqualTo("drop folder: vn.xml"));
        System.IO.File.Delete(Path.Join(Folder, "drop", "vn.xml"));
        Assert.That((await JudgeAsync()).Indication, Is.EqualTo(Indication.TotalPassed), "what was brought stays");
    }

    [Test]
    public async Task A_list_of_lists_vouches_for_the_national_ones()
    {
        Configure("/lists.xml", "/vn.xml");
        var lists = new TestTrustList { Type = TestTrustList.ListOfLists, Territory = "EU" }.Point("VN", TestTrustList.National, _national).Sign(_signer);
        var national = List(1).Sign(_national);
        _server.Answer = context => context.Response.Body.WriteAsync(context.Request.Path == "/lists.xml" ? lists : national).AsTask();
        await HarvestAsync();
        Assert.That((await JudgeAsync()).Indication, Is.EqualTo(Indication.TotalPassed));
        Assert.That(await TasksAsync(TaskKinds.TrustListRefused), Is.Empty);
        // Whoever is no longer asked vouches for nothing.
        Configure("/vn.xml");
        Assert.That((await JudgeAsync()).SubIndication, Is.EqualTo(SubIndication.NoCertificateChainFound));
    }
}
