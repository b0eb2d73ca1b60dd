using System.IO.Compression;
using System.Text;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Containers;

public sealed class ContainerBadInputTests
{
    private static readonly (string, byte[]) Simple = ContainerBench.Text("mimetype", "application/vnd.etsi.asic-s+zip");
    private static readonly (string Name, byte[] Content) Letter = ContainerBench.Text("a.txt", "Kính gửi");
    private readonly TestAuthority _root = new();
    private byte[] _good = [];

    [OneTimeSetUp]
    public void Make()
    {
        using var signer = _root.IssueSigner();
        _good = ContainerBench.Zip(Simple, Letter, ("META-INF/signature.p7s", SigningBench.Sign(Letter.Content, signer, detached: true)));
    }

    [OneTimeTearDown]
    public void Stop() => _root.Dispose();

    [Test]
    public async Task Two_entries_of_one_name_are_refused()
    {
        using var packed = new MemoryStream();
        packed.Write(_good);
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Update, leaveOpen: true))
        {
            using var stream = zip.CreateEntry("a.txt").Open();
            stream.Write("khác"u8);
        }
        var report = await ContainerBench.VerifyAsync("x.asics", packed.ToArray());
        Assert.That((report.Outcome, report.Findings.Any(f => f.Rule.Code == "ZIP-DUPLICATE-NAME")), Is.EqualTo((VerificationOutcome.Malformed, true)));
    }

    [Test]
    public async Task A_header_that_names_another_file_than_the_directory_is_refused()
    {
        var zip = (byte[])_good.Clone();
        var at = zip.AsSpan().IndexOf("a.txt"u8);
        zip[at] = (byte)'b';
        var report = await ContainerBench.VerifyAsync("x.asics", zip);
        Assert.That((report.Outcome, ContainerBench.Codes(report).Contains("SIG-CONTAINER")), Is.EqualTo((VerificationOutcome.Malformed, true)));
    }

    [Test]
    public async Task An_entry_longer_or_shorter_than_declared_is_refused()
    {
        foreach (var add in new[] { -1, 1 })
        {
            var zip = (byte[])_good.Clone();
            var directory = zip.AsSpan().LastIndexOf("a.txt"u8) - 46;
            zip[directory + 24] = (byte)(zip[directory + 24] + add);
            var report = await ContainerBench.VerifyAsync("x.asics", zip);
            Assert.That(report.Outcome, Is.AnyOf(VerificationOutcome.Malformed, VerificationOutcome.Broken));
        }
    }

    [TestCase("../a.txt")]
    [TestCase("/etc/passwd")]
    [TestCase("C:\\a.txt")]
    public async Task Names_that_lead_outside_are_refused(string name)
    {
        var report = await ContainerBench.VerifyAsync("x.asics", ContainerBench.Zip(Simple, Letter, (name, [1])));
        Assert.That((report.Outcome, report.Findings.Any(f => f.Rule.Code == "ZIP-UNSAFE-NAME")), Is.EqualTo((VerificationOutcome.Malformed, true)));
    }

    [Test]
    public async Task A_bomb_is_not_unpacked()
    {
        var report = await ContainerBench.VerifyAsync("x.asics", ContainerBench.Zip(Simple, ("a.txt", new byte[50 << 20]), ("META-INF/signature.p7s", [1])));
        Assert.That((report.Outcome, report.Findings.Any(f => f.Rule.Code == "LIMIT-RATIO")), Is.EqualTo((VerificationOutcome.Unsupported, true)));
    }

    [Test]
    public async Task A_damaged_document_is_malformed_only_where_it_shows_a_signature()
    {
        var types = ContainerBench.Text("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>");
        var unsigned = ContainerBench.Zip(types, Letter);
        var signed = ContainerBench.Zip(types, Letter, ("_xmlsignatures/sig1.xml", [1]));
        Assert.That((await ContainerBench.VerifyAsync("x.docx", unsigned[..^30])).Outcome, Is.EqualTo(VerificationOutcome.NoSignature));
        Assert.That((await ContainerBench.VerifyAsync("x.docx", signed[..^30])).Outcome, Is.EqualTo(VerificationOutcome.Malformed));
    }

    [Test]
    public async Task A_comment_that_looks_like_the_end_of_another_directory_changes_nothing()
    {
        var comment = new byte[40];
        Encoding.ASCII.GetBytes("PK\u0005\u0006").CopyTo(comment, 5);
        var zip = (byte[])[.. _good, .. comment];
        zip[_good.Length - 2] = (byte)comment.Length;
        Assert.That((await ContainerBench.VerifyAsync("x.asics", zip)).Outcome, Is.EqualTo(VerificationOutcome.Intact));
    }
}
