using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Tests.Tt05.Lists;
using Preservation.Packages.Tt05.Lists;

namespace Preservation.Packages.Tests.Tt05.Tt02;

/// <summary>Deliveries under the repealed Circular 02/2019.</summary>
public sealed class Tt02DeliveryTests
{
    internal const string Xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <HoSo>
          <FileCode>G09.2018.01-TCCB</FileCode><OrganId>G09.01</OrganId><FileCatalog>2018</FileCatalog><FileNotation>01-TCCB</FileNotation>
          <Title>Hồ sơ đề án 2018</Title><Maintenance>Vĩnh viễn</Maintenance><Rights>Công khai</Rights><Language>Tiếng Việt</Language>
          <StartDate>02/01/2018</StartDate><EndDate>31/12/2018</EndDate><DocTotal>2</DocTotal><SheetNumber>9</SheetNumber><Description>Ghi chú</Description>
          <VanBan><DocCode>VB.01</DocCode><DocOrdinal>1</DocOrdinal><TypeName>Quyết định</TypeName><CodeNumber>07</CodeNumber><CodeNotation>QĐ-BNV</CodeNotation>
            <IssuedDate>04/03/2018</IssuedDate><OrganName>Bộ Nội vụ</OrganName><Subject>Về tổ chức</Subject><Language>Tiếng Việt</Language><PageAmount>3</PageAmount>
            <Mode>Công khai</Mode><ConfidenceLevel>Số hóa</ConfidenceLevel></VanBan>
          <VanBan><DocCode>VB.02</DocCode><DocOrdinal>2</DocOrdinal><TypeName>Tờ trình</TypeName><IssuedDate>05/04/2018</IssuedDate><OrganName>Vụ TCCB</OrganName>
            <Subject>Tờ trình</Subject><Language>Tiếng Việt</Language><PageAmount>2</PageAmount><Mode>Công khai</Mode><FilePath>scan\hai.pdf</FilePath></VanBan>
        </HoSo>
        """;

    private static MemoryTree Delivery(string xml = Xml) => new MemoryTree("giao").With("hoso.xml", xml).With("scan/VB.01.pdf", "%PDF-1").With("scan/hai.pdf", "%PDF-2")
        .With("phong.xml", "<Phong><OrganId>G09.01</OrganId><FondName>Phông Bộ Nội vụ</FondName><FondHistory>Thành lập 1945</FondHistory></Phong>");

    private static async Task<ListSamples.Outcome> PackAsync(MemoryTree delivery, params string[] defaults) =>
        await ListSamples.PackAsync(await Tt05List.ReadCircular02Async(delivery, Tt05Defaults.Parse(defaults), Limits.Default, default), delivery);

    [Test]
    public async Task A_delivery_becomes_a_valid_package_with_its_doubts_as_warnings()
    {
        var outcome = await PackAsync(Delivery());
        Assert.That(outcome.Findings.Where(f => f.Rule.Severity == Severity.Error), Is.Empty);
        Assert.That(outcome.Findings.Where(f => f.Rule.Code.StartsWith("VN-TT02", StringComparison.Ordinal)).Select(f => (f.Rule.Code, f.Path, f.Expected)), Is.EquivalentTo(new[]
        {
            ("VN-TT02-UNMAPPED", "phong.xml#/Phong", "FondHistory"), ("VN-TT02-UNCERTAIN", "hoso.xml#/HoSo", "SheetNumber"), ("VN-TT02-UNCERTAIN", "hoso.xml#/HoSo/VanBan", "PageAmount"),
            ("VN-TT02-UNCERTAIN", "hoso.xml#/HoSo/VanBan", "Mode"), ("VN-TT02-UNCERTAIN", "hoso.xml#/HoSo/VanBan", "ConfidenceLevel"), ("VN-TT02-FILE", "hoso.xml#/HoSo/VanBan", null),
        }));
        var package = outcome.Package("G09.2018.01-TCCB");
        var report = await PackageCheck.CheckAsync(package, PackageKind.Tt05, Limits.Default, default);
        Assert.That(report.Findings.Where(f => f.Rule.Severity == Severity.Error), Is.Empty);
        var description = report.Description!;
        Assert.That((description.Title, description.FondsCode, description.AgencyName, description.RetentionCode, description.Field("numberOfPaper"), description.Field("numberOfPage")),
            Is.EqualTo(("Hồ sơ đề án 2018", "G09.01", "Phông Bộ Nội vụ", "01", "9", "5")));
        Assert.That(description.Documents.Select(d => (d.Id, d.Code, d.TypeCode, d.Number, d.Issued!.Text)), Is.EqualTo(new[]
        {
            ("VB.01", "G09.2018.01-TCCB.0000001", "02", "07", "04/03/2018"), ("VB.02", "G09.2018.01-TCCB.0000002", "15", null, "05/04/2018"),
        }));
    }

    [Test]
    public async Task The_old_description_lies_unchanged_in_the_package()
    {
        var package = (await PackAsync(Delivery())).Package("G09.2018.01-TCCB");
        Assert.That(package.Text("documentation/hoso.xml"), Is.EqualTo(Xml));
        Assert.That(package.Files.Keys, Does.Contain("documentation/phong.xml"));
    }

    [Test]
    public async Task Records_side_by_side_are_joined_by_the_codes_they_share()
    {
        var flat = Xml.Replace("<HoSo>", "<Goi><HoSo>", StringComparison.Ordinal).Replace("<Description>Ghi chú</Description>", "</HoSo>", StringComparison.Ordinal)
            .Replace("</HoSo>\n", "</HoSo>\n", StringComparison.Ordinal).Replace("<DocCode>", "<FileCode>G09.2018.01-TCCB</FileCode><DocCode>", StringComparison.Ordinal);
        flat = flat[..flat.LastIndexOf("</HoSo>", StringComparison.Ordinal)] + "</Goi>";
        var outcome = await PackAsync(Delivery(flat));
        Assert.That(outcome.Made, Is.EqualTo(new[] { "G09.2018.01-TCCB" }));
    }

    internal static IEnumerable<TestCaseData> Faults()
    {
        yield return new TestCaseData("VN-TT02-UNREADABLE", Delivery(Xml[..300]), false).SetArgDisplayNames("half a file");
        yield return new TestCaseData("VN-TT02-UNREADABLE", Delivery("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), false).SetArgDisplayNames("a document type");
        yield return new TestCaseData("VN-TT02-UNREADABLE", Delivery(string.Concat(Enumerable.Repeat("<a>", 500)) + string.Concat(Enumerable.Repeat("</a>", 500))), false).SetArgDisplayNames("deep");
        yield return new TestCaseData("VN-TT02-NO-DOSSIER", Delivery("<a><b>c</b></a>"), false).SetArgDisplayNames("another XML");
        yield return new TestCaseData("VN-TT02-NO-DOSSIER", Delivery("<HoSo><FileCode>A</FileCode><Title>T</Title></HoSo>"), false).SetArgDisplayNames("no documents");
        yield return new TestCaseData("VN-TT02-UNMAPPED", Delivery(Xml.Replace("<Title>", "<Identifier>001</Identifier><Title>", StringComparison.Ordinal)), true).SetArgDisplayNames("a field that nothing takes");
        yield return new TestCaseData("VN-TT02-UNCERTAIN", Delivery(), true).SetArgDisplayNames("a name known from practice");
        yield return new TestCaseData("VN-TT02-CODE", Delivery(Xml.Replace("<FileCode>G09.2018.01-TCCB</FileCode>", "", StringComparison.Ordinal)), true).SetArgDisplayNames("no FileCode");
        yield return new TestCaseData("VN-TT02-FILE", Delivery(), true).SetArgDisplayNames("no file named");
        yield return new TestCaseData("VN-LIST-NO-FILE", Delivery(Xml.Replace("hai.pdf", "ba.pdf", StringComparison.Ordinal)), false).SetArgDisplayNames("a file that is not there");
        yield return new TestCaseData("VN-LIST-WORD", Delivery(Xml.Replace("<TypeName>Tờ trình", "<TypeName>Sắc lệnh", StringComparison.Ordinal)), false).SetArgDisplayNames("an unknown word");
        yield return new TestCaseData("VN-LIST-MISSING", Delivery(Xml.Replace("<SheetNumber>9</SheetNumber>", "", StringComparison.Ordinal)), false).SetArgDisplayNames("a mandatory field");
    }

    [TestCaseSource(nameof(Faults))]
    public async Task Each_doubt_has_its_rule(string code, MemoryTree delivery, bool isMade)
    {
        var outcome = await PackAsync(delivery);
        Assert.That(outcome.Findings.Select(f => f.Rule.Code), Does.Contain(code));
        Assert.That(outcome.Made.Any(), Is.EqualTo(isMade));
    }

    [Test]
    public async Task A_default_fills_what_the_old_circular_did_not_ask_for()
    {
        var outcome = await PackAsync(Delivery(Xml.Replace("<SheetNumber>9</SheetNumber>", "", StringComparison.Ordinal)), "file.numberOfPaper=4");
        Assert.That(outcome.Places("VN-LIST-DEFAULT").Count(), Is.EqualTo(1));
        Assert.That(outcome.Made.Count(), Is.EqualTo(1));
    }
}
