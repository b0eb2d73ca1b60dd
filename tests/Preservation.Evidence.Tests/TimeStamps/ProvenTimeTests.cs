using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Evidence.Tests.TimeStamps;

/// <summary>A signature time-stamp moves the judged time from now to the time it proves.</summary>
public sealed class ProvenTimeTests
{
    private static readonly DateTimeOffset Stamped = DevelopmentTimeStampAuthorityTests.Now;
    private static readonly DateTimeOffset Later = Stamped.AddYears(2);
    private static readonly byte[] Content = "content"u8.ToArray();
    private readonly TestAuthority _root = new();

    [OneTimeTearDown]
    public void Stop() => _root.Dispose();

    [Test]
    public async Task A_certificate_that_ended_after_the_time_stamp_still_passes()
    {
        var signature = await VerifyAsync(Stamp(Sign(), over: null));
        Assert.Multiple(() =>
        {
            Assert.That((signature.ProvenTime, signature.Indication), Is.EqualTo(((DateTimeOffset?)Stamped, Indication.TotalPassed)));
            Assert.That(signature.Timestamps.Single().Kind, Is.EqualTo("signature"));
        });
    }

    [Test]
    public async Task Without_a_time_stamp_it_does_not()
    {
        var signature = await VerifyAsync(Sign());
        Assert.That((signature.ProvenTime, signature.SubIndication), Is.EqualTo(((DateTimeOffset?)null, (SubIndication?)SubIndication.OutOfBoundsNoPoe)));
    }

    [Test]
    public async Task A_time_stamp_over_something_else_proves_nothing()
    {
        var signature = await VerifyAsync(Stamp(Sign(), over: "else"u8.ToArray()));
        Assert.Multiple(() =>
        {
            Assert.That(signature.Cryptographic, Is.EqualTo(VerificationOutcome.Intact), "the signature itself is not touched by it");
            Assert.That(signature.Timestamps.Single().Cryptographic, Is.EqualTo(VerificationOutcome.Broken));
            Assert.That((signature.ProvenTime, signature.SubIndication),
                Is.EqualTo(((DateTimeOffset?)null, (SubIndication?)SubIndication.OutOfBoundsNoPoe)));
        });
    }

    private SignedCms Sign()
    {
        using var certificate = _root.IssueSigner(notAfter: Stamped.AddDays(30), saysNoRevocation: true);
        var cms = new SignedCms(new ContentInfo(Content), detached: true);
        cms.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"),
            IncludeOption = X509IncludeOption.EndCertOnly,
        });
        return cms;
    }

    private SignedCms Stamp(SignedCms cms, byte[]? over)
    {
        using var authority = DevelopmentTimeStampAuthorityTests.Create(_root);
        var request = TimeStampRequest.Create(DigestAlgorithm.Sha256.Compute(over ?? cms.SignerInfos[0].GetSignature()));
        Assert.That(TimeStampResponse.TryDecode(authority.Answer(request.Encoded.AsMemory(), Stamped), out var response));
        cms.SignerInfos[0].AddUnsignedAttribute(new AsnEncodedData(new Oid("1.2.840.113549.1.9.16.2.14"), response!.Token!.Encoded.ToArray()));
        return cms;
    }

    private async Task<SignatureReport> VerifyAsync(SignedCms cms)
    {
        var encoded = cms.Encode();
        var report = await SignatureVerification.VerifyAsync(
            File("x.p7s", encoded), [File("x", Content)],
            new VerificationPolicy { TrustAnchors = TrustAnchors.FromCertificates([_root.Certificate.RawDataMemory]) }, Later, default);
        return report.Signatures.Single();
    }

    private static SignedFile File(string path, byte[] bytes) => new(path, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes)));
}
