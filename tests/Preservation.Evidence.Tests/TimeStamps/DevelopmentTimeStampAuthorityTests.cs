using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;
using Preservation.Testing;
using Preservation.Testing.Certificates;

namespace Preservation.Evidence.Tests.TimeStamps;

public sealed class DevelopmentTimeStampAuthorityTests
{
    internal static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Digest Data = DigestAlgorithm.Sha512.Compute("data"u8);
    private readonly TestAuthority _root = new();
    private DevelopmentTimeStampAuthority _authority = null!;

    [OneTimeSetUp]
    public void Start() => _authority = Create(_root);

    [OneTimeTearDown]
    public void Stop()
    {
        _authority.Dispose();
        _root.Dispose();
    }

    [Test]
    public void Its_tokens_answer_the_request_and_verify()
    {
        var request = TimeStampRequest.Create(Data);
        var response = Answer(request);
        TimeStampClient.Match(request, response.Token!);
        var report = response.Token!.Verify(Data, Policy(), Now, "x");
        Assert.Multiple(() =>
        {
            Assert.That(report.Cryptographic, Is.EqualTo(VerificationOutcome.Intact));
            Assert.That(report.Indication, Is.EqualTo(Indication.TotalPassed), string.Join(',', report.Findings.Select(f => f.Rule.Code)));
            Assert.That(report.Time, Is.EqualTo(Now));
            Assert.That(report.Tsa!.Subject, Does.Contain("DEVELOPMENT ONLY"));
            Assert.That(response.Token.Policy, Is.EqualTo(DevelopmentTimeStampAuthority.PolicyOid));
            Assert.That(response.Token.Accuracy, Is.EqualTo(TimeSpan.FromSeconds(1)));
        });
    }

    [Test]
    public void A_token_holds_years_after_its_certificate_ended() =>
        Assert.That(Answer(TimeStampRequest.Create(Data)).Token!.Verify(Data, Policy(), Now.AddYears(50), "x").Indication, Is.EqualTo(Indication.TotalPassed));

    [Test]
    public void A_token_over_other_data_or_without_an_anchor_does_not_pass()
    {
        var token = Answer(TimeStampRequest.Create(Data)).Token!;
        var other = token.Verify(DigestAlgorithm.Sha512.Compute("other"u8), Policy(), Now, "x");
        var untrusted = token.Verify(Data, new VerificationPolicy(), Now, "x");
        Assert.Multiple(() =>
        {
            Assert.That((other.Cryptographic, other.SubIndication), Is.EqualTo((VerificationOutcome.Broken, (SubIndication?)SubIndication.HashFailure)));
            Assert.That((untrusted.Cryptographic, untrusted.SubIndication),
                Is.EqualTo((VerificationOutcome.Intact, (SubIndication?)SubIndication.NoCertificateChainFound)));
        });
    }

    [Test]
    public void Any_changed_bit_of_what_is_signed_breaks_the_token()
    {
        var encoded = Answer(TimeStampRequest.Create(Data)).Token!.Encoded.ToArray();
        var at = encoded.AsSpan().IndexOf(Data.Bytes.AsSpan());
        for (var i = at; i < at + 64; i += 5)
        {
            encoded[i] ^= 1;
            if (Signatures.TimeStamps.TimeStampToken.TryDecode(encoded, out var token))
                Assert.That(token.Verify(Data, Policy(), Now, "x").Cryptographic, Is.Not.EqualTo(VerificationOutcome.Intact));
            encoded[i] ^= 1;
        }
    }

    [Test]
    public void Another_policy_and_a_malformed_request_are_refused()
    {
        var refused = Answer(TimeStampRequest.Create(Data, "1.2.3.4"));
        Assert.That(TimeStampResponse.TryDecode(_authority.Answer("nonsense"u8.ToArray(), Now), out var malformed));
        Assert.Multiple(() =>
        {
            Assert.That((refused.Status, refused.FailureBits, refused.IsGranted), Is.EqualTo((2, "15", false)));
            Assert.That((malformed!.Status, malformed.FailureBits), Is.EqualTo((2, "2")));
        });
    }

