using System.Xml.Linq;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Reports;

public sealed class EtsiReportTests
{
    private static readonly XNamespace Vr = "http://uri.etsi.org/19102/v1.4.1#";
    private static readonly byte[] Content = "content"u8.ToArray();

    [Test]
    public async Task Verdict_policy_chain_and_sources_are_written_and_every_reference_leads_somewhere()
    {
        using var root = new TestAuthority();
        using var tsa = root.IssueTimeStamper();
        var signer = root.IssueSigner();
        var signature = TokenBench.WithSignatureTimeStamp(SigningBench.Sign(Content, signer, detached: true), tsa, SigningBench.Now.AddHours(1));
        var later = SigningBench.Now.AddYears(1);
        var report = await SigningBench.VerifyAsync(signature, Content, SigningBench.Trust(root.Certificate, root.IssueCrl(later.AddDays(-1), later.AddDays(6))), later);
        var xml = XDocument.Parse(EtsiReport.Write(report)!);
        var status = xml.Root!.Element(Vr + "SignatureValidationReport")!.Element(Vr + "SignatureValidationStatus")!;
        Assert.That(status.Element(Vr + "MainIndication")!.Value, Is.EqualTo("urn:etsi:019102:mainindication:total-passed"));
        Assert.That(xml.Descendants(Vr + "BestSignatureTime").First().Element(Vr + "POETime")!.Value, Is.EqualTo("2026-03-01T01:00:00Z"));
        var ids = xml.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.That(ids, Is.Unique);
        Assert.That(xml.Descendants().Attributes("VOReference").Select(a => a.Value).Distinct(), Is.SubsetOf(ids));
        Assert.That(ids.Select(i => i[..2]).Distinct(), Is.EquivalentTo(new[] { "S-", "C-", "R-", "T-" }));
    }

    [Test]
    public async Task A_reason_is_written_as_the_standard_names_it()
    {
        using var root = new TestAuthority();
        var report = await SigningBench.VerifyAsync(SigningBench.Sign(Content, root.IssueSigner(), detached: true), Content, SigningBench.Trust(root.Certificate));
        Assert.That(EtsiReport.Write(report), Does.Contain("urn:etsi:019102:mainindication:indeterminate").And.Contain("urn:etsi:019102:subindication:TRY_LATER"));
    }

    [Test]
    public async Task A_file_without_a_signature_has_no_such_report() =>
        Assert.That(EtsiReport.Write(await SigningBench.VerifyAsync("text"u8.ToArray(), null, new VerificationPolicy(), name: "a.txt")), Is.Null);
}
