using System.Text;
using Preservation.Core.Findings;
using Preservation.Packages.Aip;
using Preservation.Packages.Description;
using Preservation.Packages.Tests.Aip;
using static Preservation.Packages.Tests.Tt05.Lists.ListSamples;

namespace Preservation.Packages.Tests.Tt05.Lists;

/// <summary>Good lists in every form they come in.</summary>
public sealed class Tt05ListTests
{
    private static async Task<PackageDescription> DescribeAsync(MemoryTree package)
    {
        var report = await PackageCheck.CheckAsync(package, PackageKind.Tt05, Core.Limits.Default, default);
        Assert.That(report.Findings.Where(f => f.Rule.Severity != Severity.Info), Is.Empty);
        return report.Description!;
    }

    [Test]
    public async Task A_good_list_gives_one_good_package_a_dossier_and_no_finding()
    {
        var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet())));
        Assert.That(outcome.Findings, Is.Empty);
        Assert.That(outcome.Made, Is.EqualTo(new[] { "G09.2025.01-TCCB", "G09.2025.02-VP" }));
        foreach (var (_, _, zip) in outcome.Packages) await DescribeAsync(MemoryTree.FromZip(zip));
    }

    [Test]
    public async Task Words_numbers_and_dates_become_what_the_circular_wants()
    {
        var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet())));
        var description = await DescribeAsync(outcome.Package("G09.2025.01-TCCB"));
        Assert.That(description.Fields, Is.EqualTo(new Dictionary<string, string>
        {
            ["fileCode"] = "G09.2025.01-TCCB", ["title"] = "Hồ sơ đề án tổ chức", ["maintenance"] = "01", ["mode"] = "01", ["language"] = "01", ["startDate"] = "02/01/2025",
            ["endDate"] = "31/12/2025", ["keyword"] = "tổ chức", ["totalDoc"] = "2", ["numberOfPaper"] = "5", ["numberOfPage"] = "6", ["format"] = "01", ["confidenceLevel"] = "02",
            ["paperFileCode"] = "K1.G2.H3", ["riskRecovery"] = "0", ["description"] = "Ghi chú của hồ sơ",
        }));
        Assert.That(description.Documents[0].Fields, Is.EqualTo(new Dictionary<string, string>
        {
            ["docId"] = "01-TCCB.01", ["docCode"] = "G09.2025.01-TCCB.0000001", ["maintenance"] = "01", ["typeName"] = "02", ["codeNumber"] = "012", ["codeNotation"] = "QĐ-BNV",
            ["issuedDate"] = "04/03/2025", ["organName"] = "Bộ Nội vụ", ["subject"] = "Về việc thứ 1", ["language"] = "01", ["numberOfPage"] = "3", ["keyword"] = "biên chế", ["mode"] = "01",
            ["confidenceLevel"] = "02", ["autograph"] = "Bút tích", ["format"] = "02", ["riskRecovery"] = "0", ["description"] = "Ghi chú của văn bản",
        }));
        Assert.That((description.RegistrationCode, description.RecordStatus, description.AgencyName, description.FondsCode), Is.EqualTo(("NL.BNV.2026.01", "NEW", "Bộ Nội vụ", "G09.01")));
    }

    [Test]
    public async Task The_rows_as_they_stood_lie_in_the_package()
    {
        var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet())));
        var kept = outcome.Package("G09.2025.02-VP").Text("documentation/list.csv");
        Assert.That(kept, Does.StartWith("STT,Phông,").And.Contains("02-VP\\02-VP.01.pdf").And.Not.Contains("01-TCCB"));
    }

    [Test]
    public async Task The_AIP_of_such_a_package_is_valid_and_keeps_the_rows()
    {
        var sip = (await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet())))).Package("G09.2025.01-TCCB");
        var plan = AipPlanner.Plan(AipSamples.Request(sip, await DescribeAsync(sip)));
        var aip = AipSamples.Build(plan, sip);
        Assert.That(aip.Files.Keys, Does.Contain("documentation/list.csv").And.Contains("submission/documentation/list.csv"));
        Assert.That((await PackageCheck.CheckAsync(aip, PackageKind.Tt05, Core.Limits.Default, default)).Findings.Where(f => f.Rule.Severity == Severity.Error), Is.Empty);
    }

    private static IEnumerable<TestCaseData> Forms()
    {
        yield return new TestCaseData("list.xlsx", Workbooks.Xlsx(isFrom1904: false, isShared: false, Sheet())).SetArgDisplayNames("inline strings");
        yield return new TestCaseData("list.csv", Workbooks.Csv(Rows())).SetArgDisplayNames("comma, UTF-8");
        yield return new TestCaseData("list.csv", Workbooks.Csv(Rows(), ';', new UTF8Encoding(true))).SetArgDisplayNames("semicolon, UTF-8 with mark");
        yield return new TestCaseData("list.csv", Workbooks.Csv(Rows(), '\t', new UnicodeEncoding(bigEndian: false, byteOrderMark: true))).SetArgDisplayNames("tab, UTF-16LE");
        yield return new TestCaseData("list.csv", Workbooks.Csv(Rows(), ';', new UnicodeEncoding(bigEndian: true, byteOrderMark: true))).SetArgDisplayNames("semicolon, UTF-16BE");
    }

    [TestCaseSource(nameof(Forms))]
    public async Task Every_form_of_the_same_list_gives_the_same_packages(string name, MemoryStream list)
    {
        var expected = await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet())));
        var outcome = await PackAsync(await ReadAsync(list, name));
        Assert.That(outcome.Findings, Is.Empty);
        Assert.That(outcome.Packages.Select(p => p.Zip), Is.EqualTo(expected.Packages.Select(p => p.Zip)));
    }

    [Test]
    public async Task A_quoted_line_break_in_CSV_is_one_blank()
    {
        var rows = Rows();
        rows[3][Subject] = "Biên bản\r\nhọp; \"thường kỳ\"";
        var outcome = await PackAsync(await ReadAsync(Workbooks.Csv(rows, ';'), "list.csv"));
        Assert.That(outcome.Findings, Is.Empty);
        Assert.That((await DescribeAsync(outcome.Package("G09.2025.02-VP"))).Documents[0].Abstract, Is.EqualTo("Biên bản họp; \"thường kỳ\""));
    }

    [Test]
    public async Task Titles_above_the_headings_a_numbering_below_and_empty_rows_do_not_matter()
    {
        var rows = Rows();
        rows.Insert(1, [.. Enumerable.Range(1, rows[0].Length).Select(n => $"({n})")]);
        rows.InsertRange(0, [["DANH MỤC VĂN BẢN"], [], ["Phông", "Bộ Nội vụ"]]);
        rows.Insert(6, []);
        var sheet = Sheet(rows);
        sheet.Merged.Add("A1:F1");
        var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(sheet)));
        Assert.That(outcome.Findings, Is.Empty);
        Assert.That(outcome.Made.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Spelling_variants_of_headings_and_words_are_the_same_words()
    {
        var outcome = await PackAsync(rows =>
        {
            rows[0] = [.. rows[0].Select(h => (object)(" " + ((string)h!).Normalize(NormalizationForm.FormD).ToUpperInvariant().Replace(" ", "  ", StringComparison.Ordinal) + "\u00a0"))];
            rows[1][Confidence] = "Số hoá";
            rows[2][Confidence] = "SỐ  HÓA";
            rows[1][TypeName] = "quyết định".Normalize(NormalizationForm.FormD);
            rows[2][Code] = "G09.2025.01-TCCB ";
            rows[2][Title] = "Hồ sơ  đề án tổ chức".Normalize(NormalizationForm.FormD);
        });
        Assert.That(outcome.Findings, Is.Empty);
        Assert.That((await DescribeAsync(outcome.Package("G09.2025.01-TCCB"))).Documents[0].TypeCode, Is.EqualTo("02"));
    }

    [Test]
    public async Task Dates_stand_in_three_columns_in_one_or_as_serial_numbers()
    {
        async Task<string?> IssuedAsync(object? day, object? month, object? year, bool isFrom1904 = false)
        {
            var rows = Rows();
            (rows[3][IssuedDay], rows[3][IssuedMonth], rows[3][IssuedYear]) = (day, month, year);
            var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(isFrom1904, isShared: true, Sheet(rows))));
            Assert.That(outcome.Findings, Is.Empty);
            return (await DescribeAsync(outcome.Package("G09.2025.02-VP"))).Documents[0].Issued!.Text;
        }
        Assert.That(await IssuedAsync("7", "08", "2025"), Is.EqualTo("07/08/2025"));
        Assert.That(await IssuedAsync(Written.Number("7"), Written.Number("8.0"), Written.Number("2025")), Is.EqualTo("07/08/2025"));
        Assert.That(await IssuedAsync(Written.Number("45876", Written.DateStyle), null, null), Is.EqualTo("07/08/2025"));
        Assert.That(await IssuedAsync(Written.Number("44414", Written.DateStyle), null, null, isFrom1904: true), Is.EqualTo("07/08/2025"));
        Assert.That(await IssuedAsync("7/8/2025", null, "2025"), Is.EqualTo("07/08/2025"));
        Assert.That(await IssuedAsync("2025-08-07", null, null), Is.EqualTo("07/08/2025"));
    }

    [Test]
    public async Task Leading_zeros_stay_whether_they_are_text_or_a_format()
    {
        var outcome = await PackAsync(rows => rows[3][Number] = Written.Number("7", Written.TwoDigitStyle));
        Assert.That((await DescribeAsync(outcome.Package("G09.2025.02-VP"))).Documents[0].Number, Is.EqualTo("07"));
    }

    [Test]
    public async Task Several_languages_become_several_codes()
    {
        var outcome = await PackAsync(rows => rows[3][Language] = "Tiếng Việt, Tiếng Anh và tiếng Pháp");
        Assert.That((await DescribeAsync(outcome.Package("G09.2025.02-VP"))).Field("language"), Is.EqualTo("01;02;03"));
        outcome = await PackAsync(rows => rows[3][Language] = "Việt - Anh");
        Assert.That((await DescribeAsync(outcome.Package("G09.2025.02-VP"))).Field("language"), Is.EqualTo("06"));
    }

    [Test]
    public async Task Documents_come_in_the_order_of_their_ordinals_and_dossiers_over_several_sheets_are_one()
    {
        var rows = Rows();
        var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet([rows[0], rows[2], rows[3]]), Sheet([rows[0], rows[1]], "Tập 2"))));
        Assert.That(outcome.Findings, Is.Empty);
        var package = outcome.Package("G09.2025.01-TCCB");
        Assert.That((await DescribeAsync(package)).Documents.Select(d => d.Abstract), Is.EqualTo(new[] { "Về việc thứ 1", "Về việc thứ 2" }));
        Assert.That(package.Files.Keys, Does.Contain("documentation/list.csv").And.Contains("documentation/list-2.csv"));
    }

    [Test]
    public async Task Defaults_fill_empty_cells_and_say_so_once_a_column()
    {
        var outcome = await PackAsync(rows =>
        {
            rows[1][DocumentMode] = rows[2][DocumentMode] = null;
            rows[3][Pages] = rows[3][TypeName] = rows[3][IssuedDay] = null;
        }, null, "mode=Công khai", "typeName=32", "numberOfPage=9", "document.issuedDay=01", "process=0");
        Assert.That(outcome.Findings.Select(f => (f.Rule.Code, f.Path, f.Expected, f.Found)), Is.EqualTo(new[]
        {
            ("VN-LIST-DEFAULT", "list.xlsx#Sheet1!AC:AC", "document.issuedDay=01", "1 (4)"), ("VN-LIST-DEFAULT", "list.xlsx#Sheet1!AI:AI", "document.numberOfPage=9", "1 (4)"),
            ("VN-LIST-DEFAULT", "list.xlsx#Sheet1!AM:AM", "document.mode=01", "2 (2–3)"), ("VN-LIST-DEFAULT", "list.xlsx#Sheet1!Z:Z", "document.typeName=32", "1 (4)"),
        }));
        var document = (await DescribeAsync(outcome.Package("G09.2025.02-VP"))).Documents[0];
        Assert.That((document.TypeCode, document.Issued!.Text, document.Fields.Single(f => f.Key == "numberOfPage").Value), Is.EqualTo(("32", "01/03/2025", "9")));
    }

    [Test]
    public async Task A_default_stands_for_a_column_that_is_not_there()
    {
        var outcome = await PackAsync(rows => { foreach (var row in rows) row[DocumentMode] = null; }, null, "document.mode=02");
        Assert.That(outcome.Findings.Select(f => f.Rule.Code), Is.EquivalentTo(new[] { "VN-LIST-DEFAULT", "VN-LIST-NO-ANCHOR" }));
        Assert.That(outcome.Made.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task An_empty_list_gives_nothing_and_a_list_of_headings_no_package()
    {
        Assert.That((await ReadAsync(new MemoryStream(), "list.csv")).Findings.Select(f => f.Rule.Code), Is.EqualTo(new[] { "VN-LIST-NO-TABLE" }));
        Assert.That((await ReadAsync(Workbooks.Xlsx(Sheet([Rows()[0]])))).Dossiers, Is.Empty);
    }
}
