using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.Tests.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Tests.Carriers;

public sealed class CmsEvidenceTests
{
    private const string Internal = "1.2.840.113549.1.9.16.2.49", External = "1.2.840.113549.1.9.16.2.50";
    private static readonly byte[] Content = "content"u8.ToArray();
    private readonly TestRecords _make = new();

    [OneTimeTearDown]
    public void Stop() => _make.Dispose();

    [Test]
    public async Task An_external_record_is_over_signature_and_content()
    {
        var file = Add(Sign(isDetached: true), External, 0, Content);
        Assert.That((await VerifyAsync(file, Content)).Evidence.Single().Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That((await VerifyAsync(file)).Evidence.Single().Outcome, Is.EqualTo(VerificationOutcome.ErNoData));
        Assert.That((await VerifyAsync(file, "else"u8.ToArray())).Evidence.Single().Outcome, Is.EqualTo(VerificationOutcome.ErPartial));
        Assert.That((await VerifyAsync(file, Content)).Outcome, Is.EqualTo(VerificationOutcome.Intact), "the signature sums the file up");
    }

    [Test]
    public async Task A_later_record_is_over_the_earlier_and_each_holds()
    {
        var file = Add(Add(Sign(isDetached: false), Internal, 0), Internal, 1);
        Assert.That((await VerifyAsync(file)).Evidence.Select(e => e.Outcome), Is.EqualTo(new[] { VerificationOutcome.ErValid, VerificationOutcome.ErValid }));
    }

    [Test]
    public async Task A_record_of_another_signature_does_not_cover_this_one()
    {
        var other = EvidenceRecordWriter.Initial(HashTree.Build(DigestAlgorithm.Sha512, [DigestAlgorithm.Sha512.Compute(Sign(false).Encode())]), 0, _make.Token(DigestAlgorithm.Sha512.Compute(Sign(false).Encode()), TestRecords.Time));
        var cms = Sign(isDetached: false);
        cms.SignerInfos[0].AddUnsignedAttribute(new AsnEncodedData(new Oid(Internal), [.. other]));
        Assert.That((await VerifyAsync(cms)).Evidence.Single().Outcome, Is.Not.EqualTo(VerificationOutcome.ErValid));
    }

    private SignedCms Sign(bool isDetached)
    {
        using var certificate = _make.Root.IssueSigner(saysNoRevocation: true);
        var cms = new SignedCms(new ContentInfo(Content), isDetached);
        cms.ComputeSignature(new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly });
        return cms;
    }

    private SignedCms Add(SignedCms cms, string attribute, int years, params byte[][] more)
    {
        var group = new DataGroup(new[] { cms.Encode() }.Concat(more).Select(d => DigestAlgorithm.Sha512.Compute(d)));
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [group.Digest, DigestAlgorithm.Sha512.Compute("neighbour"u8)]);
        var record = EvidenceRecordWriter.Initial(tree, 0, group, _make.Token(tree.Root, TestRecords.Time.AddYears(years)));
        cms.SignerInfos[0].AddUnsignedAttribute(new AsnEncodedData(new Oid(attribute), [.. record]));
        return cms;
    }

    private static Task<VerificationReport> VerifyAsync(SignedCms cms, params byte[][] contents)
    {
        var bytes = cms.Encode();
        return EvidenceVerification.VerifyAsync(Of("x.p7s", bytes), [.. contents.Select(c => Of("x", c))], new VerificationPolicy(), TestRecords.Now, CancellationToken.None);
    }

    private static SignedFile Of(string path, byte[] bytes) => new(path, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes)));
}
