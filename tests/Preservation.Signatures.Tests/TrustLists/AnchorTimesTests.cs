using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TrustLists;
using Preservation.Testing.Certificates;
using Preservation.Testing.TrustLists;

namespace Preservation.Signatures.Tests.TrustLists;

/// <summary>Anchors are believed for the time in which somebody vouched for them (TS 119 612 §5.5.5, EN 319 102-1 §5.6.2.2), and verdicts say which they rest on.</summary>
public sealed class AnchorTimesTests
{
    private static readonly byte[] Content = "content"u8.ToArray();
    private static readonly DateTimeOffset Signed = SigningBench.Now;
    private static readonly DateTimeOffset Withdrawal = Signed.AddMonths(3);
    private static readonly DateTimeOffset Later = Signed.AddYears(1);
    private readonly TestAuthority _root = new("Authority");
    private readonly TestAuthority _stamps = new("Time");
    private X509Certificate2 _signer = null!;
    private X509Certificate2 _tsa = null!;

    [OneTimeSetUp]
    public void Start()
    {
        _signer = _root.IssueSigner(saysNoRevocation: true);
        _tsa = _stamps.IssueTimeStamper();
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _signer.Dispose();
        _tsa.Dispose();
        _root.Dispose();
        _stamps.Dispose();
    }

    private static TrustAnchor Anchor(X509Certificate2 certificate, string? family = null, DateTimeOffset? from = null, DateTimeOffset? until = null, DateTimeOffset? nextUpdate = null) =>
        new(TrustAnchors.DecodeOne(certificate.RawDataMemory)) { Family = family, From = from, Until = until, Source = new AnchorSource("list.xml") { SequenceNumber = 4, NextUpdate = nextUpdate } };

    private async Task<SignatureReport> JudgeAsync(byte[] signature, DateTimeOffset now, params TrustAnchor[] anchors)
    {
        var policy = new VerificationPolicy { TrustAnchors = new TrustAnchors([.. anchors, Anchor(_stamps.Certificate, AnchorFamily.TimeStamping)], []) };
        return (await SigningBench.VerifyAsync(signature, Content, policy, now)).Signatures[0];
    }

    private byte[] Plain() => SigningBench.Sign(Content, _signer, detached: true);

    private byte[] Stamped(DateTimeOffset at) => TokenBench.WithArchiveTimeStamp(TokenBench.WithSignatureTimeStamp(Plain(), _tsa, at), Content, _tsa, at.AddHours(1));

    private static (Indication, SubIndication?) Of(SignatureReport report, string policy) => report.Verdicts.Where(v => v.Policy == policy).Select(v => (v.Indication, v.SubIndication)).Single();

