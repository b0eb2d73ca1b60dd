using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;
using Preservation.Workflow.Options;
using Preservation.Workflow.Tests.Collection;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Tests.TimeStamping;

/// <summary>Authorities whose certificates come from a certification authority, with revocation lists that are there or not.</summary>
internal sealed class UnprovenTokenTests : EvidenceFixture
{
    private TestAuthority _root = null!;
    private X509Certificate2 _certificate = null!;

    protected override int AuthorityCount => 2;

    private string Crls => Path.Join(Folder, "crls");

    protected override void Configure(PreservationOptions options)
    {
        options.Trust.Crls = Directory.CreateDirectory(Crls).FullName;
        (options.TimeStamps.Authorities[0].Group, options.TimeStamps.UnprovenPatience) = ("ca", TimeSpan.FromHours(3));
        options.Collection.Hosts.Add("127.0.0.1");
        options.Collection.PrivateAddresses = true;
        if (TestContext.CurrentContext.Test.Properties.ContainsKey("Alone")) options.TimeStamps.Authorities.RemoveAt(1);
    }

    [SetUp]
    public async Task Issue()
    {
        _root = new TestAuthority();
        _certificate = _root.IssueTimeStamper(saysNoRevocation: false);
        Authorities[0].Tokens = Authorities[0].Tokens with { Certificate = _certificate };
        await File.WriteAllTextAsync(Path.Join(Anchors, "root.crt"), _root.RootPem.Certificate);
        await AddReceiptAsync();
        Clock.Advance(TimeSpan.FromMinutes(11));
    }

    [TearDown]
    public void Dispose()
    {
        _certificate.Dispose();
        _root.Dispose();
    }

    [Test, Property("Alone", "yes")]
    public async Task A_token_whose_chain_cannot_be_completed_is_kept_and_does_not_count_until_it_can()
    {
        await Batcher.RunAsync(default);
        var token = (await TokensAsync()).Single();
        Assert.That((token.State, token.Token), Is.EqualTo((TokenState.Answered, (byte[]?)null)));
        Assert.That(token.LastProblem, Does.Contain("TryLater"));
        await using (var session = await BeginAsync())
        {
            var report = await EvidenceCoverage.MakeAsync(session, default);
            Assert.That(report.Kinds.Single().NotCovered, Is.EqualTo(1));
            Assert.That(report.OpenTokens.Single().State, Is.EqualTo(TokenState.Answered));
        }
        Clock.Advance(TimeSpan.FromHours(5));
        await Batcher.RunAsync(default);
        Assert.That((await TokensAsync()).Single().State, Is.EqualTo(TokenState.Answered), "there is nobody else to ask");
        var crl = _root.IssueCrl(Clock.GetUtcNow().AddMinutes(-5), Clock.GetUtcNow().AddDays(6));
        await File.WriteAllBytesAsync(Path.Join(Crls, "root.crl"), crl);
        Clock.Advance(TimeSpan.FromHours(2));
        await Batcher.RunAsync(default);
        var proven = (await TokensAsync()).Single();
        Assert.That((proven.State, proven.Id), Is.EqualTo((TokenState.Proven, token.Id)));
        Assert.That(Authorities[0].Asked, Has.Count.EqualTo(1), "the answer that was kept counts");
        Assert.That(proven.Token.AsSpan().IndexOf(crl), Is.GreaterThan(0), "the list is in the token that records hold");
        Assert.That(proven.Response.AsSpan().IndexOf(crl), Is.LessThan(0));
        Assert.That(proven.CertificatesEndAt, Is.EqualTo(TestAuthority.End));
    }

    [Test, Property("Alone", "yes")]
    public async Task A_long_revocation_list_stays_beside_the_token_and_goes_into_records_and_exports()
    {
        _root.RevokeOthers(3_000, Clock.GetUtcNow().AddDays(-1));
        var crl = _root.IssueCrl(Clock.GetUtcNow().AddMinutes(-5), Clock.GetUtcNow().AddDays(6));
        Assert.That(crl, Has.Length.GreaterThan(64 << 10));
        await File.WriteAllBytesAsync(Path.Join(Crls, "root.crl"), crl);
        var contents = new Dictionary<string, byte[]> { ["data/1.txt"] = "một"u8.ToArray(), ["data/2.txt"] = "hai"u8.ToArray() };
        var package = await AddPackageAsync(contents);
        await Batcher.RunAsync(default);
        Assert.That((await TokensAsync()).Single().Token.AsSpan().IndexOf(crl), Is.LessThan(0), "many tokens would hold the same list");
        await using var session = await BeginAsync();
        var file = await session.Rows.Files.FirstAsync(f => f.LogicalPath == "data/1.txt");
        var record = (await Records.OfAsync(file, default))!;
        Assert.That(record.Encoded.AsSpan().IndexOf(crl), Is.GreaterThan(0), "cryptoInfos");
        var reading = EvidenceRecordReader.Read(record.Encoded.AsMemory(), EvidenceLimits.Default, "r.ers");
        var policy = new VerificationPolicy { TrustAnchors = Preservation.Signatures.Path.TrustAnchors.Load([Anchors]) };
        var report = EvidenceRecordVerification.Verify(reading.Record!, [ProtectedObject.Of("data", [DigestAlgorithm.Sha512.Compute(contents["data/1.txt"])])], policy, Clock.GetUtcNow().AddMinutes(2), "r.ers");
        Assert.That((report.Outcome, report.Timestamps.Single().Indication), Is.EqualTo((VerificationOutcome.ErValid, Indication.TotalPassed)), "with the list in the record alone");
        await using var zip = new ZipArchive((await Export.MakeAsync(package, EvidenceSelection.Records, [], default))!);
        Assert.That(zip.Entries.Where(e => e.FullName.StartsWith("crls/", StringComparison.Ordinal)).Select(e => e.Length), Is.EqualTo(new[] { (long)crl.Length }), "once, for all records");
        Assert.That(zip.GetEntry("records/000001.ers")!.Length, Is.LessThan(20_000));
    }

