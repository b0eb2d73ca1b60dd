using System.Text;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Tests.Xml;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Containers;

public sealed class AsicSignaturesTests
{
    private static readonly (string, byte[]) Extended = ContainerBench.Text("mimetype", "application/vnd.etsi.asic-e+zip");
    private static readonly (string, byte[]) Simple = ContainerBench.Text("mimetype", "application/vnd.etsi.asic-s+zip");
    private static readonly (string Name, byte[] Content) Letter = ContainerBench.Text("công văn.txt", "Kính gửi");
    private static readonly (string Name, byte[] Content) Annex = ContainerBench.Text("annex.txt", "Phụ lục");
    private readonly TestAuthority _root = new();

    [OneTimeTearDown]
    public void Stop() => _root.Dispose();

    [Test]
    public async Task A_CAdES_signature_is_over_a_manifest_and_its_digests_count()
    {
        using var signer = _root.IssueSigner();
        var manifest = Encoding.UTF8.GetBytes(ContainerBench.Manifest("META-INF/signature001.p7s", Letter, Annex));
        (string, byte[])[] signature = [("META-INF/ASiCManifest001.xml", manifest), ("META-INF/signature001.p7s", SigningBench.Sign(manifest, signer, detached: true))];
        async Task<VerificationReport> Verify(params (string, byte[])[] data) => await ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip([Extended, .. data, .. signature]));
        var good = await Verify(Letter, Annex);
        var changed = await Verify(Letter, (Annex.Name, [1]));
        var missing = await Verify(Letter);
        var more = await Verify(Letter, Annex, ContainerBench.Text("added.txt", "thêm"));
        Assert.Multiple(() =>
        {
            Assert.That((good.Outcome, good.Signatures[0].Scope), Is.EqualTo((VerificationOutcome.Intact, "FULL")));
            Assert.That((changed.Outcome, changed.Signatures[0].SubIndication), Is.EqualTo((VerificationOutcome.Broken, (SubIndication?)SubIndication.HashFailure)));
            Assert.That((missing.Outcome, missing.Signatures[0].SubIndication), Is.EqualTo((VerificationOutcome.Broken, (SubIndication?)SubIndication.SignedDataNotFound)));
            Assert.That((more.Outcome, more.Signatures[0].Scope), Is.EqualTo((VerificationOutcome.Intact, "PARTIAL")));
            Assert.That(ContainerBench.Codes(more), Has.Some.EqualTo("SIG-CONTAINER-NOT-COVERED"));
        });
    }

    [Test]
    public async Task A_changed_manifest_and_one_that_names_another_signature_do_not_hold()
    {
        using var signer = _root.IssueSigner();
        var manifest = Encoding.UTF8.GetBytes(ContainerBench.Manifest("META-INF/signature001.p7s", Letter));
        var signature = ("META-INF/signature001.p7s", SigningBench.Sign(manifest, signer, detached: true));
        var other = ContainerBench.Text("META-INF/ASiCManifest001.xml", ContainerBench.Manifest("META-INF/signature001.p7s", Annex));
        var lost = ContainerBench.Text("META-INF/ASiCManifest001.xml", ContainerBench.Manifest("META-INF/signature002.p7s", Letter));
        foreach (var wrong in new[] { other, lost, ContainerBench.Text("META-INF/ASiCManifest001.xml", "bla") })
            Assert.That((await ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip(Extended, Letter, Annex, wrong, signature))).Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task A_simple_container_holds_one_file_and_the_signature_is_over_it()
    {
        using var signer = _root.IssueSigner();
        var signature = ("META-INF/signature.p7s", SigningBench.Sign(Letter.Content, signer, detached: true));
        Assert.That((await ContainerBench.VerifyAsync("x.asics", ContainerBench.Zip(Simple, Letter, signature))).Outcome, Is.EqualTo(VerificationOutcome.Intact));
        Assert.That((await ContainerBench.VerifyAsync("x.asics", ContainerBench.Zip(Simple, Annex, signature))).Outcome, Is.EqualTo(VerificationOutcome.Broken));
        var two = await ContainerBench.VerifyAsync("x.asics", ContainerBench.Zip(Simple, Letter, Annex, signature));
        Assert.That((two.Signatures[0].Scope, ContainerBench.Codes(two).Contains("SIG-ASIC-STRUCTURE")), Is.EqualTo(("PARTIAL", true)));
        var attached = ("META-INF/signature.p7s", SigningBench.Sign(Letter.Content, signer, detached: false));
        Assert.That((await ContainerBench.VerifyAsync("x.asics", ContainerBench.Zip(Simple, Letter, attached))).Outcome, Is.EqualTo(VerificationOutcome.Broken));
    }

    [Test]
    public async Task A_XAdES_signature_finds_its_files_in_the_container()
    {
        using var signer = _root.IssueSigner();
        var xml = "<asic:XAdESSignatures xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\">" + XmlBench.Signature(
            XmlBench.Reference(Uri.EscapeDataString(Letter.Name), Letter.Content) + XmlBench.Reference("annex.txt", Annex.Content), "", signer) + "</asic:XAdESSignatures>";
        var signature = ContainerBench.Text("META-INF/signatures001.xml", xml);
        var good = await ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip(Extended, Letter, Annex, signature));
        var changed = await ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip(Extended, Letter, (Annex.Name, [1]), signature));
        var missing = await ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip(Extended, Letter, signature));
        var bad = await ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip(Extended, Letter, Annex, signature, ContainerBench.Text("META-INF/signatures002.xml", "<!DOCTYPE a><a/>")));
        Assert.Multiple(() =>
        {
            Assert.That((good.Outcome, good.Signatures[0].Scope), Is.EqualTo((VerificationOutcome.Intact, "FULL")));
            Assert.That(changed.Outcome, Is.EqualTo(VerificationOutcome.Broken));
            Assert.That(missing.Outcome, Is.EqualTo(VerificationOutcome.Broken));
            Assert.That(bad.Outcome, Is.EqualTo(VerificationOutcome.RejectDtd));
        });
    }

    [Test]
    public async Task Containers_without_signature_say_so_and_evidence_records_are_noted()
    {
        var report = await ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip(Extended, Letter, ("META-INF/evidencerecord.ers", [0x30, 0])));
        Assert.That((report.Outcome, ContainerBench.Codes(report).Contains("SIG-EVIDENCE-NOT-JUDGED")), Is.EqualTo((VerificationOutcome.NoSignature, true)));
    }

    [Test]
    public async Task A_container_whose_files_all_lie_in_one_folder_is_read_by_its_own_paths()
    {
        var report = await ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip(("META-INF/signature.p7s", [1, 2]), ("META-INF/ASiCManifest.xml", [1])));
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.Malformed));
    }

    [Test]
    public async Task More_signatures_than_the_limit_are_refused()
    {
        var many = Enumerable.Range(0, 600).Select(i => ($"META-INF/signature{i}.p7s", new byte[] { 1 })).ToArray();
        var report = await ContainerBench.VerifyAsync("x.asice", ContainerBench.Zip([Extended, Letter, .. many]));
        Assert.That((report.Outcome, report.Findings[0].Rule.Code), Is.EqualTo((VerificationOutcome.Unsupported, "SIG-LIMIT")));
    }
}
