using System.IO.Compression;
using System.Security;
using System.Text;
using System.Text.Json;

namespace Preservation.Cli.Tests;

/// <summary><c>pack tt05</c> from a list as an agency keeps it, with the 46 headings and nothing more.</summary>
internal sealed class PackListTests
{
    private const string Headings = "STT|Phông|Mục lục|Hộp số|Số và ký hiệu hồ sơ|Tiêu đề hồ sơ|Thời hạn bảo quản|Chế độ sử dụng|Ngôn ngữ|Ngày bắt đầu|Tháng bắt đầu|Năm bắt đầu|Ngày kết thúc"
        + "|Tháng kết thúc|Năm kết thúc|Tổng số văn bản trong hồ sơ|Chú giải|Ký hiệu thông tin|Từ khóa|Số lượng tờ|Tình trạng vật lý|Mức độ tin cậy|Mã hồ sơ giấy gốc ( nếu có )|Ghi chú"
        + "|Số thứ tự văn bản trong hồ sơ|Tên loại văn bản|Số của văn bản|Ký hiệu của văn bản|Ngày văn bản|Tháng văn bản|Năm văn bản|Tên cơ quan, tổ chức ban hành văn bản|Trích yếu nội dung|Ngôn ngữ"
        + "|Số lượng trang của văn bản|Ghi chú|Ký hiệu thông tin|Từ khóa|Chế độ sử dụng|Mức độ tin cậy|Bút tích|Tình trạng vật lý|Quy trình xử lý ( nếu có )|Tờ số|Loại tài liệu|Đường dẫn file";