    [Test]
    public async Task Another_authority_is_asked_when_patience_is_over()
    {
        await Batcher.RunAsync(default);
        Assert.That((await TokensAsync()).Single().State, Is.EqualTo(TokenState.Answered));
        Clock.Advance(TimeSpan.FromHours(4));
        await Batcher.RunAsync(default);
        Clock.Advance(TimeSpan.FromMinutes(1));
        // The first one did answer: it is asked first again, and answers as before.
        Authorities[0].Answer = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult<byte[]?>(null);
        };
        await Batcher.RunAsync(default);
        Assert.That((await TokensAsync()).Select(t => (t.State, t.Tsa)), Is.EquivalentTo(new[] { (TokenState.Refused, "tsa-1"), (TokenState.Proven, "tsa-2") }));
        Assert.That((await BatchesAsync()).Single().State, Is.EqualTo(EvidenceState.Stored));
    }

    [Test, Property("Alone", "yes")]
    public async Task A_revoked_authority_is_refused()
    {
        _root.Revoke(_certificate, Clock.GetUtcNow().AddDays(-1));
        await File.WriteAllBytesAsync(Path.Join(Crls, "root.crl"), _root.IssueCrl(Clock.GetUtcNow().AddMinutes(-5), Clock.GetUtcNow().AddDays(6)));
        await Batcher.RunAsync(default);
        Assert.That((await TokensAsync()).Single(t => t.State == TokenState.Refused).LastProblem, Does.Contain("Revoked"));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.AuditEntries.AnyAsync(e => e.Action == "evidence.tokenRefused"), Is.True);
    }

    [Test, Property("Alone", "yes")]
    public async Task The_list_is_fetched_where_the_certificate_says_and_looked_at_again_when_it_is_due()
    {
        await using var server = await LoopbackServer.StartAsync();
        using var certificate = _root.IssueTimeStamper(saysNoRevocation: false, crlUrl: server.Url + "/root.crl");
        Authorities[0].Tokens = Authorities[0].Tokens with { Certificate = certificate };
        server.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await Batcher.RunAsync(default);
        Assert.That((await TokensAsync()).Single().State, Is.EqualTo(TokenState.Answered), "the list could not be had yet");
        var crl = _root.IssueCrl(Clock.GetUtcNow().AddMinutes(-5), Clock.GetUtcNow().AddDays(40));
        await server.AnswerAsync(crl);
        Clock.Advance(TimeSpan.FromHours(2));
        await Batcher.RunAsync(default);
        var proven = (await TokensAsync()).Single();
        Assert.That((proven.State, Authorities[0].Asked.Count), Is.EqualTo((TokenState.Proven, 1)));
        Assert.That(proven.Token.AsSpan().IndexOf(crl), Is.GreaterThan(0), "the list is in the token that records hold");

        await Renewals.RunAsync(default);
        var requests = server.Requests;
        var lostAt = Clock.GetUtcNow().AddMinutes(1);
        _root.Revoke(certificate, lostAt, X509RevocationReason.KeyCompromise);
        Clock.Advance(TimeSpan.FromMinutes(10));
        await server.AnswerAsync(_root.IssueCrl(Clock.GetUtcNow().AddMinutes(-5), Clock.GetUtcNow().AddDays(40)));
        await Renewals.RunAsync(default);
        await using (var session = await BeginAsync()) Assert.That((await session.Rows.AuthorityRevocations.CountAsync(), server.Requests), Is.EqualTo((0, requests)), "it was asked a moment ago");
        Clock.Advance(Options.Value.Collection.HarvestEvery);
        await Renewals.RunAsync(default);
        await using var after = await BeginAsync();
        var found = await after.Rows.AuthorityRevocations.SingleAsync();
        Assert.That((found.Compromise, found.RevokedAt.ToUnixTimeSeconds(), found.AnnouncedBy), Is.EqualTo((true, lostAt.ToUnixTimeSeconds(), (Guid?)null)));
        Assert.That(found.Source, Does.StartWith("CRL "));
        Assert.That(server.Requests, Is.GreaterThan(requests));
    }
}