    [Test]
    public void A_certificate_without_the_mark_or_without_critical_usage_is_not_taken()
    {
        foreach (var certificate in new[] { _root.IssueTimeStamper("Proper TSA"), _root.IssueTimeStamper(critical: false) })
        {
            var (pem, key) = TestAuthority.ToPem(certificate);
            Assert.That(() => new DevelopmentTimeStampAuthority(pem, key), Throws.ArgumentException);
        }
    }

    [Test]
    public async Task Openssl_accepts_the_response_and_refuses_it_for_other_data()
    {
        var folder = Directory.CreateTempSubdirectory("tsa").FullName;
        try
        {
            var request = TimeStampRequest.Create(Data);
            await File.WriteAllBytesAsync(Path.Join(folder, "data"), "data"u8.ToArray());
            await File.WriteAllBytesAsync(Path.Join(folder, "other"), "other"u8.ToArray());
            await File.WriteAllBytesAsync(Path.Join(folder, "q.tsq"), [.. request.Encoded]);
            await File.WriteAllBytesAsync(Path.Join(folder, "r.tsr"), [.. Answer(request).Encoded]);
            await File.WriteAllTextAsync(Path.Join(folder, "ca.pem"), _root.Certificate.ExportCertificatePem());
            var good = await OutsideProgram.RunAsync("openssl", folder, "ts", "-verify", "-in", "r.tsr", "-data", "data", "-CAfile", "ca.pem");
            var query = await OutsideProgram.RunAsync("openssl", folder, "ts", "-verify", "-in", "r.tsr", "-queryfile", "q.tsq", "-CAfile", "ca.pem");
            var bad = await OutsideProgram.RunAsync("openssl", folder, "ts", "-verify", "-in", "r.tsr", "-data", "other", "-CAfile", "ca.pem");
            Assert.Multiple(() =>
            {
                Assert.That(good.Output, Does.Contain("Verification: OK"));
                Assert.That(query.Output, Does.Contain("Verification: OK"));
                Assert.That(bad.ExitCode, Is.Not.Zero);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_token_whose_accuracy_is_of_another_type_is_unreadable_and_no_mistake_of_the_reader()
    {
        Assert.That(TimeStampResponse.TryDecode(_authority.Answer(TimeStampRequest.Create(DigestAlgorithm.Sha512.Compute("x"u8)).Encoded.AsMemory(), new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.Zero)), out var response));
        var encoded = response!.Token!.Encoded.ToArray();
        var at = encoded.AsSpan().IndexOf((byte[])[0x30, 0x03, 0x02, 0x01, 0x01]) + 2;
        Assert.That(at, Is.GreaterThan(2));
        for (var tag = 0; tag < 0xC0; tag++)
        {
            if (tag is 0x02 or 0x80 or 0x81) continue;
            encoded[at] = (byte)tag;
            Assert.That(TimeStampToken.TryDecode(encoded, out _), Is.False, $"tag {tag:x2}");
        }
    }

    internal static DevelopmentTimeStampAuthority Create(TestAuthority root)
    {
        using var certificate = root.IssueTimeStamper();
        var (pem, key) = TestAuthority.ToPem(certificate);
        return new DevelopmentTimeStampAuthority(pem, key, root.Certificate.ExportCertificatePem());
    }

    private VerificationPolicy Policy() => new() { TrustAnchors = TrustAnchors.FromCertificates([_root.Certificate.RawDataMemory]) };

    private TimeStampResponse Answer(TimeStampRequest request)
    {
        Assert.That(TimeStampResponse.TryDecode(_authority.Answer(request.Encoded.AsMemory(), Now), out var response));
        return response!;
    }
}