    [Test]
    public async Task Before_the_withdrawal_a_signature_passes_and_says_what_it_rests_on()
    {
        var report = await JudgeAsync(Plain(), Signed, Anchor(_root.Certificate, AnchorFamily.Public, Signed.AddYears(-1), Withdrawal));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.TotalPassed, (SubIndication?)null)));
        var anchor = report.Verdicts[0].Anchor!;
        Assert.That((anchor.Family, anchor.From, anchor.Until, anchor.Source!.Name, anchor.Source.SequenceNumber), Is.EqualTo((AnchorFamily.Public, (DateTimeOffset?)Signed.AddYears(-1), (DateTimeOffset?)Withdrawal, "list.xml", (long?)4)));
    }

    [Test]
    public async Task After_the_withdrawal_nothing_shows_that_it_was_made_before()
    {
        var report = await JudgeAsync(Plain(), Later, Anchor(_root.Certificate, null, null, Withdrawal));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.NoCertificateChainFoundNoPoe)));
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain("SIG-ANCHOR-NOT-BELIEVED"));
        Assert.That(Of(report, "vn-tt41-2017").Item1, Is.EqualTo(Indication.TotalPassed), "by the rule of signing time the claimed time counts");
    }

    [Test]
    public async Task A_proof_of_existence_from_before_the_withdrawal_carries_it_on()
    {
        var report = await JudgeAsync(Stamped(Signed.AddHours(1)), Later, Anchor(_root.Certificate, null, null, Withdrawal));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.TotalPassed, (SubIndication?)null)));
        Assert.That((report.Verdicts[0].Basis, report.Timestamps[0].Anchor!.Family), Is.EqualTo(("proven", AnchorFamily.TimeStamping)));
    }

    [Test]
    public async Task A_proof_of_existence_from_after_the_withdrawal_does_not()
    {
        var report = await JudgeAsync(Stamped(Withdrawal.AddDays(1)), Later, Anchor(_root.Certificate, null, null, Withdrawal));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.NoCertificateChainFoundNoPoe)));
    }

    [Test]
    public async Task A_certificate_that_nothing_proves_older_than_the_withdrawal_is_not_believed_though_the_value_is_older()
    {
        // Only the value is time-stamped: the withdrawn authority could have made the certificate since.
        var report = await JudgeAsync(TokenBench.WithSignatureTimeStamp(Plain(), _tsa, Signed.AddHours(1)), Later, Anchor(_root.Certificate, null, null, Withdrawal));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.NoCertificateChainFoundNoPoe)));
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain("SIG-PROOF-GAP"));
    }

    [Test]
    public async Task What_is_not_believed_yet_or_out_of_date_leads_nowhere()
    {
        foreach (var anchor in new[] { Anchor(_root.Certificate, null, Signed.AddDays(1)), Anchor(_root.Certificate, nextUpdate: Signed.AddDays(-1)), Anchor(_root.Certificate, AnchorFamily.TimeStamping) })
            Assert.That(Of(await JudgeAsync(Plain(), Signed, anchor), "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.NoCertificateChainFound)), anchor.ToString());
    }

    [Test]
    public async Task Of_several_times_the_one_that_holds_then_counts()
    {
        TrustAnchor[] anchors = [Anchor(_root.Certificate, AnchorFamily.Public, null, Signed.AddYears(-1)), Anchor(_root.Certificate, AnchorFamily.OfficialDuty, Signed.AddYears(-1))];
        Assert.That((await JudgeAsync(Plain(), Signed, anchors)).Verdicts.Select(v => v.Anchor!.Family), Is.All.EqualTo(AnchorFamily.OfficialDuty));
    }

    [Test]
    public async Task Which_of_the_two_families_vouches_is_told()
    {
        foreach (var (family, said) in new[] { (AnchorFamily.OfficialDuty, "SAID-OFFICIAL-DUTY"), (AnchorFamily.Public, "SAID-PUBLIC-AUTHORITY") })
        {
            var policy = new VerificationPolicy { TrustAnchors = new TrustAnchors([Anchor(_root.Certificate, family)], []) };
            var report = await SigningBench.VerifyAsync(Plain(), Content, policy);
            Assert.That(report.Conclusion.Select(c => c.Rule.Code), Does.Contain(said));
            Assert.That(report.ToJson(), Does.Contain($"\"family\":\"{family}\""));
        }
    }

    [Test]
    public void The_digest_covers_family_and_dates_and_the_set_is_read_back_the_same()
    {
        TrustAnchors[] sets = [Set(Anchor(_root.Certificate)), Set(Anchor(_root.Certificate, AnchorFamily.Public)), Set(Anchor(_root.Certificate, null, Signed)), Set(Anchor(_root.Certificate, null, null, Signed)), Set(Anchor(_root.Certificate, nextUpdate: Signed)), Set(new TrustAnchor(TrustAnchors.DecodeOne(_root.Certificate.RawDataMemory)))];
        Assert.That(sets.Select(s => s.Sha256).Distinct().Count(), Is.EqualTo(sets.Length));
        foreach (var set in sets) Assert.That(TrustAnchors.Read(set.Json).Sha256, Is.EqualTo(set.Sha256));
        TrustAnchor[] two = [Anchor(_root.Certificate), Anchor(_stamps.Certificate)];
        Assert.That(Set(two).Sha256, Is.EqualTo(Set(two[1], two[0], two[1]).Sha256), "order and repetition are nothing");
        Assert.That(TrustAnchors.None.Sha256, Is.Empty);

        static TrustAnchors Set(params TrustAnchor[] anchors) => new(anchors, []);
    }

    [Test]
    public void A_withdrawn_service_is_an_anchor_for_the_time_it_was_granted()
    {
        var list = new TestTrustList().Add(_root.Certificate, TestTrustList.Authority, TestTrustList.Withdrawn, Withdrawal, "",
            (TestTrustList.Granted, Signed), ("http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/undersupervision", Signed.AddYears(-1)), (TestTrustList.Withdrawn, Signed.AddYears(-2)), (TestTrustList.Granted, Signed.AddYears(-3)))
            .Add(_stamps.Certificate, TestTrustList.TimeStamping, TestTrustList.Granted, Signed)
            .Add(_signer, TestTrustList.Authority, TestTrustList.Granted, Signed, TestTrustList.For("ForWebSiteAuthentication"))
            .Add(_tsa, "http://uri.etsi.org/TrstSvc/Svctype/EDS/Q", TestTrustList.Granted, Signed);
        var reading = TrustListVerification.Judge([new TrustListFile("list.xml", list.Sign(_signer))], [_signer.RawDataMemory], SignatureLimits.Default)[0];
        Assert.That(TrustListAnchors.Of(reading, AnchorFamily.Public).Select(a => (a.Sha256, a.Family, a.From, a.Until)), Is.EqualTo(new (string, string?, DateTimeOffset?, DateTimeOffset?)[]
        {
            (Sha256(_root.Certificate), AnchorFamily.Public, Signed.AddYears(-1), Withdrawal),
            (Sha256(_root.Certificate), AnchorFamily.Public, Signed.AddYears(-3), Signed.AddYears(-2)),
            (Sha256(_stamps.Certificate), AnchorFamily.TimeStamping, Signed, null),
        }));
    }

    private static string Sha256(X509Certificate2 certificate) => certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant();
}
