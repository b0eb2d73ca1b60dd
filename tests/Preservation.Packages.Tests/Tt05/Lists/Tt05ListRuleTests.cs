using System.Text;
using Preservation.Core;
using Preservation.Core.Findings;
using Preservation.Packages.Tests.Tt05.Tt02;
using Preservation.Packages.Tt05.Lists;
using Preservation.Testing.Rules;
using static Preservation.Packages.Tests.Tt05.Lists.ListSamples;

namespace Preservation.Packages.Tests.Tt05.Lists;

/// <summary>Every rule of a list, raised by one fault at one place; the good list raises none.</summary>
public sealed class Tt05ListRuleTests
{
    private static readonly string[] Second = ["G09.2025.02-VP"];
    private static readonly string[] First = ["G09.2025.01-TCCB"];
    private static readonly string[] Both = ["G09.2025.01-TCCB", "G09.2025.02-VP"];

    private static TestCaseData Case(string code, string place, string[] made, Action<List<object?[]>> change) => new TestCaseData(code, place, made, change).SetArgDisplayNames(code, place);

    // Row 2 and 3 are the first dossier, row 4 the second.
    private static IEnumerable<TestCaseData> Cells()
    {
        yield return Case("VN-LIST-MISSING", "H2", Second, r => r[1][Mode] = r[2][Mode] = null);
        yield return Case("VN-LIST-MISSING", "Z4", First, r => r[3][TypeName] = " ");
        yield return Case("VN-LIST-MISSING", "AI3", Second, r => r[2][Pages] = null);
        yield return Case("VN-LIST-MISSING", "AC4", First, r => r[3][IssuedDay] = r[3][IssuedMonth] = r[3][IssuedYear] = null);
        yield return Case("VN-LIST-MISSING", "E4", First, r => r[3][Code] = null);
        yield return Case("VN-LIST-MISSING", "AT4", First, r => r[3][PathColumn] = null);
        yield return Case("VN-LIST-WORD", "G4", First, r => r[3][Maintenance] = "Mãi mãi");
        yield return Case("VN-LIST-WORD", "Z4", First, r => r[3][TypeName] = "Sắc lệnh");
        yield return Case("VN-LIST-WORD", "AH4", First, r => r[3][DocumentLanguage] = "Tiếng Việt, tiếng Klingon");
        yield return Case("VN-LIST-OLDER-WORD", "G4", Both, r => r[3][Maintenance] = "15 năm");
        yield return Case("VN-LIST-OLDER-WORD", "H4", Both, r => r[3][Mode] = "Hạn chế");
        yield return Case("VN-LIST-SPELLING", "Z4", Both, r => r[3][TypeName] = "Bien ban");
        yield return Case("VN-LIST-DATE", "AC4", First, r => (r[3][IssuedDay], r[3][IssuedMonth]) = ("31", "02"));
        yield return Case("VN-LIST-DATE", "AD4", First, r => r[3][IssuedMonth] = "ba");
        yield return Case("VN-LIST-DATE", "AE4", First, r => r[3][IssuedYear] = "25");
        yield return Case("VN-LIST-DATE", "J4", First, r => r[3][StartDay] = "32");
        yield return Case("VN-LIST-DATE", "AC4", First, r => r[3][IssuedDay] = Written.Number("45876", Written.DateStyle));
        yield return Case("VN-LIST-DATE-PART", "AC4", First, r => r[3][IssuedDay] = null);
        yield return Case("VN-LIST-DATE-PART", "K4", First, r => r[3][StartMonth] = null);
        yield return Case("VN-LIST-NUMBER", "AI4", First, r => r[3][Pages] = "ba");
        yield return Case("VN-LIST-NUMBER", "T4", First, r => r[3][Sheets] = Written.Number("1.5"));
        yield return Case("VN-LIST-FORMULA", "AF4", First, r => r[3][Organ] = Written.Error("#REF!"));
        yield return Case("VN-LIST-FORMULA", "AF4", First, r => r[3][Organ] = new Written("", Formula: "A1"));
        yield return Case("VN-LIST-DIFFERS", "F3", Second, r => r[2][Title] = "Hồ sơ khác");
        yield return Case("VN-LIST-NOT-REPEATED", "F3", Both, r => r[2][Title] = null);
        yield return Case("VN-LIST-SAME-CODE", "E4", [], r => { r[3][Code] = r[1][Code]; r[3][CatalogueColumn] = "02"; });
        yield return Case("VN-LIST-ORDINAL-TWICE", "Y3", Second, r => r[2][Ordinal] = "1");
        yield return Case("VN-LIST-ORDINAL-GAP", "Y3", Second, r => r[2][Ordinal] = "3");
        yield return Case("VN-LIST-COUNT", "P4", First, r => r[3][Total] = "2");
        yield return Case("VN-LIST-NO-FILE", "AT4", First, r => r[3][PathColumn] = "02-VP\\khac.pdf");
        yield return Case("VN-LIST-FILE-NAME", "AT4", Both, r => r[3][PathColumn] = "02-vp\\02-VP.01.PDF");
        yield return Case("VN-LIST-PATH", "AT4", First, r => r[3][PathColumn] = "..\\02-VP\\02-VP.01.pdf");
        yield return Case("VN-LIST-PATH", "AT4", First, r => r[3][PathColumn] = "C:\\02-VP\\02-VP.01.pdf");
        yield return Case("VN-LIST-PATH", "AT4", First, r => r[3][PathColumn] = "\\\\server\\02-VP.01.pdf");
        yield return Case("VN-LIST-FILE-TWICE", "AT4", First, r => r[3][PathColumn] = r[1][PathColumn]);
        yield return Case("VN-LIST-OUTSIDE-TABLE", "AZ4", Both, r => r[3] = [.. r[3], "lạc"]);
        yield return Case("VN-LIST-UNKNOWN-HEADING", "AZ:AZ", Both, r => { r[0] = [.. r[0], "Cột lạ"]; r[3] = [.. r[3], "lạ"]; });
        yield return Case("VN-LIST-HEADING-TWICE", "AZ1", [], r => r[0] = [.. r[0], "Tiêu đề hồ sơ"]);
        yield return Case("VN-LIST-NO-ANCHOR", "AM1", Both, r => { foreach (var row in r) { row[Mode] = null; } r[0] = [.. r[0], "Chế độ sử dụng của hồ sơ"]; });
        yield return Case("VN-LIST-KEPT", "C:C", Both, r => r[1][CatalogueColumn] = r[2][CatalogueColumn] = "01");
        yield return Case("VN-LIST-KEPT", "AR:AR", Both, r => r[3][SheetNumber] = "7");
        yield return Case("LIMIT-LIST-COLUMNS", "IW4", [], r => { Array.Resize(ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(r)[3], 257); r[3][256] = "x"; });
        // What the circular's own rules say of the package to be made is told in cells as well.
        yield return Case("VN-FLD-02", "AA4", First, r => r[3][Number] = "123456789012");
        yield return Case("VN-C03", "AQ4", First, r => r[3][DocumentConfidence] = "Gốc điện tử");
        yield return Case("VN-C01", "W4", First, r => r[3][Paper] = null);
        yield return Case("VN-C06-ISSUED", "AC4", Both, r => r[3][IssuedYear] = "2024");
        yield return Case("VN-SEC-01", "AM4", First, r => r[3][DocumentMode] = "Mật");
        yield return Case("VN-METS-06", "", First, r => r[3][Status] = "OLD");
    }

