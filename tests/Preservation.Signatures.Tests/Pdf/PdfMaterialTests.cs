using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;
using Preservation.Signatures.Pdf;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Pdf;

/// <summary>Validation material and document time-stamps, and the levels they make (EN 319 142-1 §6).</summary>
public sealed class PdfMaterialTests
{
    private static readonly DateTimeOffset Stamped = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TestAuthority _root = new();
    private X509Certificate2 _signer = null!;
    private X509Certificate2 _tsa = null!;

    [OneTimeSetUp]
    public void Start()
    {
        _signer = _root.IssueSigner();
        _tsa = _root.IssueTimeStamper();
    }

    [OneTimeTearDown]
    public void Stop()
    {
        _signer.Dispose();
        _tsa.Dispose();
        _root.Dispose();
    }

    [Test]
    public async Task Each_step_raises_the_level()
    {
        var bench = Signed();
        var levels = new List<string> { await LevelAsync(bench) };
        Stamp(bench, 20, "7 0 R 10 0 R");
        levels.Add(await LevelAsync(bench));
        Store(bench, "7 0 R 10 0 R 20 0 R");
        levels.Add(await LevelAsync(bench));
        Stamp(bench, 24, "7 0 R 10 0 R 20 0 R", "/DSS 30 0 R");
        levels.Add(await LevelAsync(bench));
        Assert.That(levels, Is.EqualTo(new[] { "B", "T", "LT", "LTA" }));
    }

    [Test]
    public async Task Certified_to_change_nothing_it_may_still_be_extended()
    {
        var bench = Signed("/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 1 >> >>]");
        Store(bench, "7 0 R 10 0 R");
        Stamp(bench, 20, "7 0 R 10 0 R", "/DSS 30 0 R");
        var facts = await ReadAsync(bench.Bytes);
        Assert.That(facts.Signatures.Single().Changes, Is.EqualTo(LaterChanges.Allowed), string.Join('\n', facts.Signatures.Single().Findings.Select(f => f.Message.En)));
    }

    [Test]
    public async Task The_store_reaches_its_signatures_and_the_time_stamps_behind_it_cover_it()
    {
        var bench = Signed();
        Stamp(bench, 20, "7 0 R 10 0 R");
        Store(bench, "7 0 R 10 0 R 20 0 R");
        Stamp(bench, 24, "7 0 R 10 0 R 20 0 R", "/DSS 30 0 R");
        var facts = await ReadAsync(bench.Bytes);
        var crl = (byte[] c) => Convert.ToHexString(SHA256.HashData(c));
        Assert.Multiple(() =>
        {
            Assert.That(facts.Signatures.Single().Material.Crls.Select(c => crl(c.ToArray())).Distinct(), Is.EqualTo(new[] { crl(_crl!) }));
            Assert.That(facts.Signatures.Single().Material.Certificates.Any(c => c.Span.SequenceEqual(_root.Certificate.RawData)), Is.True);
            Assert.That(facts.TimeStamps.Select(t => t.CoveredSignatures.Single()), Is.EqualTo(new[] { "1", "1" }));
            Assert.That(facts.TimeStamps.Select(t => t.Covers!.Crls.Length), Is.EqualTo(new[] { 0, 1 }));
            Assert.That(facts.TimeStamps.Select(t => t.Covers!.Certificates.Any(c => c.Span.SequenceEqual(_signer.RawData))), Is.All.True);
            Assert.That(facts.TimeStamps.Select(t => (t.Cryptographic, t.Coverage)), Is.EqualTo(new[] { (VerificationOutcome.Intact, (Coverage?)Coverage.Revision), (VerificationOutcome.Intact, Coverage.Full) }));
        });
    }

    [Test]
    public async Task The_store_alone_answers_for_revocation()
    {
        var bench = Signed();
        Store(bench, "7 0 R 10 0 R");
        var report = await SignatureVerification.VerifyAsync(SigningBench.File("x.pdf", bench.Bytes), [], SigningBench.Trust(_root.Certificate), SigningBench.Now, default);
        Assert.That(report.Signatures.Single().Indication, Is.EqualTo(Indication.TotalPassed), report.ToJson());
    }

    [Test]
    public async Task A_stamped_byte_that_changes_breaks_the_stamp()
    {
        var bench = Signed();
        Stamp(bench, 20, "7 0 R 10 0 R");
        var file = bench.Bytes;
        file[20] ^= 1;
        Assert.That((await ReadAsync(file)).TimeStamps.Single().Cryptographic, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task A_store_that_is_too_large_is_cut_and_that_is_said()
    {
        var bench = Signed();
        Store(bench, "7 0 R 10 0 R", copies: 600);
        var facts = await ReadAsync(bench.Bytes);
        Assert.That(facts.Findings.Select(f => f.Rule), Does.Contain(SignatureRules.Limit));
    }

    private byte[]? _crl;

    private PdfBench Signed(string more = "") => PdfBench.Document().Sign(_signer, subFilter: "ETSI.CAdES.detached", more: more, sign: data => Sign(data, new ContentInfo(data), detached: true, _signer));

    private void Stamp(PdfBench bench, int field, string others, string catalog = "")
    {
        if (catalog.Length > 0) bench.Set(1, $"<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R {catalog} >>");
        bench.Sign(_tsa, field, field + 1, $"Stamp{field}", subFilter: "ETSI.RFC3161", others: others, sign: Token);
    }

    private void Store(PdfBench bench, string fields, int copies = 1)
    {
        _crl = _root.IssueCrl(new DateTimeOffset(2026, 2, 20, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.That(fields, Is.Not.Empty);
        bench.Set(1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /DSS 30 0 R >>");
        bench.Set(30, $"<< /Certs [31 0 R] /CRLs [{string.Concat(Enumerable.Repeat("32 0 R ", copies))}] /VRI << /{new string('A', 40)} << /CRL [32 0 R] >> >> >>");
        bench.SetStream(31, "", _root.Certificate.RawData);
        bench.SetStream(32, "", _crl);
        bench.Save();
    }

    private byte[] Token(byte[] data)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier("1.2.3.4");
            using (writer.PushSequence())
            {
                using (writer.PushSequence()) writer.WriteObjectIdentifier("2.16.840.1.101.3.4.2.1");
                writer.WriteOctetString(SHA256.HashData(data));
            }
            writer.WriteInteger(7);
            writer.WriteGeneralizedTime(Stamped, omitFractionalSeconds: true);
        }
        return Sign(data, new ContentInfo(new Oid("1.2.840.113549.1.9.16.1.4"), writer.Encode()), detached: false, _tsa);
    }

    // With the reference to the certificate that PAdES and RFC 3161 ask for (RFC 5035).
    private static byte[] Sign(byte[] data, ContentInfo content, bool detached, X509Certificate2 certificate)
    {
        Assert.That(data, Is.Not.Empty);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteOctetString(SHA256.HashData(certificate.RawData));
        var cms = new SignedCms(content, detached);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly };
        signer.SignedAttributes.Add(new AsnEncodedData("1.2.840.113549.1.9.16.2.47", writer.Encode()));
        cms.ComputeSignature(signer, silent: true);
        return cms.Encode();
    }

    private async Task<string> LevelAsync(PdfBench bench) => (await ReadAsync(bench.Bytes)).Signatures.Single().Level;

    private Task<FileFacts> ReadAsync(byte[] file) =>
        PdfFiles.ReadAsync(SigningBench.File("x.pdf", file), PathMaterial.From(SigningBench.Trust(_root.Certificate), "x.pdf"), default);
}
