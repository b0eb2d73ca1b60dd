using System.Net;
using System.Net.Http.Headers;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Catalogue.Model;
using Preservation.Evidence.TimeStamps;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Diagnostics;
using Preservation.Workflow.Options;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Tests.TimeStamping;

internal sealed class EvidenceBatcherTests : WorkflowFixture
{
    private readonly List<byte[]> _asked = [];
    private Func<byte[], byte[]?> _answer = _ => null;
    private DevelopmentTimeStampAuthority _authority = null!;
    private StoreSet _stores = null!;
    private EvidenceBatcher _batcher = null!;
    private HttpClient _http = null!;

    [SetUp]
    public async Task Open()
    {
        _asked.Clear();
        var (certificate, key) = MakeAuthority();
        _authority = new DevelopmentTimeStampAuthority(certificate, key);
        var anchors = Directory.CreateDirectory(Path.Join(Folder, "anchors")).FullName;
        await File.WriteAllTextAsync(Path.Join(anchors, "tsa.crt"), certificate);
        var options = Settings.Of(o =>
        {
            foreach (var name in new[] { "first", "second" }) o.Stores.Add(new StoreOptions { Name = name, Path = Path.Join(Folder, name), Fsync = false, FailureDomain = new FailureDomainOptions { Provider = name } });
            (o.TimeStamps.Url, o.TimeStamps.Anchors, o.TimeStamps.MaxAge) = ("http://tsa.invalid/", anchors, TimeSpan.FromMinutes(10));
        });
        var trace = new WorkTrace(options);
        _stores = new StoreSet(options, trace);
        await _stores.RegisterAsync(Database.Sessions, default);
        _http = new HttpClient(new Wire(this));
        _batcher = new EvidenceBatcher(Database.Sessions, new CopyWriter(_stores, trace, Clock), new TimeStampTrust(options), new TimeStampClient(_http), options, Clock, NullLogger<EvidenceBatcher>.Instance);
        await AddReceiptAsync();
        Clock.Advance(TimeSpan.FromMinutes(11));
    }

    [TearDown]
    public async Task Close()
    {
        _http.Dispose();
        _authority.Dispose();
        await _stores.DisposeAsync();
    }

    [Test]
    public async Task What_is_old_enough_is_stamped_once_and_stored_on_both_stores()
    {
        _answer = Granted;
        await _batcher.RunAsync(default);
        await _batcher.RunAsync(default);
        var batch = await BatchAsync();
        Assert.That((batch.State, batch.Leaves, batch.LastProblem), Is.EqualTo((EvidenceState.Stored, 1, (string?)null)));
        Assert.That(_asked, Has.Count.EqualTo(1));
        foreach (var store in new[] { "first", "second" })
            Assert.That(Directory.GetFiles(Path.Join(Folder, store), "token.tsr", SearchOption.AllDirectories), Has.Length.EqualTo(1), store);
    }

    [Test]
    public async Task Nothing_is_asked_before_the_batch_is_due()
    {
        _answer = Granted;
        await _batcher.RunAsync(default);
        await AddReceiptAsync();
        Clock.Advance(TimeSpan.FromMinutes(9));
        await _batcher.RunAsync(default);
        Assert.That(_asked, Has.Count.EqualTo(1));
        Clock.Advance(TimeSpan.FromMinutes(2));
        await _batcher.RunAsync(default);
        Assert.That(_asked, Has.Count.EqualTo(2));
    }

