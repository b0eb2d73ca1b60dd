using System.Security.Cryptography;
using System.Text;
using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Aip;
using Preservation.Packages.Tests.Aip;
using Preservation.Packages.Tt05;
using Preservation.Testing.Rules;

namespace Preservation.Packages.Tests.Tt05;

/// <summary>At least one fault for every rule of Circular 05/2025.</summary>
internal static class Tt05Mutants
{
    public const string Mets = "METS.xml";
    public const string Rep = "representations/rep1/METS.xml";
    public const string Ead = "metadata/descriptive/EAD.xml";
    public const string Doc1 = "representations/rep1/metadata/descriptive/EAD_doc_VB-0001.xml";
    public const string Doc2 = "representations/rep1/metadata/descriptive/EAD_doc_VB-0002.xml";
    public const string Data1 = "representations/rep1/data/VB-0001.pdf";

    private static RuleCase Sip(string rule, string fault, Action<MemoryTree> change, Tt05CheckOptions? options = null) => new(rule, "SIP with " + fault, async () =>
    {
        var tree = await Tt05Samples.SipAsync();
        change(tree);
        return (await Tt05Samples.CheckAsync(tree, options)).Findings;
    });

    private static RuleCase Pack(string rule, string fault, Func<string, string> json, Func<MemoryTree, MemoryTree>? folder = null) => new(rule, "packing with " + fault, async () =>
    {
        var (source, findings) = await Tt05Source.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(json(Tt05Samples.Json))), Limits.Default, default);
        if (source is null || findings.Any()) return findings;
        using var zip = new MemoryStream();
        return (await Tt05Packer.PackAsync((folder ?? (f => f))(Tt05Samples.Folder()), source, zip, Tt05Samples.Options(), default)).Findings;
    });

    public static IReadOnlyList<RuleCase> All { get; } =
    [
        Sip("VN-STR-01", "no METS.xml", t => t.Files.Remove(Mets)),
        Sip("VN-STR-02", "another root folder", t => t.RootName = "other"),
        Sip("VN-STR-03", "no description", t => t.Files.Remove(Ead)),
        Sip("VN-STR-04", "no METS.xml of the representation", t => t.Files.Remove(Rep)),
        Sip("VN-STR-05", "no data", t => Remove(t, "representations/rep1/data/")),
        Sip("VN-STR-06", "no schemas", t => Remove(t, "schemas/")),
        Sip("VN-STR-07", "a second representation", t => t.With("representations/rep2/data/x", "x")),
        Sip("VN-STR-08", "PREMIS in a SIP", t => t.With("metadata/preservation/PREMIS.xml", "<premis/>")),
        Sip("VN-STR-10", "no described document", t => Remove(t, "representations/rep1/metadata/")),
        Sip("VN-STR-11", "a file that no METS mentions", t => t.With("documentation/readme.txt", "x")),
        Sip("VN-EXT-01", "an extension that lacks everything", t => t.With("metadata/other/VNSIP.xml", "<vnsip xmlns=\"urn:vn:ltdp:vnsip:1\"/>")),
        Sip("VN-EXT-01", "an extension of another namespace", t => t.With("metadata/other/VNSIP.xml", "<vnsip/>")),
        Sip("VN-METS-01", "OBJID of another form", t => t.Replace(Mets, "OBJID=\"uuid-", "OBJID=\"x-")),
        Sip("VN-METS-02", "TYPE of no list", t => t.Replace(Mets, "TYPE=\"Mixed\"", "TYPE=\"Film\"")),
        Sip("VN-METS-03", "another PROFILE", t => t.Replace(Mets, "E-ARK-CSIP.xml", "X.xml")),
        Sip("VN-METS-04", "no CONTENTINFORMATIONTYPE", t => t.Replace(Rep, "csip:CONTENTINFORMATIONTYPE=\"MIXED\"", "")),
        Sip("VN-METS-05", "CREATEDATE of another form", t => t.Replace(Mets, "CREATEDATE=\"2026-05-04T10:02:01.0+07:00\"", "CREATEDATE=\"04/05/2026\"")),
        Sip("VN-METS-06", "RECORDSTATUS of no list", t => t.Replace(Mets, "RECORDSTATUS=\"NEW\"", "RECORDSTATUS=\"X\"")),
        Sip("VN-METS-07", "package type of no list", t => t.Replace(Mets, "OAISPACKAGETYPE=\"SIP\"", "OAISPACKAGETYPE=\"X\"")),
        Sip("VN-METS-08", "software without version", t => t.Replace(Mets, "SOFTWARE VERSION", "X")),
        Sip("VN-METS-09", "no fonds code", t => t.Replace(Mets, "IDENTIFICATIONCODE", "X")),
        Sip("VN-METS-10", "no registration code", t => t.Replace(Mets, "SUBMISSIONAGREEMENT", "X")),
        Sip("VN-METS-11", "a dmdSec of another file", t => t.Replace(Mets, "metadata/descriptive/EAD.xml", "metadata/descriptive/X.xml")),
        Sip("VN-METS-12", "no MIMETYPE", t => t.Replace(Rep, "MIMETYPE=\"application/pdf\"", "")),
        Sip("VN-METS-12", "an algorithm of no list", t => t.Replace(Rep, "CHECKSUMTYPE=\"SHA-256\"", "CHECKSUMTYPE=\"CRC\"")),
        Sip("VN-METS-13", "SHA-512", ToSha512),
        Sip("VN-METS-14", "no group of schemas", t => t.Replace(Mets, "USE=\"Schemas\"", "USE=\"X\"")),
        Sip("VN-METS-15", "another label of the structural map", t => t.Replace(Mets, "LABEL=\"CSIP\"", "LABEL=\"X\"")),
        Sip("VN-METS-16", "no division of metadata", t => t.Replace(Mets, "LABEL=\"Metadata\"", "LABEL=\"X\"")),
        Sip("VN-METS-17", "an identifier of nothing", t => t.Replace(Mets, " DMDID=\"uuid-", " DMDID=\"no-")),
        Sip("VN-METS-18", "an identifier twice", t => t.With(Mets, System.Text.RegularExpressions.Regex.Replace(t.Text(Mets), "ID=\"ID-[0-9A-F-]+\"", "ID=\"ID-1\""))),
        Sip("VN-FLD-01", "no organName", t => t.Replace(Doc1, "<organName>Bộ Nội vụ</organName>", "")),
        Sip("VN-FLD-01", "a blank mode", t => t.Replace(Ead, "<mode>01</mode>", "<mode> </mode>")),
        Sip("VN-FLD-02", "a codeNumber that is too long", t => t.Replace(Doc1, "<codeNumber>01<", "<codeNumber>123456789012<")),
        Sip("VN-FLD-03", "a maintenance of no table", t => t.Replace(Ead, "<maintenance>01<", "<maintenance>08<")),
        Sip("VN-FLD-04", "a date that is none", t => t.Replace(Doc1, "<issuedDate>04/03/2025<", "<issuedDate>31/02/2025<")),
        Sip("VN-FLD-05", "a number in words", t => t.Replace(Doc1, "<numberOfPage>3<", "<numberOfPage>ba<")),
        Sip("VN-FLD-06", "a field nobody knows", t => t.Replace(Ead, "</simpledc>", "<colour>x</colour></simpledc>")),
        Sip("VN-FLD-07", "a field twice", t => t.Replace(Ead, "</simpledc>", "<mode>01</mode></simpledc>")),
        Sip("VN-C01", "digitised paper without its code", t => t.Replace(Ead, "<paperFileCode>K1.G2.H3</paperFileCode>", "")),
        Sip("VN-C02", "a recovery without its status", t => t.Replace(Ead, "<riskRecoveryStatus>02</riskRecoveryStatus>", "")),
        Sip("VN-C02", "a status without its recovery", t => t.Replace(Doc1, "<riskRecovery>0</riskRecovery>", "<riskRecovery>0</riskRecovery><riskRecoveryStatus>01</riskRecoveryStatus>")),
        Sip("VN-C03", "a born-digital document without process", t => t.Replace(Doc2, "<process>0</process>", "")),
        Sip("VN-C04", "a document out of order", t => t.Replace(Doc2, ".0000002<", ".0000004<")),
        Sip("VN-C04", "an order of another form", t => t.Replace(Doc2, ".0000002<", ".2<")),
        Sip("VN-C04-PREFIX", "a docCode of another dossier", t => t.Replace(Doc2, "G09.2025", "G09.2024")),
        Sip("VN-C05", "a number of documents too many", t => t.Replace(Ead, "<totalDoc>3<", "<totalDoc>4<")),
        Sip("VN-C05-PAGES", "a number of pages too many", t => t.Replace(Ead, "<numberOfPage>6<", "<numberOfPage>7<")),
        Sip("VN-C06", "an end before the start", t => t.Replace(Ead, "<endDate>31/12/2025<", "<endDate>31/12/2024<")),
        Sip("VN-C06-ISSUED", "a document of another time", t => t.Replace(Doc1, "04/03/2025", "04/03/2020")),
        Sip("VN-C07", "a retention shorter than a document's", t => t.Replace(Ead, "<maintenance>01<", "<maintenance>03<")),
        Sip("VN-SEC-01", "a secret document", t => t.Replace(Doc1, "<mode>01<", "<mode>03<")),
        Sip("VN-C10", "a file not named after its document", t => t.Replace(Doc1, "<docId>VB-0001<", "<docId>VB-0009<")),
        Sip("VN-C11", "a file that is not there", t => t.Files.Remove(Data1)),
        Sip("VN-C11", "a file of no document", t => t.With("representations/rep1/data/extra.pdf", "x")),
        Sip("VN-C12", "another content", t => t.With(Data1, "%PDF-9")),
        Sip("VN-C12", "another length", t => t.With(Data1, "longer than before")),
        Sip("VN-C08", "records of a term for a historical archive", t => t.Replace(Ead, "<maintenance>01<", "<maintenance>02<"), new Tt05CheckOptions { IsHistoricalArchive = true }),
        new("VN-STR-09", "AIP with no PREMIS", AipWithoutPremisAsync),
        Pack("VN-SRC-01", "a file that is not in the folder", j => j, f => { f.Files.Remove("tt/To trinh.pdf"); return f; }),
        Pack("VN-SRC-02", "a file that no document names", j => j, f => f.With("more.txt", "x")),
        Pack("VN-SRC-03", "a dossier that is a number", j => j.Replace("\"documents\": [", "\"documents\": 7, \"x\": [", StringComparison.Ordinal)),
        Pack("VN-SRC-04", "a file named twice", j => j.Replace("tt/To trinh.pdf", "qd/Quyết định 1.pdf", StringComparison.Ordinal)),
    ];

    /// <summary>The AIP that is made of the sample.</summary>
    public static async Task<MemoryTree> AipAsync()
    {
        var sip = await Tt05Samples.SipAsync();
        return AipSamples.Build(AipPlanner.Plan(AipSamples.Request(sip, (await Tt05Samples.CheckAsync(sip)).Description!)), sip);
    }

    private static async Task<IEnumerable<Finding>> AipWithoutPremisAsync()
    {
        var aip = await AipAsync();
        Remove(aip, "metadata/preservation/");
        return (await Tt05Samples.CheckAsync(aip)).Findings;
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
