using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Validation;

/// <summary>What time-stamps save and what they do not (EN 319 102-1 §5.5, §5.6), beside validity at signing time (Circular 41/2017).</summary>
public sealed class PastSignatureTests
{
    private static readonly byte[] Content = "content"u8.ToArray();
    private static readonly DateTimeOffset Signed = SigningBench.Now;
    private static readonly DateTimeOffset Later = Signed.AddYears(2);
    private TestAuthority _root = null!;
    private X509Certificate2 _tsa = null!;

    [SetUp]
    public void Start()
    {
        _root = new TestAuthority();
        _tsa = _root.IssueTimeStamper();
    }

    [TearDown]
    public void Stop()
    {
        _tsa.Dispose();
        _root.Dispose();
    }

    [Test]
    public async Task Revoked_after_the_time_stamp_it_still_passes()
    {
        var signer = _root.IssueSigner();
        _root.Revoke(signer, Signed.AddDays(30));
        var report = await JudgeAsync(Stamped(signer), Later, _root.IssueCrl(Later.AddDays(-1), Later.AddDays(6)));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.TotalPassed, (SubIndication?)null)));
        Assert.That(report.ProvenTime, Is.EqualTo(Signed.AddHours(1)));
        Assert.That(Of(report, "vn-tt41-2017").Item1, Is.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task Revoked_before_the_time_stamp_it_does_not()
    {
        var signer = _root.IssueSigner();
        _root.Revoke(signer, Signed.AddMinutes(-5));
        var report = await JudgeAsync(Stamped(signer), Later, _root.IssueCrl(Later.AddDays(-1), Later.AddDays(6)));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.RevokedNoPoe)));
        Assert.That(Of(report, "vn-tt41-2017").Item2, Is.EqualTo(SubIndication.RevokedNoPoe));
    }

    [Test]
    public async Task Without_a_time_stamp_only_the_policy_of_signing_time_believes_the_signer()
    {
        var signer = _root.IssueSigner();
        _root.Revoke(signer, Signed.AddDays(30));
        var report = await JudgeAsync(SigningBench.Sign(Content, signer, detached: true), Later, _root.IssueCrl(Later.AddDays(-1), Later.AddDays(6)));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.RevokedNoPoe)));
        var claimed = report.Verdicts.Single(v => v.Policy == "vn-tt41-2017");
        Assert.That((claimed.Indication, claimed.Basis, claimed.JudgedAt), Is.EqualTo((Indication.TotalPassed, "claimed", Signed)));
    }

    [Test]
    public async Task Ended_since_it_passes_by_a_list_from_before_its_end()
    {
        var signer = _root.IssueSigner(notAfter: Signed.AddMonths(6));
        var report = await JudgeAsync(Stamped(signer), Later, _root.IssueCrl(Signed.AddMonths(3), Signed.AddMonths(3).AddDays(7)));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.TotalPassed, (SubIndication?)null)));
    }

    [Test]
    public async Task Ended_since_it_does_not_pass_by_a_list_older_than_the_time_stamp()
    {
        var signer = _root.IssueSigner(notAfter: Signed.AddMonths(6));
        var report = await JudgeAsync(Stamped(signer), Later, _root.IssueCrl(Signed.AddDays(-3), Signed.AddDays(4)));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.OutOfBoundsNoPoe)));
        Assert.That(report.Findings.Select(f => f.Rule.Code), Does.Contain("SIG-PROOF-GAP"));
    }

    [Test]
    public async Task Ended_since_without_a_time_stamp_nothing_shows_when_it_was_signed()
    {
        var signer = _root.IssueSigner(notAfter: Signed.AddMonths(6), saysNoRevocation: true);
        var report = await JudgeAsync(SigningBench.Sign(Content, signer, detached: true), Later);
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.OutOfBoundsNoPoe)));
        Assert.That(Of(report, "vn-tt41-2017").Item1, Is.EqualTo(Indication.TotalPassed));
    }

    [Test]
    public async Task A_time_stamp_whose_authority_ended_proves_nothing_by_itself()
    {
        using var tsa = _root.IssueTimeStamper(notAfter: Signed.AddYears(1));
        var signer = _root.IssueSigner(notAfter: Signed.AddMonths(6), saysNoRevocation: true);
        var report = await JudgeAsync(TokenBench.WithSignatureTimeStamp(SigningBench.Sign(Content, signer, detached: true), tsa, Signed.AddHours(1)), Later);
        Assert.That(report.Timestamps[0].SubIndication, Is.EqualTo(SubIndication.OutOfBoundsNoPoe));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.OutOfBoundsNoPoe)));
        Assert.That(Of(report, "vn-tt41-2017").Item1, Is.EqualTo(Indication.TotalPassed), "its own time is believed there");
    }

    [Test]
    public async Task An_archive_time_stamp_in_time_carries_it_on()
    {
        using var tsa = _root.IssueTimeStamper(notAfter: Signed.AddYears(1));
        var signer = _root.IssueSigner(notAfter: Signed.AddMonths(6), saysNoRevocation: true);
        var stamped = TokenBench.WithSignatureTimeStamp(SigningBench.Sign(Content, signer, detached: true), tsa, Signed.AddHours(1));
        var report = await JudgeAsync(TokenBench.WithArchiveTimeStamp(stamped, Content, _tsa, Signed.AddMonths(11)), Later);
        Assert.That(report.Timestamps.Select(t => (t.Kind, t.Cryptographic, t.Indication)), Is.EqualTo(new[]
        {
            ("signature", VerificationOutcome.Intact, Indication.TotalPassed), ("archive", VerificationOutcome.Intact, Indication.TotalPassed),
        }));
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.TotalPassed, (SubIndication?)null)));
        Assert.That((report.ProvenTime, report.Level), Is.EqualTo((Signed.AddHours(1), "BASIC")), "without a protected certificate there is no CAdES level");
    }

    [Test]
    public async Task An_archive_time_stamp_that_came_too_late_does_not()
    {
        using var tsa = _root.IssueTimeStamper(notAfter: Signed.AddYears(1));
        var signer = _root.IssueSigner(notAfter: Signed.AddMonths(6), saysNoRevocation: true);
        var stamped = TokenBench.WithSignatureTimeStamp(SigningBench.Sign(Content, signer, detached: true), tsa, Signed.AddHours(1));
        var report = await JudgeAsync(TokenBench.WithArchiveTimeStamp(stamped, Content, _tsa, Signed.AddMonths(13)), Later);
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.Indeterminate, (SubIndication?)SubIndication.OutOfBoundsNoPoe)));
    }

    [Test]
    public async Task Embedded_lists_serve_as_long_as_they_are_proven()
    {
        using var tsa = _root.IssueTimeStamper(notAfter: Signed.AddYears(1), saysNoRevocation: true);
        var signer = _root.IssueSigner(notAfter: Signed.AddMonths(6));
        var stamped = TokenBench.WithSignatureTimeStamp(SigningBench.Sign(Content, signer, detached: true), tsa, Signed.AddHours(1));
        var kept = TokenBench.WithLists(stamped, _root.IssueCrl(Signed.AddDays(2), Signed.AddDays(9)));
        var report = await JudgeAsync(TokenBench.WithArchiveTimeStamp(kept, Content, _tsa, Signed.AddMonths(11)), Later);
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.TotalPassed, (SubIndication?)null)));
        Assert.That(report.Revocation.Single().Kind, Is.EqualTo("CRL"));
    }

    [Test]
    public async Task A_time_stamp_from_before_the_certificate_fails_it()
    {
        var signer = _root.IssueSigner(notBefore: Signed.AddDays(10), notAfter: Signed.AddMonths(6), saysNoRevocation: true);
        var report = await JudgeAsync(Stamped(signer), Later);
        Assert.That(Of(report, "etsi"), Is.EqualTo((Indication.TotalFailed, (SubIndication?)SubIndication.NotYetValid)));
    }

    [Test]
    public async Task The_same_reading_gives_the_same_report_to_the_byte()
    {
        var signer = _root.IssueSigner();
        var (signature, crl) = (Stamped(signer), _root.IssueCrl(Later.AddDays(-1), Later.AddDays(6)));
        var policy = SigningBench.Trust(_root.Certificate, crl);
        var reading = await SignatureVerification.ReadAsync(SigningBench.File("x.p7s", signature), [SigningBench.File("x", Content)], policy, default);
        var first = reading.Validate(policy, Later).ToJson();
        Assert.That(reading.Validate(policy, Later.AddYears(1)).ToJson(), Is.Not.EqualTo(first));
        Assert.That(reading.Validate(policy, Later).ToJson(), Is.EqualTo(first));
        var again = await SignatureVerification.VerifyAsync(SigningBench.File("x.p7s", signature), [SigningBench.File("x", Content)], policy, Later, default);
        Assert.That(again.ToJson(), Is.EqualTo(first));
        Assert.That(again.Basis!.Policies.Select(p => p.Id), Is.EqualTo(new[] { "etsi", "vn-tt41-2017" }));
    }

    [Test]
    public async Task What_a_verdict_rests_on_is_handed_over_to_be_kept()
    {
        var crl = _root.IssueCrl(Later.AddDays(-1), Later.AddDays(6));
        var signer = _root.IssueSigner();
        var report = await SigningBench.VerifyAsync(Stamped(signer), Content, SigningBench.Trust(_root.Certificate, crl), Later);
        Assert.That(report.Used.Select(u => Convert.ToHexString(u.Span)), Is.SupersetOf(new[] { signer.RawData, _root.Certificate.RawData, crl, _tsa.RawData }.Select(Convert.ToHexString)));
    }

    private byte[] Stamped(X509Certificate2 signer) =>
        TokenBench.WithSignatureTimeStamp(SigningBench.Sign(Content, signer, detached: true), _tsa, Signed.AddHours(1));

    private async Task<SignatureReport> JudgeAsync(byte[] signature, DateTimeOffset now, params byte[][] crls)
    {
        var report = await SigningBench.VerifyAsync(signature, Content, SigningBench.Trust(_root.Certificate, crls), now);
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Intact), string.Join("; ", report.Signatures[0].Findings.Select(f => f.Rule.Code + " " + f.Found)));
        return report.Signatures[0];
    }

    private static (Indication, SubIndication?) Of(SignatureReport report, string policy)
    {
        var verdict = report.Verdicts.Single(v => v.Policy == policy);
        return (verdict.Indication, verdict.SubIndication);
    }
}