    [TestCaseSource(nameof(Cells))]
    public async Task A_fault_is_found_at_its_place_and_stops_its_dossier_alone(string code, string place, string[] made, Action<List<object?[]>> change)
    {
        var outcome = await PackAsync(change, null, code == "VN-LIST-NO-ANCHOR" ? ["file.mode=01"] : []);
        Assert.That(outcome.Places(code), Does.Contain(place.Length == 0 ? "recordStatus" : "list.xlsx#Sheet1!" + place), Told(outcome));
        Assert.That(outcome.Made, Is.EqualTo(made), Told(outcome));
        foreach (var (_, result, zip) in outcome.Packages.Where(p => p.Result.ObjId is null)) Assert.That(zip, Is.Empty, result.FileName);
        foreach (var (_, _, zip) in outcome.Packages.Where(p => p.Result.ObjId is not null)) await AssertValidAsync(zip);
    }

    [Test]
    public async Task A_cell_at_fault_is_reported_once()
    {
        var outcome = await PackAsync(r =>
        {
            r[3][TypeName] = "Sắc lệnh";
            r[3][Pages] = "ba";
            (r[3][IssuedDay], r[3][IssuedMonth]) = ("31", "02");
            r[3][Subject] = null;
        });
        Assert.That(outcome.Findings.Select(f => f.Rule.Code), Is.EquivalentTo(new[] { "VN-LIST-WORD", "VN-LIST-NUMBER", "VN-LIST-DATE", "VN-LIST-MISSING" }));
    }