    private string _folder = null!;

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("preserve-list-").FullName;
        foreach (var file in (string[])["giao/01/01.001.pdf", "giao/01/01.002.pdf", "giao/02/02.001.pdf"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(file))!);
            File.WriteAllText(At(file), "%PDF-1.7 " + file);
        }
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string At(string path) => Path.Join(_folder, path);

    // The access mode, the type of the second document and the pages are empty, as they are in real lists.
    private static List<string[]> Rows() =>
    [
        Headings.Split('|'),
        .. new[]
        {
            "1|UBND huyện|01|05|01|Hồ sơ họp|Vĩnh viễn||Tiếng Việt|01|02|1998|05|06|1998|2|||||||||1|Quyết định|12|/ QĐ-UB|03|04|1998|UBND huyện|Về việc họp|Tiếng Việt||||||||||1-3||01\\01.001.pdf",
            "2|UBND huyện|01|05|01|Hồ sơ họp|Vĩnh viễn||Tiếng Việt|01|02|1998|05|06|1998|2|||||||||2||13|/ TB|04|04|1998|UBND huyện|Thông báo|Tiếng Việt||||||||||4||01\\01.002.pdf",
            "3|UBND huyện|01|05|02|Hồ sơ đất|Vĩnh viễn||Tiếng Việt|01|02|1999|05|06|1999|1|||||||||1|Công văn||/ UB|03|04|1999|UBND huyện|Về đất|Tiếng Việt||||||||||1||02\\02.001.pdf",
        }.Select(r => r.Split('|')),
    ];

    private static readonly string[] Defaults = ["--default", "mode=01", "--default", "typeName=32", "--default", "numberOfPage=1", "--default", "numberOfPaper=4"];

    private string Csv(List<string[]> rows)
    {
        File.WriteAllText(At("list.csv"), string.Join("\r\n", rows.Select(r => string.Join(';', r))), new UTF8Encoding(true));
        return At("list.csv");
    }

    // As small as a workbook can be, written without any office library.
    private string Xlsx(List<string[]> rows)
    {
        using var zip = ZipFile.Open(At("list.xlsx"), ZipArchiveMode.Create);
        void Add(string name, string xml)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>" + xml);
        }
        Add("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
            + "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>");
        Add("_rels/.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        Add("xl/workbook.xml", "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Danh mục\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
        Add("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>");
        Add("xl/worksheets/sheet1.xml", "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>" + string.Concat(rows.Select(r =>
            "<row>" + string.Concat(r.Select(c => c.Length == 0 ? "<c/>" : $"<c t=\"inlineStr\"><is><t>{SecurityElement.Escape(c)}</t></is></c>")) + "</row>")) + "</sheetData></worksheet>");
        return At("list.xlsx");
    }

    private Task<(int Exit, JsonElement Json)> PackAsync(string list, params string[] more) =>
        Preserve.JsonAsync(["pack", "tt05", At("giao"), "--metadata", list, "--out", At("out"), .. more]);

    private static IEnumerable<(string? Code, string? Path)> Findings(JsonElement json, string severity) => json.GetProperty("findings").EnumerateArray()
        .Where(f => f.GetProperty("severity").GetString() == severity).Select(f => (f.GetProperty("code").GetString(), f.GetProperty("path").GetString()));

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_list_as_agencies_keep_it_gives_a_valid_package_a_dossier(bool isWorkbook)
    {
        var (exit, json) = await PackAsync(isWorkbook ? Xlsx(Rows()) : Csv(Rows()), Defaults);
        Assert.That(exit, Is.Zero, json.ToString());
        var packages = json.GetProperty("packages").EnumerateArray().ToList();
        Assert.That(packages, Has.Count.EqualTo(2));
        Assert.That(Directory.EnumerateFileSystemEntries(At("out")), Is.EquivalentTo(packages.Select(p => p.GetProperty("path").GetString())));
        foreach (var package in packages)
        {
            var (checkedExit, report) = await Preserve.JsonAsync("check", package.GetProperty("path").GetString()!, "--as", "tt05");
            Assert.That((checkedExit, report.GetProperty("files").GetInt64()), Is.EqualTo((0, package.GetProperty("files").GetInt64())), report.ToString());
        }
    }

    [Test]
    public async Task Empty_mandatory_cells_are_named_by_sheet_row_and_column()
    {
        var (exit, json) = await PackAsync(Xlsx(Rows()));
        Assert.That((exit, json.GetProperty("packages").GetArrayLength()), Is.EqualTo((1, 0)));
        Assert.That(Findings(json, "error"), Is.SupersetOf(new[]
        {
            ("VN-LIST-MISSING", "list.xlsx#Danh mục!H2"), ("VN-LIST-MISSING", "list.xlsx#Danh mục!Z3"), ("VN-LIST-MISSING", "list.xlsx#Danh mục!AI4"), ("VN-LIST-MISSING", "list.xlsx#Danh mục!AM2"),
        }));
        Assert.That(Directory.EnumerateFileSystemEntries(At("out")), Is.Empty, "nothing half-written stays");
    }

    [Test]
    public async Task A_dossier_at_fault_does_not_keep_the_others()
    {
        File.Delete(At("giao/01/01.002.pdf"));
        var (exit, json) = await PackAsync(Csv(Rows()), Defaults);
        Assert.That((exit, json.GetProperty("packages").GetArrayLength()), Is.EqualTo((1, 1)));
        Assert.That(Findings(json, "error"), Is.EqualTo(new[] { ("VN-LIST-NO-FILE", "list.csv#AT3") }));
        Assert.That(Directory.EnumerateFileSystemEntries(At("out")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task One_zip_is_named_only_for_one_dossier()
    {
        var several = await Preserve.RunAsync(["pack", "tt05", At("giao"), "--metadata", Csv(Rows()), "--out", At("out/one.zip"), .. Defaults]);
        Assert.That((several.Exit, Directory.Exists(At("out"))), Is.EqualTo((64, false)), several.Error);
        var one = await Preserve.RunAsync(["pack", "tt05", At("giao"), "--metadata", Csv([.. Rows().Where((_, i) => i != 3)]), "--out", At("out/one.zip"), .. Defaults]);
        Assert.That((one.Exit, File.Exists(At("out/one.zip"))), Is.EqualTo((0, true)), one.Error);
        Assert.That(one.Error, Is.Empty, "no bar where nobody looks");
    }

    [TestCase("--default", "mode=99")]
    [TestCase("--default", "nothing=1")]
    [TestCase("--from", "tt02")]
    [TestCase("--from", "tt01")]
    public async Task Wrong_usage_has_exit_64(params string[] more) =>
        Assert.That((await Preserve.RunAsync(["pack", "tt05", At("giao"), "--metadata", Csv(Rows()), "--out", At("out"), .. more])).Exit, Is.EqualTo(64));

    [Test]
    public async Task Only_tt05_takes_defaults_and_it_needs_a_description()
    {
        Assert.That((await Preserve.RunAsync("pack", "bagit", At("giao"), "--out", At("out"), "--default", "mode=01")).Exit, Is.EqualTo(64));
        Assert.That((await Preserve.RunAsync("pack", "tt05", At("giao"), "--out", At("out"))).Exit, Is.EqualTo(64));
    }

    [Test]
    public async Task An_array_in_JSON_gives_a_package_a_dossier()
    {
        static string Dossier(string code, string file) => $$"""
            { "registrationCode": "R", "recordStatus": "NEW", "agency": { "name": "UBND" }, "fonds": { "code": "F" },
              "dossier": { "fileCode": "{{code}}", "title": "T", "maintenance": "01", "mode": "01", "language": "01", "startDate": "2025-01-02", "endDate": "2025-12-31", "numberOfPaper": 1, "riskRecovery": "0" },
              "documents": [ { "file": "{{file}}", "docId": "D1", "typeName": "02", "issuedDate": "2025-03-04", "organName": "O", "subject": "S", "language": "01", "numberOfPage": 1, "riskRecovery": "0" } ] }
            """;
        File.WriteAllText(At("all.json"), $"[{Dossier("A", "01/01.001.pdf")}, {Dossier("B", "02/02.001.pdf")}, {Dossier("C", "03/gone.pdf")}]");
        var (exit, json) = await PackAsync(At("all.json"), "--default", "document.mode=01");
        Assert.That((exit, json.GetProperty("packages").GetArrayLength()), Is.EqualTo((1, 2)), json.ToString());
        Assert.That(Findings(json, "error"), Is.EqualTo(new[] { ("VN-LIST-NO-FILE", "[2]/documents[0]/file") }));
        Assert.That(Findings(json, "warning"), Is.EqualTo(new[] { ("VN-LIST-UNLISTED", "01/01.002.pdf") }));
        Assert.That(Findings(json, "info").Select(f => f.Path), Is.EqualTo(new[] { "[0]/documents", "[1]/documents", "[2]/documents" }));
    }

    [Test]
    public async Task A_list_that_cannot_be_read_is_a_finding()
    {
        File.WriteAllBytes(At("list.xlsx"), [(byte)'P', (byte)'K', 3, 4, 1, 2, 3]);
        var (exit, json) = await PackAsync(At("list.xlsx"));
        Assert.That(exit, Is.EqualTo(1));
        Assert.That(Findings(json, "error"), Is.EqualTo(new[] { ("VN-LIST-UNREADABLE", "list.xlsx") }));
    }

    [Test]
    public async Task A_delivery_under_the_old_circular_is_packed_from_its_own_XML()
    {
        File.WriteAllText(At("giao/02/hoso.xml"), "<HoSo><FileCode>G09.1999.02</FileCode><OrganId>G09</OrganId><Title>Hồ sơ đất</Title><Maintenance>Vĩnh viễn</Maintenance><Rights>Công khai</Rights>"
            + "<Language>Tiếng Việt</Language><StartDate>01/02/1999</StartDate><EndDate>05/06/1999</EndDate><VanBan><DocOrdinal>1</DocOrdinal><TypeName>Công văn</TypeName><IssuedDate>03/04/1999</IssuedDate>"
            + "<OrganName>UBND huyện</OrganName><Subject>Về đất</Subject><Language>Tiếng Việt</Language><PageAmount>1</PageAmount><Mode>Công khai</Mode><FilePath>02.001.pdf</FilePath></VanBan></HoSo>");
        var (exit, json) = await Preserve.JsonAsync("pack", "tt05", At("giao/02"), "--from", "tt02", "--out", At("out"), "--default", "numberOfPaper=1");
        Assert.That(exit, Is.Zero, json.ToString());
        Assert.That(Findings(json, "warning").Select(f => f.Code), Does.Contain("VN-TT02-UNCERTAIN"));
        var path = json.GetProperty("packages")[0].GetProperty("path").GetString()!;
        Assert.That((await Preserve.JsonAsync("check", path, "--as", "tt05")).Exit, Is.Zero);
    }
}