    private static IEnumerable<TestCaseData> BadAnswers()
    {
        yield return new TestCaseData((EvidenceBatcherTests _, byte[] _) => (byte[]?)null).SetArgDisplayNames("no answer");
        yield return new TestCaseData((EvidenceBatcherTests t, byte[] _) => t._authority.Answer(new byte[] { 0x30, 0 }, t.Clock.GetUtcNow())).SetArgDisplayNames("refusal");
        yield return new TestCaseData((EvidenceBatcherTests t, byte[] r) => t.Granted(With(r, nonce: 42))).SetArgDisplayNames("another nonce");
        yield return new TestCaseData((EvidenceBatcherTests t, byte[] r) => t.Granted(With(r, flip: true))).SetArgDisplayNames("other data");
        yield return new TestCaseData((EvidenceBatcherTests _, byte[] _) => new byte[] { 1, 2, 3 }).SetArgDisplayNames("nonsense");
        yield return new TestCaseData((EvidenceBatcherTests t, byte[] r) => Stranger(r, t.Clock.GetUtcNow())).SetArgDisplayNames("an authority nobody trusts");
    }

    [TestCaseSource(nameof(BadAnswers))]
    public async Task A_batch_outlives_an_authority_that_fails_and_is_asked_for_again_with_the_same_bytes(Func<EvidenceBatcherTests, byte[], byte[]?> bad)
    {
        _answer = request => bad(this, request);
        await _batcher.RunAsync(default);
        await _batcher.RunAsync(default);
        var waiting = await BatchAsync();
        Assert.That((waiting.State, waiting.Token), Is.EqualTo((EvidenceState.Asking, (byte[]?)null)));
        Assert.That(waiting.LastProblem, Is.Not.Empty);
        await using (var session = await BeginAsync())
        {
            var task = await session.Rows.Tasks.SingleAsync();
            Assert.That((task.Kind, task.State, task.Role), Is.EqualTo((TaskKinds.EvidenceTrouble, TaskState.Open, Role.PreservationOfficer)));
        }
        _answer = Granted;
        await _batcher.RunAsync(default);
        var stored = await BatchAsync();
        Assert.That((stored.Id, stored.State, stored.LastProblem), Is.EqualTo((waiting.Id, EvidenceState.Stored, (string?)null)));
        Assert.That(_asked, Has.Count.EqualTo(3));
        Assert.That(_asked.Select(Convert.ToHexString).Distinct().Count(), Is.EqualTo(1), "always the same request");
        Assert.That(stored.Root, Is.EqualTo(waiting.Root));
    }

    private byte[] Granted(byte[] request) => _authority.Answer(request, Clock.GetUtcNow());

    private static byte[] With(byte[] request, BigInteger? nonce = null, bool flip = false)
    {
        Assert.That(TimeStampRequest.TryDecode(request, out var decoded), Is.True);
        var imprint = decoded!.Imprint.Bytes.ToArray();
        if (flip) imprint[0] ^= 1;
        return [.. new TimeStampRequest(new Preservation.Core.Digests.Digest(decoded.Imprint.Algorithm, [.. imprint]), nonce ?? decoded.Nonce).Encoded];
    }

    private static byte[] Stranger(byte[] request, DateTimeOffset now)
    {
        var (certificate, key) = MakeAuthority();
        using var stranger = new DevelopmentTimeStampAuthority(certificate, key);
        return stranger.Answer(request, now);
    }

    private static (string Certificate, string Key) MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test TSA, O=DEVELOPMENT ONLY", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], critical: true));
        using var certificate = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task AddReceiptAsync()
    {
        var submission = await AddSubmissionAsync();
        await using var session = await BeginAsync();
        session.Rows.Receipts.Add(new Receipt { Id = Guid.NewGuid(), SubmissionId = submission, Kind = ReceiptKind.BytesReceived, Body = [1], Sha512 = SHA512.HashData(submission.ToByteArray()), Seal = [1], IssuedAt = session.Now });
        await session.CommitAsync(default);
    }

    private async Task<EvidenceBatch> BatchAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.EvidenceBatches.AsNoTracking().SingleAsync();
    }

    // The way to the authority: what is asked is noted, null is a server that fails.
    private sealed class Wire(EvidenceBatcherTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            test._asked.Add(asked);
            if (test._answer(asked) is not { } answer) return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(answer) };
            response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-reply");
            return response;
        }
    }
}