    [Test]
    public async Task A_missing_column_is_one_finding_and_nothing_of_the_sheet_is_packed()
    {
        var outcome = await PackAsync(rows => { foreach (var row in rows) row[Pages] = null; });
        Assert.That(outcome.Findings.Select(f => (f.Rule.Code, f.Path)), Is.EqualTo(new[] { ("VN-LIST-NO-HEADING", "list.xlsx#Sheet1") }));
        Assert.That(outcome.Made, Is.Empty);
    }

    [TestCase(ListSamples.Registration, "registrationCode", "fileCode")]
    [TestCase(ListSamples.Status, "recordStatus", "NEW")]
    [TestCase(ListSamples.Risk, "riskRecovery", "0")]
    [TestCase(ListSamples.Agency, "agencyName", "Phông")]
    [TestCase(ListSamples.FondsCode, "fondsCode", "Phông")]
    public async Task What_the_worksheet_has_no_column_for_is_assumed_with_a_warning(int column, string field, string taken)
    {
        var outcome = await PackAsync(rows => { foreach (var row in rows) row[column] = null; });
        Assert.That(outcome.Findings.Select(f => (f.Rule.Code, f.Path, f.Expected, f.Found)), Is.EqualTo(new[] { ("VN-LIST-ASSUMED", "list.xlsx", field, taken) }));
        foreach (var (_, _, zip) in outcome.Packages) await AssertValidAsync(zip);
    }

