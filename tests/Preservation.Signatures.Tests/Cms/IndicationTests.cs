using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Cms;

/// <summary>ETSI EN 319 102-1 status for each state of the signer's certificate.</summary>
public sealed class IndicationTests
{
    private static readonly byte[] Content = "content"u8.ToArray();
    private static readonly DateTimeOffset Now = SigningBench.Now;
    private TestAuthority _root = null!;

    [SetUp]
    public void Start() => _root = new TestAuthority();

    [TearDown]
    public void Stop() => _root.Dispose();

    [Test]
    public async Task Without_revocation_data_it_is_try_later() =>
        Assert.That(await JudgeAsync(_root.IssueSigner()), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.TryLater)));

    [Test]
    public async Task A_certificate_that_says_no_revocation_will_come_passes() =>
        Assert.That(await JudgeAsync(_root.IssueSigner(saysNoRevocation: true)), Is.EqualTo((Indication.TotalPassed, (SubIndication?)null)));

    [Test]
    public async Task A_current_list_without_the_certificate_passes() =>
        Assert.That(await JudgeAsync(_root.IssueSigner(), _root.IssueCrl(Now.AddDays(-1), Now.AddDays(6))),
            Is.EqualTo((Indication.TotalPassed, (SubIndication?)null)));

    [Test]
    public async Task A_list_that_is_too_old_or_of_another_authority_proves_nothing()
    {
        using var other = new TestAuthority();
        var signer = _root.IssueSigner();
        Assert.That((await JudgeAsync(signer, _root.IssueCrl(Now.AddDays(-9), Now.AddDays(-2)))).Sub, Is.EqualTo(SubIndication.TryLater));
        Assert.That((await JudgeAsync(signer, other.IssueCrl(Now.AddDays(-1), Now.AddDays(6)))).Sub, Is.EqualTo(SubIndication.TryLater));
    }

    [Test]
    public async Task A_revoked_certificate_does_not_pass()
    {
        var signer = _root.IssueSigner();
        _root.Revoke(signer, Now.AddDays(-3));
        Assert.That(await JudgeAsync(signer, _root.IssueCrl(Now.AddDays(-1), Now.AddDays(6))),
            Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.RevokedNoPoe)));
    }

    [Test]
    public async Task A_certificate_that_ended_or_has_not_begun_does_not_pass()
    {
        Assert.That((await JudgeAsync(_root.IssueSigner(notAfter: Now.AddDays(-1), saysNoRevocation: true))).Sub, Is.EqualTo(SubIndication.OutOfBoundsNoPoe));
        Assert.That((await JudgeAsync(_root.IssueSigner(notBefore: Now.AddDays(1), saysNoRevocation: true))).Sub, Is.EqualTo(SubIndication.OutOfBoundsNoPoe));
    }

    [Test]
    public async Task An_unknown_authority_of_the_same_name_gives_no_path()
    {
        using var impostor = new TestAuthority();
        Assert.That((await JudgeAsync(impostor.IssueSigner(saysNoRevocation: true))).Sub, Is.EqualTo(SubIndication.NoCertificateChainFound));
    }

    [Test]
    public async Task A_signer_is_no_authority()
    {
        // Anchored at the root, but issued by an end entity.
        using var middle = _root.IssueSigner("Middle", saysNoRevocation: true);
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new CertificateRequest("CN=Below", key, System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        using var bare = request.Create(middle.SubjectName,
            X509SignatureGenerator.CreateForRSA(middle.GetRSAPrivateKey()!, System.Security.Cryptography.RSASignaturePadding.Pkcs1),
            TestAuthority.Start, TestAuthority.End, [1, 2, 3]);
        using var below = bare.CopyWithPrivateKey(key);
        var policy = SigningBench.Trust(_root.Certificate) with { Intermediates = [middle.RawDataMemory] };
        var report = await SigningBench.VerifyAsync(SigningBench.Sign(Content, below, true), Content, policy);
        Assert.That(report.Signatures[0].SubIndication, Is.EqualTo(SubIndication.ChainConstraintsFailure));
    }

    [Test]
    public async Task Sha1_is_no_longer_relied_on()
    {
        var signer = _root.IssueSigner(saysNoRevocation: true);
        var report = await SigningBench.VerifyAsync(
            SigningBench.Sign(Content, signer, true, "1.3.14.3.2.26"), Content, SigningBench.Trust(_root.Certificate));
        Assert.That((report.Outcome, report.Signatures[0].SubIndication),
            Is.EqualTo((VerificationOutcome.Intact, (SubIndication?)SubIndication.CryptoConstraintsFailureNoPoe)));
    }

    private async Task<(Indication Indication, SubIndication? Sub)> JudgeAsync(X509Certificate2 signer, params byte[][] crls)
    {
        var report = await SigningBench.VerifyAsync(
            SigningBench.Sign(Content, signer, detached: true), Content, SigningBench.Trust(_root.Certificate, crls));
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Intact), "trust never changes the cryptographic outcome");
        return (report.Signatures[0].Indication, report.Signatures[0].SubIndication);
    }
}
