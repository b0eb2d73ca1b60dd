using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.TrustLists;
using Preservation.Testing.Certificates;
using Preservation.Testing.TrustLists;
using Preservation.Workflow.Trust;

namespace Preservation.Workflow.Tests.Trust;

/// <summary>From what an AIP keeps of trust the same report is made again.</summary>
internal sealed class TrustBasisTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_same_report_comes_of_the_kept_files(bool isUtf16)
    {
        using var root = new TestAuthority();
        using var signer = root.IssueSigner("List signer", ecdsa: true, saysNoRevocation: true);
        var list = new TestTrustList().Add(root.Certificate, TestTrustList.Authority, TestTrustList.Granted, TestAuthority.Start).Sign(signer);
        // The canonical form is UTF-8 whatever the document is in.
        if (isUtf16) list = [0xFF, 0xFE, .. System.Text.Encoding.Unicode.GetBytes(System.Text.Encoding.UTF8.GetString(list))];
        var folder = Directory.CreateTempSubdirectory("basis-");
        try
        {
            Directory.CreateDirectory(Path.Join(folder.FullName, "list-signers"));
            await File.WriteAllBytesAsync(Path.Join(folder.FullName, "list-signers", "a.crt"), signer.RawData);
            var anchors = TrustAnchors.Load([folder.FullName], [new TrustListFile("vn.xml", list)]);
            var reading = await ReadAsync(signer);
            var report = reading.Validate(new VerificationPolicy { TrustAnchors = anchors }, Now);
            var kept = TrustBasis.Of("basis/", anchors, TrustBasis.ListsOf(report).ToHashSet()).ToDictionary(f => f.Path, f => f.Text);
            var name = $"basis/{anchors.Lists[0].Sha256}.xtsl";
            Assert.That(isUtf16 ? Convert.FromBase64String(kept[name + ".base64"]) : System.Text.Encoding.UTF8.GetBytes(kept[name]), Is.EqualTo(list), "the list itself, to the byte");
            var again = TrustAnchors.Read(System.Text.Encoding.UTF8.GetBytes(kept[$"basis/{anchors.Sha256}.anchors.json"]));
            Assert.That(reading.Validate(new VerificationPolicy { TrustAnchors = again }, Now).ToJson(), Is.EqualTo(report.ToJson()));
            Assert.That(report.Basis!.TrustAnchors, Is.EqualTo(again.Sha256).And.Not.Empty);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Without_trust_there_is_nothing_to_keep() => Assert.That(TrustBasis.Of("basis/", TrustAnchors.None, new HashSet<string>()), Is.Empty);

    private static Task<SignatureReading> ReadAsync(X509Certificate2 signer)
    {
        var content = "content"u8.ToArray();
        var cms = new SignedCms(new ContentInfo(content), detached: false);
        cms.ComputeSignature(new CmsSigner(signer) { DigestAlgorithm = new("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly }, silent: true);
        var bytes = cms.Encode();
        return SignatureVerification.ReadAsync(new SignedFile("x.p7m", bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false))), [], new VerificationPolicy(), default);
    }
}