    [Test]
    public async Task Merged_cells_in_the_table_stop_the_dossiers_of_their_rows()
    {
        var sheet = Sheet();
        sheet.Merged.Add("F2:F3");
        var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(sheet)));
        Assert.That(outcome.Places("VN-LIST-MERGED"), Is.EqualTo(new[] { "list.xlsx#Sheet1!F2:F3" }));
        Assert.That(outcome.Made, Is.EqualTo(Second));
    }

    [Test]
    public async Task Hidden_sheets_and_sheets_without_a_table_are_named()
    {
        var hidden = new Worksheet("Ẩn") { State = DocumentFormat.OpenXml.Spreadsheet.SheetStateValues.Hidden };
        hidden.Rows.AddRange(Rows());
        var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(hidden, Sheet(), Sheet([["Mã", "Tên"]], "Bảng mã"))));
        Assert.That(outcome.Findings.Select(f => (f.Rule.Code, f.Path)), Is.EquivalentTo(new[] { ("VN-LIST-HIDDEN-SHEET", "list.xlsx#Ẩn"), ("VN-LIST-SHEET-SKIPPED", "list.xlsx#Bảng mã") }));
        Assert.That(outcome.Made, Is.EqualTo(Both));
    }

    [Test]
    public async Task Hidden_rows_are_packed_and_named()
    {
        var sheet = Sheet();
        sheet.HiddenRows.UnionWith([3, 4]);
        var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(sheet)));
        Assert.That(outcome.Findings.Select(f => (f.Rule.Code, f.Path, f.Expected, f.Found)), Is.EqualTo(new[] { ("VN-LIST-HIDDEN-ROWS", "list.xlsx#Sheet1", "3", "2") }));
        Assert.That(outcome.Made, Is.EqualTo(Both));
    }

    [Test]
    public async Task A_file_that_no_row_names_is_a_warning_but_the_list_itself_is_not()
    {
        var outcome = await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet())), Delivery().With("list.xlsx", "x").With("khac.pdf", "y"), "list.xlsx");
        Assert.That(outcome.Findings.Select(f => (f.Rule.Code, f.Path)), Is.EqualTo(new[] { ("VN-LIST-UNLISTED", "khac.pdf") }));
        Assert.That(outcome.Made, Is.EqualTo(Both));
    }

    [Test]
    public async Task A_list_in_another_encoding_or_with_broken_quotes_is_not_packed()
    {
        var latin = await ReadAsync(new MemoryStream(Encoding.Latin1.GetBytes("Tiêu đề,é")), "list.csv");
        Assert.That(latin.Findings.Select(f => (f.Rule.Code, f.Path)), Is.EqualTo(new[] { ("VN-LIST-ENCODING", "list.csv") }));
        var text = Encoding.UTF8.GetString(Workbooks.Csv(Rows()).ToArray()).Replace("Hồ sơ họp thường kỳ", "\"Hồ sơ\" họp", StringComparison.Ordinal);
        var quotes = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), "list.csv");
        Assert.That(quotes.Findings.Select(f => (f.Rule.Code, f.Path)), Is.EqualTo(new[] { ("VN-LIST-QUOTES", "list.csv#4:4") }));
        Assert.That((await PackAsync(quotes)).Made, Is.Empty);
    }

    [Test]
    public async Task A_list_beyond_the_limits_is_not_packed()
    {
        var rows = await ReadAsync(Workbooks.Xlsx(Sheet()), limits: Limits.Default with { MaxListRows = 3 });
        Assert.That((rows.Findings.Select(f => f.Rule.Code), (await PackAsync(rows)).Made.Any()), Is.EqualTo((new[] { "LIMIT-LIST-ROWS" }, false)));
        var characters = await ReadAsync(Workbooks.Csv(Rows()), "list.csv", Limits.Default with { MaxListCharacters = 1500 });
        Assert.That((characters.Findings.Select(f => f.Rule.Code), (await PackAsync(characters)).Made.Any()), Is.EqualTo((new[] { "LIMIT-LIST-CHARACTERS" }, false)));
    }

    // Faults of whole lists, which the tests above look at one by one.
    private static IReadOnlyList<RuleCase> Whole { get; } =
    [
        Fault("VN-LIST-NO-HEADING", "a column without heading", async () => await PackAsync(rows => { foreach (var row in rows) row[Pages] = null; })),
        Fault("VN-LIST-ASSUMED", "no column for the record's status", async () => await PackAsync(rows => { foreach (var row in rows) row[Status] = null; })),
        Fault("VN-LIST-MERGED", "merged cells", async () => await PackAsync(await ReadAsync(Workbooks.Xlsx(With(s => s.Merged.Add("F2:F3")))))),
        Fault("VN-LIST-HIDDEN-ROWS", "hidden rows", async () => await PackAsync(await ReadAsync(Workbooks.Xlsx(With(s => s.HiddenRows.Add(3)))))),
        Fault("VN-LIST-HIDDEN-SHEET", "a hidden sheet", async () => await PackAsync(await ReadAsync(Workbooks.Xlsx(new Worksheet("Ẩn") { State = DocumentFormat.OpenXml.Spreadsheet.SheetStateValues.Hidden }, Sheet())))),
        Fault("VN-LIST-SHEET-SKIPPED", "a sheet without a table", async () => await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet(), Sheet([["Mã", "Tên"]], "Bảng mã"))))),
        Fault("VN-LIST-UNLISTED", "a file that no row names", async () => await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet())), Delivery().With("khac.pdf", "y"))),
        Fault("VN-LIST-ENCODING", "text in another encoding", async () => await PackAsync(await ReadAsync(new MemoryStream(Encoding.Latin1.GetBytes("Tiêu đề,é")), "list.csv"))),
        Fault("VN-LIST-QUOTES", "broken quotes", async () => await PackAsync(await ReadAsync(
            new MemoryStream(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Workbooks.Csv(Rows()).ToArray()).Replace("Hồ sơ họp thường kỳ", "\"Hồ sơ\" họp", StringComparison.Ordinal))), "list.csv"))),
        Fault("LIMIT-LIST-ROWS", "more rows than the bound", async () => await PackAsync(await ReadAsync(Workbooks.Xlsx(Sheet()), limits: Limits.Default with { MaxListRows = 3 }))),
        Fault("LIMIT-LIST-CHARACTERS", "more text than the bound", async () => await PackAsync(await ReadAsync(Workbooks.Csv(Rows()), "list.csv", Limits.Default with { MaxListCharacters = 1500 }))),
        Fault("VN-LIST-DEFAULT", "an empty cell and a default for it", async () => await PackAsync(rows => rows[3][Pages] = null, null, "document.numberOfPage=9")),
        Fault("VN-LIST-NO-ROWS", "headings alone", async () => await PackAsync(rows => rows.RemoveRange(1, rows.Count - 1))),
        Fault("VN-LIST-NO-TABLE", "an empty file", async () => await PackAsync(await ReadAsync(new MemoryStream(), "list.csv"))),
        Fault("VN-LIST-UNREADABLE", "half a workbook", async () => await PackAsync(await ReadAsync(new MemoryStream(Workbooks.Xlsx(Sheet()).ToArray()[..300])))),
    ];

    [TestCaseSource(nameof(Whole))]
    public Task A_fault_of_the_whole_list_is_found(RuleCase fault) => fault.AssertRaisedAsync();

    [Test]
    public Task The_table_of_rules_is_the_one_that_the_tests_make()
    {
        var faults = Cells().Select(c => (Rule: (string)c.Arguments[0]!, Fault: "cell " + c.Arguments[1])).Concat(Whole.Select(c => (c.Rule, c.Fault)))
            .Concat(Tt02DeliveryTests.Faults().Select(c => (Rule: (string)c.Arguments[0]!, Fault: "delivery of 2019 with " + c.ArgDisplayNames![0]))).ToLookup(c => c.Rule, c => c.Fault);
        return RuleTable.AssertAsync("Worksheet", Tt05ListRules.All.OrderBy(r => r.Code, StringComparer.Ordinal), rule => faults[rule],
        [new RuleSample("good list", async () => (await PackAsync(_ => { })).Findings)]);
    }

    private static RuleCase Fault(string rule, string fault, Func<Task<Outcome>> pack) => new(rule, fault, async () => (await pack()).Findings);

    private static Worksheet With(Action<Worksheet> change)
    {
        var sheet = Sheet();
        change(sheet);
        return sheet;
    }

    [Test]
    public async Task No_finding_quotes_what_a_cell_says()
    {
        var outcome = await PackAsync(r => { r[3][TypeName] = "Bí mật riêng tư"; r[3][Pages] = "Bí mật riêng tư"; r[3][Organ] = null; });
        Assert.That(outcome.Findings.SelectMany(f => new[] { f.Message.En, f.Message.Vi, f.Hint.Vi, f.Found ?? "" }).Where(t => t.Contains("riêng tư", StringComparison.Ordinal)), Is.Empty);
    }

    private static string Told(Outcome outcome) => string.Join('\n', outcome.Findings.Select(f => $"{f.Rule.Code} {f.Path} {f.Expected} {f.Found}"));

    private static async Task AssertValidAsync(byte[] zip)
    {
        var report = await PackageCheck.CheckAsync(MemoryTree.FromZip(zip), PackageKind.Tt05, Limits.Default, default);
        Assert.That(report.Findings.Where(f => f.Rule.Severity == Severity.Error), Is.Empty);
    }
}
