using System.IO.Compression;
using System.Text;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Tests.Xml;
using Preservation.Testing;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Containers;

/// <summary>OpenDocument and Office packages: what is signed, and above all what is not.</summary>
public sealed class PackageSignaturesTests
{
    private static readonly (string, byte[]) Odt = ContainerBench.Text("mimetype", "application/vnd.oasis.opendocument.text");
    private readonly TestAuthority _root = new();

    [OneTimeTearDown]
    public void Stop() => _root.Dispose();

    [Test]
    public async Task A_signed_text_document_is_full_until_a_file_is_added()
    {
        using var signer = _root.IssueSigner();
        var content = ContainerBench.Text("content.xml", "<c>1</c>");
        var xml = "<document-signatures xmlns=\"urn:oasis:names:tc:opendocument:xmlns:digitalsignature:1.0\">"
            + XmlBench.Signature(XmlBench.Reference("content.xml", content.Content, XmlBench.Transform(XmlBench.Exclusive)) + XmlBench.Reference("mimetype", Odt.Item2), "", signer) + "</document-signatures>";
        var signature = ContainerBench.Text("META-INF/documentsignatures.xml", xml);
        var good = await ContainerBench.VerifyAsync("x.odt", ContainerBench.Zip(Odt, content, signature));
        var added = await ContainerBench.VerifyAsync("x.odt", ContainerBench.Zip(Odt, content, signature, ContainerBench.Text("Basic/evil.xml", "<x/>")));
        var spaced = await ContainerBench.VerifyAsync("x.odt", ContainerBench.Zip(Odt, ContainerBench.Text("content.xml", "<?xml version='1.0'?>\n<c >1</c>"), signature));
        var changed = await ContainerBench.VerifyAsync("x.odt", ContainerBench.Zip(Odt, ContainerBench.Text("content.xml", "<c>2</c>"), signature));
        Assert.Multiple(() =>
        {
            Assert.That((good.Outcome, good.Signatures[0].Scope), Is.EqualTo((VerificationOutcome.Intact, "FULL")));
            Assert.That((added.Outcome, added.Signatures[0].Scope), Is.EqualTo((VerificationOutcome.Intact, "PARTIAL")));
            Assert.That(spaced.Outcome, Is.EqualTo(VerificationOutcome.Intact));
            Assert.That(changed.Outcome, Is.EqualTo(VerificationOutcome.Broken));
        });
    }

    [Test]
    public async Task An_Office_document_with_an_added_part_or_another_content_type_is_told()
    {
        var original = await System.IO.File.ReadAllBytesAsync(SharedFiles.Corpus("signatures/ooxml/hello-world-signed.docx"));
        var full = await ContainerBench.VerifyAsync("x.docx", original);
        var added = await ContainerBench.VerifyAsync("x.docx", Rewrite(original, z => Put(z, "word/media/evil.png", "x")));
        var retyped = await ContainerBench.VerifyAsync("x.docx", Rewrite(original, z => Change(z, "[Content_Types].xml", "document.main+xml", "template.main+xml")));
        var related = await ContainerBench.VerifyAsync("x.docx", Rewrite(original, z => Change(z, "_rels/.rels", "</Relationships>",
            "<Relationship Id=\"rId99\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate\" Target=\"http://h/evil.dotm\" TargetMode=\"External\"/></Relationships>")));
        var retargeted = await ContainerBench.VerifyAsync("x.docx", Rewrite(original, z => Change(z, "_rels/.rels", "word/document.xml", "word/styles.xml")));
        var removed = await ContainerBench.VerifyAsync("x.docx", Rewrite(original, z => z.GetEntry("word/styles.xml")!.Delete()));
        var unlinked = await ContainerBench.VerifyAsync("x.docx", Rewrite(original, z => Change(z, "_rels/.rels", "digital-signature/origin", "digital-signature/none")));
        Assert.Multiple(() =>
        {
            Assert.That((full.Outcome, full.Signatures[0].Scope, full.Signatures[0].Format), Is.EqualTo((VerificationOutcome.Intact, "FULL", "OOXML")));
            Assert.That((added.Outcome, added.Signatures[0].Scope), Is.EqualTo((VerificationOutcome.Intact, "PARTIAL")));
            Assert.That(added.Signatures[0].Findings.Single(f => f.Rule.Code == "SIG-CONTAINER-NOT-COVERED").Found, Is.EqualTo("word/media/evil.png"));
            Assert.That(retyped.Outcome, Is.EqualTo(VerificationOutcome.Broken));
            Assert.That((related.Outcome, related.Signatures[0].Scope), Is.EqualTo((VerificationOutcome.Intact, "PARTIAL")));
            Assert.That(related.Signatures[0].Findings.Single(f => f.Rule.Code == "SIG-CONTAINER-NOT-COVERED").Found, Is.EqualTo("_rels/.rels#rId99"));
            Assert.That(retargeted.Outcome, Is.EqualTo(VerificationOutcome.Broken));
            Assert.That(removed.Outcome, Is.EqualTo(VerificationOutcome.Broken));
            Assert.That(unlinked.Signatures, Has.Length.EqualTo(1));
        });
    }

    [TestCase("ooxml/hello-world-signed.xlsx", "xl/worksheets/")]
    [TestCase("ooxml/ms-office-2010-signed.pptx", "ppt/slides/slide")]
    [TestCase("odf/libreoffice.odt", "Thumbnails/")]
    [TestCase("asic-xades/hello.bdoc", "Hello.pdf")]
    [TestCase("asic-cades/asice-cades-lta-atst-v3.sce", "sample.txt")]
    public async Task No_flipped_bit_of_a_signed_file_is_intact(string container, string start)
    {
        var random = new Random(Tier.Seed);
        var original = await System.IO.File.ReadAllBytesAsync(SharedFiles.Corpus("signatures/" + container));
        Assert.That((await ContainerBench.VerifyAsync(container, original)).Outcome, Is.EqualTo(VerificationOutcome.Intact));
        for (var i = 0; i < (Tier.IsLong ? 4_000 : 60); i++)
        {
            var changed = Rewrite(original, zip =>
            {
                var entries = zip.Entries.Where(e => e.FullName.StartsWith(start, StringComparison.Ordinal) && e.Length > 0).ToList();
                var entry = entries[random.Next(entries.Count)];
                using var stream = entry.Open();
                var content = new byte[stream.Length];
                stream.ReadExactly(content);
                content[random.Next(content.Length)] ^= (byte)(1 << random.Next(8));
                stream.Position = 0;
                stream.Write(content);
            });
            Assert.That((await ContainerBench.VerifyAsync(container, changed)).Outcome, Is.Not.EqualTo(VerificationOutcome.Intact), $"seed {Tier.Seed}, round {i}");
        }
    }

    private static byte[] Rewrite(byte[] zip, Action<ZipArchive> change)
    {
        using var packed = new MemoryStream();
        packed.Write(zip);
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Update, leaveOpen: true)) change(archive);
        return packed.ToArray();
    }

    private static void Put(ZipArchive zip, string name, string content)
    {
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes(content));
    }

    private static void Change(ZipArchive zip, string name, string from, string to)
    {
        string text;
        using (var reader = new StreamReader(zip.GetEntry(name)!.Open())) text = reader.ReadToEnd();
        Assert.That(text, Does.Contain(from));
        zip.GetEntry(name)!.Delete();
        Put(zip, name, text.Replace(from, to, StringComparison.Ordinal));
    }
}
