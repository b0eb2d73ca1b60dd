using System.Formats.Asn1;
using System.Security.Cryptography.Pkcs;
using Preservation.Core.Digests;
using Preservation.Evidence.Records;
using Preservation.Evidence.Tests.Foreign;
using Preservation.Evidence.Tests.Verification;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;
using Preservation.Testing;

namespace Preservation.Evidence.Tests.TimeStamps;

public sealed class TokenMaterialTests
{
    private static readonly byte[] Data = "data"u8.ToArray();
    private readonly TestRecords _make = new();
    private ReadOnlyMemory<byte> _token;
    private byte[] _crl = [];

    [OneTimeSetUp]
    public void Make()
    {
        _token = _make.Token(DigestAlgorithm.Sha512.Compute(Data), TestRecords.Time);
        _crl = _make.Root.IssueCrl(TestRecords.Time.AddDays(-1), TestRecords.Time.AddDays(6));
    }

    [OneTimeTearDown]
    public void Stop() => _make.Dispose();

    [Test]
    public void The_signature_holds_and_the_material_is_there()
    {
        var completed = Completed();
        Assert.That(TimeStampToken.TryDecode(completed, out var token));
        Assert.That(token!.Certificates.Select(c => c.ToArray()), Has.Some.EqualTo(_make.Root.Certificate.RawData));
        Assert.That(token.Verify(DigestAlgorithm.Sha512.Compute(Data), new VerificationPolicy { TrustAnchors = TrustAnchors.FromCertificates([_make.Root.Certificate.RawDataMemory]) }, TestRecords.Now, "t").Cryptographic,
            Is.EqualTo(VerificationOutcome.Intact));
        var cms = new SignedCms();
        cms.Decode(completed);
        Assert.That(() => cms.CheckSignature(verifySignatureOnly: true), Throws.Nothing);
        Assert.That(cms.SignerInfos[0].UnsignedAttributes.Cast<System.Security.Cryptography.CryptographicAttributeObject>().Select(a => a.Oid.Value), Is.EqualTo(new[] { "1.2.840.113549.1.9.16.2.24" }));
    }

    [Test]
    public void Adding_the_same_again_changes_nothing_and_nothing_added_is_the_token_as_it_was()
    {
        var completed = Completed();
        Assert.That(TokenMaterial.Add(completed, [_make.Root.Certificate.RawDataMemory], [_crl], [Ocsp()]), Is.EqualTo(completed));
        Assert.That(TokenMaterial.Add(_token, [], [], []), Is.EqualTo(_token.ToArray()));
    }

    [Test]
    public void Only_parts_that_the_signature_does_not_cover_change()
    {
        var (before, after) = (new SignedCms(), new SignedCms());
        before.Decode(_token.Span);
        after.Decode(Completed());
        Assert.That(after.ContentInfo.Content, Is.EqualTo(before.ContentInfo.Content));
        Assert.That(after.SignerInfos[0].GetSignature(), Is.EqualTo(before.SignerInfos[0].GetSignature()));
        Assert.That(after.Version, Is.EqualTo(before.Version));
    }

    [Test]
    public async Task Openssl_accepts_the_completed_token()
    {
        var folder = Directory.CreateTempSubdirectory("token").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Join(folder, "data"), Data);
            await File.WriteAllBytesAsync(Path.Join(folder, "token.tst"), Completed());
            await File.WriteAllTextAsync(Path.Join(folder, "ca.pem"), _make.Root.RootPem.Certificate);
            var (exit, output) = await OutsideProgram.RunAsync("openssl", folder, "ts", "-verify", "-data", "data", "-in", "token.tst", "-token_in", "-CAfile", "ca.pem", "-attime",
                TestRecords.Time.AddDays(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.That(exit, Is.Zero, output);
            Assert.That(output, Does.Contain("Verification: OK"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task Bouncy_Castle_accepts_a_record_around_it()
    {
        using var judge = await ForeignJudge.StartAsync();
        var sequence = new EvidenceSequence();
        sequence.BeginChain(DigestAlgorithm.Sha512, [[DigestAlgorithm.Sha512.Compute(Data)]], Completed());
        var leaf = EvidenceSequence.DigestOf(DigestAlgorithm.Sha512, Completed());
        sequence.Renew([[leaf]], _make.Token(leaf, TestRecords.Time.AddYears(1)));
        Assert.That(await judge.JudgeAsync(sequence.ToRecord([], [], []).AsMemory(), Data), Is.EqualTo("OK"));
        Assert.That(TestRecords.Judge(sequence.ToRecord([], [], []).AsMemory(), Data).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
    }

    [Test]
    public void What_is_no_token_or_no_response_is_refused()
    {
        Assert.That(() => TokenMaterial.Add("garbage"u8.ToArray(), [], [], []), Throws.ArgumentException);
        Assert.That(() => TokenMaterial.Add(_token, [], [], ["garbage"u8.ToArray()]), Throws.ArgumentException);
    }

    [Test]
    public void What_a_token_rests_on_is_read_from_it_and_its_chain()
    {
        Assert.That(TimeStampToken.TryDecode(_token, out var token));
        var strength = TokenStrength.Of(token!, DigestAlgorithm.Sha512.Compute(Data), [_make.Root.Certificate.RawDataMemory]);
        Assert.That(strength.Algorithms, Is.EquivalentTo(new[] { "SHA-512", "SHA-256", "RSA 2048" }));
        Assert.That(strength.CertificatesEndAt, Is.EqualTo(Testing.Certificates.TestAuthority.End));
    }

    private byte[] Completed() => [.. TokenMaterial.Add(_token, [_make.Root.Certificate.RawDataMemory], [_crl], [Ocsp()])];

    // The shape of an OCSPResponse (RFC 6960 §4.2.1) around a BasicOCSPResponse that nobody looks into here.
    private static byte[] Ocsp()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEnumeratedValue(Successful.Yes);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.6.1.5.5.7.48.1.1");
                writer.WriteOctetString([0x30, 0x03, 0x02, 0x01, 0x05]);
            }
        }
        return writer.Encode();
    }

    private enum Successful
    {
        Yes,
    }
}
