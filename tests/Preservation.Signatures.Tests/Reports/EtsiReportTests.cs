using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Tests.Corpus;
using Preservation.Testing.Certificates;

namespace Preservation.Signatures.Tests.Reports;

public sealed class EtsiReportTests
{
    private static readonly XNamespace Vr = "http://uri.etsi.org/19102/v1.4.1#";
    private static readonly byte[] Content = "content"u8.ToArray();

    // What clause 4 and annex A of TS 119 102-2 V1.4.1 let stand in an element, in that order, as far as our reports have it; an element that is not named here has text alone.
    private static readonly Dictionary<string, string> Order = new()
    {
        ["/ValidationReport"] = "(SignatureValidationReport )+(SignatureValidationObjects )?",
        ["SignatureValidationReport"] = "(SignatureIdentifier )?(ValidationConstraintsEvaluationReport )?(ValidationTimeInfo )?(SignatureAttributes )?(SignerInformation )?(SignatureValidationProcess )?SignatureValidationStatus ",
        ["SignatureIdentifier"] = "HashOnly DocHashOnly (DAIdentifier )?",
        ["ValidationConstraintsEvaluationReport"] = "(SignatureValidationPolicy )?",
        ["SignatureValidationPolicy"] = "SignaturePolicyIdentifier (PolicyName )?",
        ["SignaturePolicyIdentifier"] = "SignaturePolicyId ",
        ["SignaturePolicyId"] = "SigPolicyId SigPolicyHash ",
        ["SigPolicyId"] = "Identifier ",
        ["SigPolicyHash"] = "DigestMethod DigestValue ",
        ["ValidationTimeInfo"] = "ValidationTime BestSignatureTime ",
        ["BestSignatureTime"] = "POETime TypeOfProof ",
        ["SignatureAttributes"] = "((SigningTime|AllDataObjectsTimeStamp|SignatureTimeStamp|SigAndRefsTimeStamp|ArchiveTimeStamp) )*",
        ["SigningTime"] = "Time ",
        ["AllDataObjectsTimeStamp"] = "AttributeObject TimeStampValue ",
        ["SignatureTimeStamp"] = "AttributeObject TimeStampValue ",
        ["SigAndRefsTimeStamp"] = "AttributeObject TimeStampValue ",
        ["ArchiveTimeStamp"] = "AttributeObject TimeStampValue ",
        ["SignerInformation"] = "SignerCertificate (Signer )?",
        ["SignatureValidationProcess"] = "SignatureValidationProcessID ",
        ["SignatureValidationStatus"] = "MainIndication (SubIndication )*(AssociatedValidationReportData )*",
        ["AssociatedValidationReportData"] = "(TrustAnchor )?(CertificateChain )?",
        ["CertificateChain"] = "SigningCertificate (IntermediateCertificate )*(TrustAnchor )?",
        ["SignatureValidationObjects"] = "(ValidationObject )+",
        ["ValidationObject"] = "ObjectType ValidationObjectRepresentation (ValidationReport )?",
        ["ValidationObjectRepresentation"] = "DigestAlgAndValue ",
        ["DigestAlgAndValue"] = "DigestMethod DigestValue ",
    };

    private static readonly string[] Times = ["ValidationTime", "POETime", "Time", "TimeStampValue"];
    private static readonly string[] References = ["SignerCertificate", "AttributeObject", "TrustAnchor", "SigningCertificate", "IntermediateCertificate"];

    [Test]
    public async Task Verdict_policy_chain_and_sources_are_written_and_every_reference_leads_somewhere()
    {
        var report = await StampedAsync();
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

    [Test]
    public async Task The_report_of_every_signed_file_of_the_corpus_is_built_as_the_standard_has_it()
    {
        var seen = new HashSet<string>();
        var ofCorpus = (await CorpusReports.AllAsync()).Select(c => (c.Row.File, c.Report));
        foreach (var (file, report) in ofCorpus.Append(("one whose chain is trusted", await StampedAsync())))
        {
            if (EtsiReport.Write(report) is not { } text) continue;
            var xml = XDocument.Parse(text);
            foreach (var element in xml.Descendants()) AssertBuilt(element, file, seen);
            var ids = xml.Descendants().Attributes("id").Select(a => XmlConvert.VerifyNCName(a.Value)).ToList();
            Assert.That(ids, Is.Unique, file);
            Assert.That(xml.Descendants().Attributes("VOReference").Select(a => a.Value).Distinct(), Is.SubsetOf(ids), file);
        }
        Assert.That(Order.Keys.Except(seen), Is.Empty, "each of them is met in some report");
    }

    private static async Task<VerificationReport> StampedAsync()
    {
        using var root = new TestAuthority();
        using var tsa = root.IssueTimeStamper();
        var signer = root.IssueSigner();
        var signature = TokenBench.WithSignatureTimeStamp(SigningBench.Sign(Content, signer, detached: true), tsa, SigningBench.Now.AddHours(1));
        var later = SigningBench.Now.AddYears(1);
        return await SigningBench.VerifyAsync(signature, Content, SigningBench.Trust(root.Certificate, root.IssueCrl(later.AddDays(-1), later.AddDays(6))), later);
    }

    private static void AssertBuilt(XElement element, string file, HashSet<string> seen)
    {
        var name = element.Name.LocalName;
        // A validation object's own report has the form of a signature's.
        var form = name == "ValidationReport" ? element.Parent is null ? "/ValidationReport" : "SignatureValidationReport" : name;
        var children = string.Concat(element.Elements().Select(e => e.Name.LocalName + " "));
        seen.Add(form);
        Assert.That(children, Does.Match("^" + Order.GetValueOrDefault(form, "") + "$"), $"{file}: {name}");
        if (Times.Contains(name)) Assert.That(element.Value, Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"), $"{file}: {name}");
        if (References.Contains(name)) Assert.That(element.Attribute("VOReference")?.Value, Is.Not.Null.And.Not.Empty, $"{file}: {name}");
        if (name is "ValidationObject") Assert.That(element.Attribute("id"), Is.Not.Null, file);
        if (Regex.IsMatch(name, "^(MainIndication|SubIndication|ObjectType|TypeOfProof|SignatureValidationProcessID)$")) Assert.That(element.Value, Does.StartWith("urn:etsi:019102:"), $"{file}: {name}");
    }
}
