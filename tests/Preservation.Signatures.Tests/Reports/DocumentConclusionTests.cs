using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Reports;

public sealed class DocumentConclusionTests
{
    private static readonly byte[] Content = "content"u8.ToArray();
    private TestAuthority _root = null!;

    [SetUp]
    public void Start() => _root = new TestAuthority();

    [TearDown]
    public void Stop() => _root.Dispose();

    [Test]
    public async Task A_person_alone_is_told_from_a_person_with_the_organisation()
    {
        var person = _root.IssueSigner("Nguyễn Văn A", saysNoRevocation: true);
        var organisation = _root.IssueSigner("UBND tỉnh X, O=UBND tỉnh X", saysNoRevocation: true);
        Assert.That(await SaidAsync(Content, [person]), Is.EqualTo(new[] { "SAID-UNCHANGED", "SAID-SIGNER-PROVEN", "SAID-TIME-CLAIMED", "SAID-PERSON-ONLY" }));
        Assert.That(await SaidAsync(Content, [organisation]), Does.Contain("SAID-ORGANISATION-ONLY"));
        Assert.That(await SaidAsync(Content, [person, organisation]), Does.Contain("SAID-BOTH-SIGNED"));
    }

    [Test]
    public async Task What_is_not_proven_is_said_with_its_reason()
    {
        using var stranger = new TestAuthority("Stranger");
        Assert.That(await SaidAsync(Content, [stranger.IssueSigner(saysNoRevocation: true)]), Is.EqualTo(new[] { "SAID-UNCHANGED", "SAID-SIGNER-UNKNOWN", "SAID-TIME-CLAIMED", "SAID-NEITHER-SIGNED" }));
        Assert.That(await SaidAsync(Content, [_root.IssueSigner()]), Does.Contain("SAID-REVOCATION-UNKNOWN"));
        Assert.That(await SaidAsync("changed"u8.ToArray(), [_root.IssueSigner(saysNoRevocation: true)]), Is.EqualTo(new[] { "SAID-CHANGED", "SAID-NEITHER-SIGNED" }));
    }

    [Test]
    public async Task A_certificate_that_ended_since_is_valid_by_the_rule_of_signing_time_and_both_are_said()
    {
        var signer = _root.IssueSigner(notAfter: SigningBench.Now.AddMonths(6), saysNoRevocation: true);
        var report = await ReportAsync(Content, [signer], SigningBench.Now.AddYears(1));
        Assert.That(report.Conclusion.Select(c => c.Rule.Code), Is.EqualTo(new[] { "SAID-UNCHANGED", "SAID-OUT-OF-FORCE", "SAID-VALID-THEN", "SAID-TIME-CLAIMED", "SAID-PERSON-ONLY" }));
        foreach (var sentence in report.Conclusion)
            Assert.That(sentence.Message.En + sentence.Message.Vi, Does.Not.Contain("{").And.Not.Contain("–"), sentence.Rule.Code);
    }

    [Test]
    public void Every_sentence_is_said_of_something()
    {
        var at = SigningBench.Now;
        var person = new CertificateReport("CN=A, SN=A, G=B", "CN=Root", "01", at, at, "00");
        var organisation = person with { Subject = "CN=X, O=X" };
        var valid = new SignatureReport { Id = "1", Format = "CMS", Level = "B", Cryptographic = VerificationOutcome.Intact, Indication = Indication.TotalPassed, Signer = person };
        SubIndication[] reasons =
        [
            SubIndication.NoCertificateChainFound, SubIndication.NoSigningCertificateFound, SubIndication.RevokedNoPoe, SubIndication.TryLater, SubIndication.NoPoe,
            SubIndication.CryptoConstraintsFailureNoPoe, SubIndication.ChainConstraintsFailure, SubIndication.NoCertificateChainFoundNoPoe,
        ];
        SignatureReport[][] documents =
        [
            [valid with { ProvenTime = at }], [valid with { ClaimedTime = at }, valid with { Signer = organisation }], [valid with { Signer = organisation }],
            [valid with { Scope = "PARTIAL" }], [valid with { Coverage = Coverage.Revision }], [valid with { Cryptographic = VerificationOutcome.Broken, Indication = Indication.TotalFailed }],
            [valid with { Cryptographic = VerificationOutcome.Unsupported, Indication = Indication.Indeterminate }],
            [valid with { Indication = Indication.Indeterminate, SubIndication = SubIndication.OutOfBoundsNoPoe, Verdicts = [new PolicyVerdict("vn-tt41-2017", Indication.TotalPassed, null, at, "claimed")] }],
            .. new[] { AnchorFamily.OfficialDuty, AnchorFamily.Public }.Select(f => new[] { valid with { Verdicts = [new PolicyVerdict("etsi", Indication.TotalPassed, null, at, "now") { Anchor = new AnchorReport("00", f, null, null, null) }] } }),
            .. reasons.Select(r => new[] { valid with { Indication = Indication.Indeterminate, SubIndication = r } }),
        ];
        Assert.That(documents.SelectMany(d => DocumentConclusion.Of(d, "x")).Select(f => f.Rule.Code).Distinct(), Is.EquivalentTo(ConclusionRules.All.Select(r => r.Code)));
    }

    private async Task<IEnumerable<string>> SaidAsync(byte[] content, X509Certificate2[] signers) =>
        (await ReportAsync(content, signers, SigningBench.Now)).Conclusion.Select(c => c.Rule.Code).ToList();

    private Task<VerificationReport> ReportAsync(byte[] content, X509Certificate2[] signers, DateTimeOffset now)
    {
        var cms = new System.Security.Cryptography.Pkcs.SignedCms(new(Content), detached: true);
        foreach (var one in signers)
        {
            var signer = new System.Security.Cryptography.Pkcs.CmsSigner(one) { DigestAlgorithm = new("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly };
            signer.SignedAttributes.Add(new System.Security.Cryptography.Pkcs.Pkcs9SigningTime(SigningBench.Now.UtcDateTime));
            cms.ComputeSignature(signer, silent: true);
        }
        return SigningBench.VerifyAsync(cms.Encode(), content, SigningBench.Trust(_root.Certificate), now);
    }
}
