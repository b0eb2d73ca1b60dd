using System.Security.Cryptography.X509Certificates;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Planning;
using Preservation.Evidence.Records;
using Preservation.Evidence.Renewal;
using Preservation.Evidence.TimeStamps;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;
using Preservation.Testing.Certificates;

namespace Preservation.Evidence.Tests.TimeStamps;

/// <summary>What real lists say of an authority, and what becomes of its tokens.</summary>
public sealed class AuthorityStatusTests
{
    private static readonly DateTimeOffset Made = new(2024, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset From = new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = new(2025, 4, 1, 0, 0, 0, TimeSpan.Zero);
    private TestAuthority _root = null!;
    private X509Certificate2 _certificate = null!;
    private DevelopmentTimeStampAuthority _authority = null!;

    [SetUp]
    public void Start()
    {
        _root = new TestAuthority();
        _certificate = _root.IssueTimeStamper(saysNoRevocation: false);
        var (pem, key) = TestAuthority.ToPem(_certificate);
        _authority = new DevelopmentTimeStampAuthority(pem, key, _root.Certificate.ExportCertificatePem());
    }

    [TearDown]
    public void Stop()
    {
        _authority.Dispose();
        _certificate.Dispose();
        _root.Dispose();
    }

    [Test]
    public void A_list_without_the_authority_is_what_a_renewal_adds()
    {
        var list = _root.IssueCrl(Now.AddDays(-1), Now.AddDays(9));
        var status = AuthorityStatus.Of(Token(Made), Policy(list), Now);
        Assert.That(status.Revocations, Is.Empty);
        Assert.That(status.Path.Select(c => c.ToArray()), Is.EqualTo(new[] { _certificate.RawData, _root.Certificate.RawData }));
        Assert.That(status.Material.Select(m => m.ToArray()), Is.EqualTo(new[] { _certificate.RawData, list }));
        Assert.That(AuthorityStatus.Of(Token(Made), Policy(), Now).Material, Has.Length.EqualTo(1), "no list is at hand");
        Assert.That(AuthorityStatus.Of(Token(Made), Policy(list), Now.AddDays(-2)).Material, Has.Length.EqualTo(1), "that list is to come");
    }

    [TestCase(X509RevocationReason.KeyCompromise, true)]
    [TestCase(X509RevocationReason.CACompromise, true)]
    [TestCase(null, true)]
    [TestCase(X509RevocationReason.Superseded, false)]
    [TestCase(X509RevocationReason.CessationOfOperation, false)]
    public void A_revocation_says_from_when_and_whether_older_tokens_stand(X509RevocationReason? reason, bool compromise)
    {
        _root.Revoke(_certificate, From, reason);
        var status = AuthorityStatus.Of(Token(Made), Policy(_root.IssueCrl(Now.AddDays(-1), Now.AddDays(9))), Now);
        var revoked = status.Revocations.Single();
        Assert.That(revoked.Certificate.ToArray(), Is.EqualTo(_certificate.RawData));
        Assert.That(revoked.Revocation, Is.EqualTo(new TokenRevocation(From, compromise)));
        Assert.That(revoked.Source, Does.StartWith("CRL "));
    }

    [Test]
    public void A_revocation_that_is_announced_for_a_later_day_is_known_before()
    {
        _root.Revoke(_certificate, Now.AddDays(30), X509RevocationReason.Superseded);
        Assert.That(AuthorityStatus.Of(Token(Made), Policy(_root.IssueCrl(Now.AddDays(-1), Now.AddDays(9))), Now).Revocations.Single().Revocation.From, Is.EqualTo(Now.AddDays(30)));
    }

    [Test]
    public void A_list_that_somebody_else_signed_says_nothing()
    {
        using var other = new TestAuthority();
        other.Revoke(_certificate, From, X509RevocationReason.KeyCompromise);
        Assert.That(AuthorityStatus.Of(Token(Made), Policy(other.IssueCrl(Now.AddDays(-1), Now.AddDays(9))), Now).Revocations, Is.Empty);
    }

    // RFC 3161 §4.
    [TestCase(X509RevocationReason.Superseded, -400, true)]
    [TestCase(X509RevocationReason.KeyCompromise, -400, false)]
    [TestCase(X509RevocationReason.Superseded, 5, false)]
    public void A_record_outlives_an_authority_that_was_given_up_and_not_one_whose_key_was_lost(X509RevocationReason reason, int days, bool passes)
    {
        _root.Revoke(_certificate, From, reason);
        var policy = Policy(_root.IssueCrl(From.AddDays(-1), Now.AddDays(9)), _root.IssueCrl(Now.AddDays(-1), Now.AddDays(9)));
        var stamp = Judge(From.AddDays(days), policy);
        Assert.That(stamp.Indication == Indication.TotalPassed, Is.EqualTo(passes), () => $"{stamp.SubIndication}");
        if (!passes) Assert.That(stamp.SubIndication, Is.EqualTo(SubIndication.RevokedNoPoe));
    }

    [Test]
    public void A_token_of_a_lost_key_stands_when_it_was_time_stamped_before_the_loss()
    {
        using var other = new TestAuthority("Other Root");
        using var second = DevelopmentTimeStampAuthorityTests.Create(other);
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [DigestAlgorithm.Sha512.Compute("x"u8), DigestAlgorithm.Sha512.Compute("y"u8)]);
        var record = EvidenceRecordReader.Read(EvidenceRecordWriter.Initial(tree, 0, Token(Made, tree.Root).Encoded).AsMemory(), EvidenceLimits.Default, "r.ers").Record!;
        foreach (var (time, isGood) in new[] { (From.AddDays(-1), true), (From.AddDays(1), false) })
        {
            var renewal = EvidenceRenewal.PrepareTimeStamp(record, new VerificationPolicy(), time, "r.ers");
            Assert.That(TimeStampResponse.TryDecode(second.Answer(TimeStampRequest.Create(renewal.Leaf!).Encoded.AsMemory(), time), out var response));
            var renewed = EvidenceRecordReader.Read(renewal.Complete(response!.Token!.Encoded, time).Record!.Value.AsMemory(), EvidenceLimits.Default, "r.ers").Record!;
            _root.Revoke(_certificate, From, X509RevocationReason.KeyCompromise);
            var policy = Policy(_root.IssueCrl(From.AddDays(-2), From.AddDays(2)), _root.IssueCrl(Now.AddDays(-1), Now.AddDays(9))) with
            {
                TrustAnchors = TrustAnchors.FromCertificates([_root.Certificate.RawDataMemory, other.Certificate.RawDataMemory]),
            };
            var report = EvidenceRecordVerification.Verify(renewed, [ProtectedObject.Of("x", [DigestAlgorithm.Sha512.Compute("x"u8)])], policy, Now, "r.ers");
            Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.ErValid));
            Assert.That(report.Timestamps.Select(t => t.SubIndication), Is.EqualTo(new SubIndication?[] { isGood ? null : SubIndication.RevokedNoPoe, null }));
        }
    }

    private TimeStampReport Judge(DateTimeOffset time, VerificationPolicy policy)
    {
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [DigestAlgorithm.Sha512.Compute("x"u8), DigestAlgorithm.Sha512.Compute("y"u8)]);
        var record = EvidenceRecordReader.Read(EvidenceRecordWriter.Initial(tree, 0, Token(time, tree.Root).Encoded).AsMemory(), EvidenceLimits.Default, "r.ers").Record!;
        return EvidenceRecordVerification.Verify(record, [], policy, Now, "r.ers").Timestamps.Single();
    }

    private TimeStampToken Token(DateTimeOffset time, Digest? root = null)
    {
        Assert.That(TimeStampResponse.TryDecode(_authority.Answer(TimeStampRequest.Create(root ?? DigestAlgorithm.Sha512.Compute("x"u8)).Encoded.AsMemory(), time), out var response));
        return response!.Token!;
    }

    private VerificationPolicy Policy(params byte[][] lists) =>
        new() { TrustAnchors = TrustAnchors.FromCertificates([_root.Certificate.RawDataMemory]), Crls = [.. lists.Select(l => (ReadOnlyMemory<byte>)l)] };
}
