using System.Security.Cryptography;
using Preservation.Core.Findings;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Tests.Tt05;

public sealed class Tt05ValidatorTests
{
    private const string Mets = "METS.xml";
    private const string Rep = "representations/rep1/METS.xml";
    private const string Ead = "metadata/descriptive/EAD.xml";
    private const string Doc1 = "representations/rep1/metadata/descriptive/EAD_doc_VB-0001.xml";
    private const string Doc2 = "representations/rep1/metadata/descriptive/EAD_doc_VB-0002.xml";
    private const string Data1 = "representations/rep1/data/VB-0001.pdf";

    private static TestCaseData Case(string code, Action<MemoryTree> change, string? name = null) => new TestCaseData(code, change).SetName($"{{m}}({name ?? code})");

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("VN-STR-01", t => t.Files.Remove(Mets));
        yield return Case("VN-STR-02", t => t.RootName = "other");
        yield return Case("VN-STR-03", t => t.Files.Remove(Ead));
        yield return Case("VN-STR-04", t => t.Files.Remove(Rep));
        yield return Case("VN-STR-05", t => Remove(t, "representations/rep1/data/"));
        yield return Case("VN-STR-06", t => Remove(t, "schemas/"));
        yield return Case("VN-STR-07", t => t.With("representations/rep2/data/x", "x"));
        yield return Case("VN-STR-08", t => t.With("metadata/preservation/PREMIS.xml", "<premis/>"));
        yield return Case("VN-STR-10", t => Remove(t, "representations/rep1/metadata/"));
        yield return Case("VN-STR-11", t => t.With("documentation/readme.txt", "x"));
        yield return Case("VN-METS-01", t => t.Replace(Mets, "OBJID=\"uuid-", "OBJID=\"x-"));
        yield return Case("VN-METS-02", t => t.Replace(Mets, "TYPE=\"Mixed\"", "TYPE=\"Film\""));
        yield return Case("VN-METS-03", t => t.Replace(Mets, "E-ARK-CSIP.xml", "X.xml"));
        yield return Case("VN-METS-04", t => t.Replace(Rep, "csip:CONTENTINFORMATIONTYPE=\"MIXED\"", ""));
        yield return Case("VN-METS-05", t => t.Replace(Mets, "CREATEDATE=\"2026-05-04T10:02:01.0+07:00\"", "CREATEDATE=\"04/05/2026\""));
        yield return Case("VN-METS-06", t => t.Replace(Mets, "RECORDSTATUS=\"NEW\"", "RECORDSTATUS=\"X\""));
        yield return Case("VN-METS-07", t => t.Replace(Mets, "OAISPACKAGETYPE=\"SIP\"", "OAISPACKAGETYPE=\"X\""));
        yield return Case("VN-METS-08", t => t.Replace(Mets, "SOFTWARE VERSION", "X"));
        yield return Case("VN-METS-09", t => t.Replace(Mets, "IDENTIFICATIONCODE", "X"));
        yield return Case("VN-METS-10", t => t.Replace(Mets, "SUBMISSIONAGREEMENT", "X"));
        yield return Case("VN-METS-11", t => t.Replace(Mets, "metadata/descriptive/EAD.xml", "metadata/descriptive/X.xml"));
        yield return Case("VN-METS-12", t => t.Replace(Rep, "MIMETYPE=\"application/pdf\"", ""));
        yield return Case("VN-METS-12", t => t.Replace(Rep, "CHECKSUMTYPE=\"SHA-256\"", "CHECKSUMTYPE=\"CRC\""), "VN-METS-12 algorithm");
        yield return Case("VN-METS-13", ToSha512);
        yield return Case("VN-METS-14", t => t.Replace(Mets, "USE=\"Schemas\"", "USE=\"X\""));
        yield return Case("VN-METS-15", t => t.Replace(Mets, "LABEL=\"CSIP\"", "LABEL=\"X\""));
        yield return Case("VN-METS-16", t => t.Replace(Mets, "LABEL=\"Metadata\"", "LABEL=\"X\""));
        yield return Case("VN-METS-17", t => t.Replace(Mets, " DMDID=\"uuid-", " DMDID=\"no-"));
        yield return Case("VN-METS-18", t => t.With(Mets, System.Text.RegularExpressions.Regex.Replace(t.Text(Mets), "ID=\"ID-[0-9A-F-]+\"", "ID=\"ID-1\"")));
        yield return Case("VN-FLD-01", t => t.Replace(Doc1, "<organName>Bộ Nội vụ</organName>", ""));
        yield return Case("VN-FLD-01", t => t.Replace(Ead, "<mode>01</mode>", "<mode> </mode>"), "VN-FLD-01 blank");
        yield return Case("VN-FLD-02", t => t.Replace(Doc1, "<codeNumber>01<", "<codeNumber>123456789012<"));
        yield return Case("VN-FLD-03", t => t.Replace(Ead, "<maintenance>01<", "<maintenance>08<"));
        yield return Case("VN-FLD-04", t => t.Replace(Doc1, "<issuedDate>04/03/2025<", "<issuedDate>31/02/2025<"));
        yield return Case("VN-FLD-05", t => t.Replace(Doc1, "<numberOfPage>3<", "<numberOfPage>ba<"));
        yield return Case("VN-FLD-06", t => t.Replace(Ead, "</simpledc>", "<colour>x</colour></simpledc>"));
        yield return Case("VN-FLD-07", t => t.Replace(Ead, "</simpledc>", "<mode>01</mode></simpledc>"));
        yield return Case("VN-C01", t => t.Replace(Ead, "<paperFileCode>K1.G2.H3</paperFileCode>", ""));
        yield return Case("VN-C02", t => t.Replace(Ead, "<riskRecoveryStatus>02</riskRecoveryStatus>", ""));
        yield return Case("VN-C02", t => t.Replace(Doc1, "<riskRecovery>0</riskRecovery>", "<riskRecovery>0</riskRecovery><riskRecoveryStatus>01</riskRecoveryStatus>"), "VN-C02 reverse");
        yield return Case("VN-C03", t => t.Replace(Doc2, "<process>0</process>", ""));
        yield return Case("VN-C04", t => t.Replace(Doc2, ".0000002<", ".0000004<"));
        yield return Case("VN-C04", t => t.Replace(Doc2, ".0000002<", ".2<"), "VN-C04 form");
        yield return Case("VN-C04-PREFIX", t => t.Replace(Doc2, "G09.2025", "G09.2024"));
        yield return Case("VN-C05", t => t.Replace(Ead, "<totalDoc>3<", "<totalDoc>4<"));
        yield return Case("VN-C05-PAGES", t => t.Replace(Ead, "<numberOfPage>6<", "<numberOfPage>7<"));
        yield return Case("VN-C06", t => t.Replace(Ead, "<endDate>31/12/2025<", "<endDate>31/12/2024<"));
        yield return Case("VN-C06-ISSUED", t => t.Replace(Doc1, "04/03/2025", "04/03/2020"));
        yield return Case("VN-C07", t => t.Replace(Ead, "<maintenance>01<", "<maintenance>03<"));
        yield return Case("VN-SEC-01", t => t.Replace(Doc1, "<mode>01<", "<mode>03<"));
        yield return Case("VN-C10", t => t.Replace(Doc1, "<docId>VB-0001<", "<docId>VB-0009<"));
        yield return Case("VN-C11", t => t.Files.Remove(Data1), "VN-C11 missing");
        yield return Case("VN-C11", t => t.With("representations/rep1/data/extra.pdf", "x"), "VN-C11 orphan");
        yield return Case("VN-C12", t => t.With(Data1, "%PDF-9"), "VN-C12 digest");
        yield return Case("VN-C12", t => t.With(Data1, "longer than before"), "VN-C12 size");
        yield return Case("VN-EXT-01", t => t.With("metadata/other/VNSIP.xml", "<vnsip xmlns=\"urn:vn:ltdp:vnsip:1\"/>"));
        yield return Case("VN-EXT-01", t => t.With("metadata/other/VNSIP.xml", "<vnsip/>"), "VN-EXT-01 namespace");
        yield return Case("PKG-XML", t => t.With(Ead, "<simpledc>"));
        yield return Case("PKG-XML", t => t.With(Ead, "<ead/>"), "PKG-XML not simpledc");
    }

    [TestCaseSource(nameof(Cases))]
    public async Task A_fault_is_found(string code, Action<MemoryTree> change)
    {
        var tree = await Tt05Samples.SipAsync();
        change(tree);
        var report = await Tt05Samples.CheckAsync(tree);
        var finding = report.Findings.FirstOrDefault(f => f.Rule.Code == code);
        Assert.That(finding, Is.Not.Null, () => string.Join(", ", Tt05Samples.Codes(report.Findings)));
        Assert.That(report.Valid, Is.EqualTo(report.Findings.All(f => f.Rule.Severity != Severity.Error)));
    }

    [Test]
    public void Every_rule_has_a_failing_case()
    {
        var covered = Cases().Select(c => (string)c.Arguments[0]!).Concat(["VN-STR-09", "VN-C08"]).Concat(Tt05Rules.All.Select(r => r.Code).Where(c => c.StartsWith("VN-SRC", StringComparison.Ordinal)));
        Assert.That(Tt05Rules.All.Select(r => r.Code).Except(covered), Is.Empty);
    }

    [Test]
    public async Task A_historical_archive_takes_permanent_records_only()
    {
        var tree = (await Tt05Samples.SipAsync()).Replace(Ead, "<maintenance>01<", "<maintenance>02<");
        var historical = await Tt05Samples.CheckAsync(tree, new Tt05CheckOptions { IsHistoricalArchive = true });
        var ordinary = await Tt05Samples.CheckAsync(tree);
        Assert.Multiple(() =>
        {
            Assert.That(Tt05Samples.Codes(historical.Findings), Does.Contain("VN-C08"));
            Assert.That(Tt05Samples.Codes(ordinary.Findings), Does.Not.Contain("VN-C08"));
        });
    }

    [Test]
    public async Task An_isolated_deployment_may_take_secret_records()
    {
        var tree = (await Tt05Samples.SipAsync()).Replace(Doc1, "<mode>01<", "<mode>03<");
        var report = await Tt05Samples.CheckAsync(tree, new Tt05CheckOptions { AllowsSecret = true });
        Assert.That(Tt05Samples.Codes(report.Findings), Is.EqualTo(new[] { "VN-C12" }), "only the digest of the changed descriptor");
    }

    [Test]
    public async Task The_description_carries_what_the_catalogue_keeps()
    {
        var d = (await Tt05Samples.CheckAsync(await Tt05Samples.SipAsync())).Description!;
        Assert.Multiple(() =>
        {
            Assert.That((d.Title, d.FondsCode, d.AgencyName, d.RegistrationCode, d.RecordStatus, d.RetentionCode, d.AccessMode),
                Is.EqualTo(("Hồ sơ đề án tổ chức bộ máy", "G09.01", "Bộ Nội vụ", "NL.BNV.2026.01", "NEW", "01", "01")));
            Assert.That(d.Documents.Select(x => (x.Id, x.Ordinal)), Is.EqualTo(new[] { ("VB-0001", (int?)1), ("VB-0002", 2), ("VB-0003", 3) }));
            Assert.That(d.Documents[0].FilePaths, Is.EqualTo(new[] { Data1 }));
            Assert.That(d.Documents[0].AttachmentPaths, Has.Length.EqualTo(2));
            Assert.That(d.Documents[0].Issued!.From, Is.EqualTo(new DateOnly(2025, 3, 4)));
            Assert.That(d.Documents[2].FetchReferences.Single().Value, Is.EqualTo("uuid-AAAA/representations/rep1/data/VB-9.pdf"));
            Assert.That(d.Aliases.Select(a => a.Value), Does.Contain("G09.2025.01-TCCB").And.Contains("G09.2025.01-TCCB.0000001"));
        });
    }

    [Test]
    public async Task Findings_never_quote_content_and_have_both_languages()
    {
        var tree = (await Tt05Samples.SipAsync()).Replace(Doc1, "<codeNotation>QĐ-BNV<", "<codeNotation>bí mật bí mật bí mật bí mật bí mật<");
        var report = await Tt05Samples.CheckAsync(tree);
        Assert.Multiple(() =>
        {
            Assert.That(report.Findings.Select(f => f.Message.En + f.Message.Vi + f.Found), Has.None.Contains("bí mật"));
            Assert.That(Tt05Rules.All.Select(r => r.Message.Vi), Has.All.Not.Empty);
        });
    }

    [Test]
    public async Task No_content_file_is_read_twice()
    {
        var tree = await Tt05Samples.SipAsync();
        await Tt05Samples.CheckAsync(tree);
        Assert.That(tree.Opened.Where(o => o.Key.StartsWith("representations/rep1/data/", StringComparison.Ordinal) && !o.Key.EndsWith(".fetch.txt", StringComparison.Ordinal)).Select(o => o.Value), Has.All.EqualTo(1));
    }

    private static void Remove(MemoryTree tree, string prefix)
    {
        foreach (var path in tree.Files.Keys.Where(p => p.StartsWith(prefix, StringComparison.Ordinal)).ToList()) tree.Files.Remove(path);
    }

    private static void ToSha512(MemoryTree tree)
    {
        var old = Convert.ToHexString(SHA256.HashData(tree.Files[Data1]));
        tree.Replace(Rep, $"CHECKSUM=\"{old}\" CHECKSUMTYPE=\"SHA-256\"", $"CHECKSUM=\"{Convert.ToHexString(SHA512.HashData(tree.Files[Data1]))}\" CHECKSUMTYPE=\"SHA-512\"");
    }
}
