using System.Globalization;
using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Tt05.Lists;

namespace Preservation.Packages.Tests.Tt05.Lists;

/// <summary>A good list of two dossiers with the 46 headings that agencies use, and more columns for what those lack.</summary>
internal static class ListSamples
{
    public static readonly string[] Headings =
    [
        "STT", "Phông", "Mục lục", "Hộp số", "Số và ký hiệu hồ sơ", "Tiêu đề hồ sơ", "Thời hạn bảo quản", "Chế độ sử dụng", "Ngôn ngữ", "Ngày bắt đầu", "Tháng bắt đầu",
        "Năm bắt đầu", "Ngày kết thúc", "Tháng kết thúc", "Năm kết thúc", "Tổng số văn bản trong hồ sơ", "Chú giải", "Ký hiệu thông tin", "Từ khóa", "Số lượng tờ",
        "Tình trạng vật lý", "Mức độ tin cậy", "Mã hồ sơ giấy gốc ( nếu có )", "Ghi chú", "Số thứ tự văn bản trong hồ sơ", "Tên loại văn bản", "Số của văn bản",
        "Ký hiệu của văn bản", "Ngày văn bản", "Tháng văn bản", "Năm văn bản", "Tên cơ quan, tổ chức ban hành văn bản", "Trích yếu nội dung", "Ngôn ngữ",
        "Số lượng trang của văn bản", "Ghi chú", "Ký hiệu thông tin", "Từ khóa", "Chế độ sử dụng", "Mức độ tin cậy", "Bút tích", "Tình trạng vật lý",
        "Quy trình xử lý ( nếu có )", "Tờ số", "Loại tài liệu", "Đường dẫn file",
    ];

    public static readonly string[] More = ["registrationCode", "recordStatus", "agencyName", "fondsCode", "file.riskRecovery"];

    // Columns that tests speak of, counted from 0.
    public const int Fonds = 1, CatalogueColumn = 2, Box = 3, Code = 4, Title = 5, Maintenance = 6, Mode = 7, Language = 8, StartDay = 9, StartMonth = 10, StartYear = 11, Total = 15, Note = 16,
        Sheets = 19, Confidence = 21, Paper = 22, Description = 23, Ordinal = 24, TypeName = 25, Number = 26, Notation = 27, IssuedDay = 28, IssuedMonth = 29, IssuedYear = 30, Organ = 31, Subject = 32, DocumentLanguage = 33,
        Pages = 34, DocumentMode = 38, DocumentConfidence = 39, Process = 42, SheetNumber = 43, PathColumn = 45, Registration = 46, Status = 47, Agency = 48, FondsCode = 49, Risk = 50;

    public static object?[] Row(int number, string code, string title, int ordinal, int total, string type, string path)
    {
        var row = new object?[Headings.Length + More.Length];
        object?[] dossier =
        [
            number.ToString(CultureInfo.InvariantCulture), "Phông Bộ Nội vụ", null, null, code, title, "Vĩnh viễn", "Công khai", "Tiếng Việt", "02", "01", "2025", "31", "12", "2025",
            total.ToString(CultureInfo.InvariantCulture), null, null, "tổ chức", "5", "Tốt", "Số hóa", "K1.G2.H3", "Ghi chú của hồ sơ",
        ];
        object?[] document =
        [
            ordinal.ToString("00", CultureInfo.InvariantCulture), type, "012", "/ QĐ-BNV", "4", "3", "2025", "Bộ Nội vụ", $"Về việc thứ {ordinal}", "Tiếng Việt", "003", "Ghi chú của văn bản",
            null, "biên chế", "Công khai", "Số hóa", "Bút tích", "Bình thường", null, null, null, path,
        ];
        object?[] more = ["NL.BNV.2026.01", "NEW", "Bộ Nội vụ", "G09.01", "0"];
        dossier.CopyTo(row, 0);
        document.CopyTo(row, dossier.Length);
        more.CopyTo(row, Headings.Length);
        return row;
    }

    public static List<object?[]> Rows() =>
    [
        [.. Headings, .. More],
        Row(1, "G09.2025.01-TCCB", "Hồ sơ đề án tổ chức", 1, 2, "Quyết định", "01-TCCB\\01-TCCB.01.pdf"),
        Row(2, "G09.2025.01-TCCB", "Hồ sơ đề án tổ chức", 2, 2, "Tờ trình", "01-TCCB\\01-TCCB.02.pdf"),
        Row(3, "G09.2025.02-VP", "Hồ sơ họp thường kỳ", 1, 1, "Biên bản", "02-VP\\02-VP.01.pdf"),
    ];

    public static MemoryTree Delivery() => new MemoryTree("giao")
        .With("01-TCCB/01-TCCB.01.pdf", "%PDF-1").With("01-TCCB/01-TCCB.02.pdf", "%PDF-2").With("02-VP/02-VP.01.pdf", "%PDF-3");

    public static Worksheet Sheet(List<object?[]>? rows = null, string name = "Sheet1")
    {
        var sheet = new Worksheet(name);
        sheet.Rows.AddRange(rows ?? Rows());
        return sheet;
    }

    public static Task<Tt05List> ReadAsync(Stream list, string name = "list.xlsx", Limits? limits = null, params string[] defaults) =>
        Tt05List.ReadAsync(list, name, Tt05Defaults.Parse(defaults), limits ?? Limits.Default, default);

    public sealed record Outcome(List<(string Code, PackResult Result, byte[] Zip)> Packages, IReadOnlyList<Finding> Findings)
    {
        public IEnumerable<string> Made => Packages.Where(p => p.Result.ObjId is not null).Select(p => p.Code);

        public IEnumerable<string> Places(string code) => Findings.Where(f => f.Rule.Code == code).Select(f => f.Path);

        public MemoryTree Package(string code) => MemoryTree.FromZip(Packages.Single(p => p.Code == code).Zip);
    }

    public static async Task<Outcome> PackAsync(Tt05List list, MemoryTree? delivery = null, string? listPath = null)
    {
        var packing = await Tt05ListPacking.OpenAsync(delivery ?? Delivery(), list, listPath, Limits.Default, default);
        var packages = new List<(string, PackResult, byte[])>();
        var next = 0;
        var options = new PackOptions(Tt05Samples.Now, () => new Guid(++next, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));
        foreach (var dossier in list.Dossiers)
        {
            using var zip = new MemoryStream();
            packages.Add((dossier.FileCode, await packing.PackAsync(dossier, zip, options, default), zip.ToArray()));
        }
        return new Outcome(packages, packing.Findings);
    }

    public static async Task<Outcome> PackAsync(Action<List<object?[]>> change, MemoryTree? delivery = null, params string[] defaults)
    {
        var rows = Rows();
        change(rows);
        return await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet(rows)), defaults: defaults), delivery);
    }
}
