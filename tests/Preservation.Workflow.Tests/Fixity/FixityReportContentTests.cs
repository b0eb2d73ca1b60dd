using System.Diagnostics;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Fixity;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Tests.Fixity;

/// <summary>What the report tells of a file that was damaged, and the documents made of it.</summary>
internal sealed class FixityReportContentTests : CopiesFixture
{
    private static readonly (string Certificate, string Key) Seal = MakeSeal();

    protected override void Configure(PreservationOptions options)
    {
        File.WriteAllText(options.Seal.CertificateFile = Path.Join(Folder, "seal.crt"), Seal.Certificate);
        File.WriteAllText(options.Seal.KeyFile = Path.Join(Folder, "seal.key"), Seal.Key);
    }

    [Test]
    public async Task A_bad_file_is_told_with_name_address_medium_cause_action_and_time_to_repair()
    {
        var id = await IncidentAsync();
        var report = await ReportAsync();
        var problem = report.Problems.Single(p => p.Store == "second");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((problem.FileName, problem.Store, problem.Address, problem.Key), Is.EqualTo(("quyết-định.pdf", "second", Path.Join(Folder, "second"), KeyOf(id))));
            Assert.That(problem.Media, Is.EqualTo(new[] { new MediumMark("VM-07", "LTO-9 kho 2") }));
            Assert.That((problem.ExpectedBytes, problem.ObservedBytes, problem.Action, problem.RepairedFrom, problem.PackageTitle), Is.EqualTo((100L, 3L, "repaired", "first", "Hồ sơ nhân sự")));
            Assert.That(problem.SecondsToRepair, Is.EqualTo(7201), "from the first finding, two runs earlier");
            Assert.That(problem.PersonsFinding, Is.EqualTo("Đầu đọc hỏng, đã thay."));
            Assert.That((report.ProblemCount, report.Problems.Count), Is.EqualTo((2L, 2)), "once a store, however often it was found");
        }
    }

    [Test]
    public async Task Problems_before_a_time_are_left_out_when_asked()
    {
        await IncidentAsync();
        await using var session = await BeginAsync();
        var report = await new FixityReport(Options).MakeAsync(session, session.Now.AddMinutes(1), default);
        Assert.That((report.ProblemCount, report.Problems.Count), Is.EqualTo((0L, 0)));
    }

    [Test]
    public async Task The_forecast_takes_pace_and_due_bytes_from_the_catalogue()
    {
        for (var i = 0; i < 3; i++) await AddObjectAsync(100);
        await RunAsync();
        var first = (await ReportAsync()).Stores[0];
        Assert.That((first.Forecast!.BytesPerDay, first.Forecast.OverdueBytes, first.Forecast.FirstOverdueOn, first.BytesReadPercentByLaw), Is.EqualTo((300L, 0L, (DateOnly?)null, (decimal?)100.0m)));
        Assert.That(first.Forecast.Days[1], Is.EqualTo(new ForecastDay(30, 300, 0)));
        Clock.Advance(TimeSpan.FromDays(31));
        first = (await ReportAsync()).Stores[0];
        Assert.That((first.Forecast!.OverdueBytes, first.BytesReadPercent, first.BytesReadPercentByLaw), Is.EqualTo((300L, (decimal?)0m, (decimal?)100.0m)));
    }

    [TestCase("vi", "BIÊN BẢN KIỂM TRA TOÀN VẸN", "Tên tệp", "Nội dung khác giá trị băm đã ghi", "Độ dài 3 thay vì 100 byte", "Đã phục hồi từ kho first", "NGƯỜI KIỂM TRA")]
    [TestCase("en", "MINUTES OF THE FIXITY CHECK", "File name", "Bytes differ from the recorded digest", "3 bytes long instead of 100", "Repaired from store first", "CHECKED BY")]
    public async Task The_minutes_hold_every_column_of_the_check_procedure(string language, params string[] words)
    {
        await IncidentAsync();
        var text = await TextAsync(new FixityReportDocument(new DocumentFonts(Options)).ToPdf(await ReportAsync(), language, "Nguyễn Văn A"));
        foreach (var word in words.Concat(["VM-07 – LTO-9 kho 2", "Nguyễn Văn A", "Đầu đọc hỏng, đã thay.", "02:00:01", "Hồ sơ nhân sự"]))
            Assert.That(text, Does.Contain(Squeezed(word)), word);
        Assert.That(text, Does.Contain(Squeezed("quyết-định.pdf")));
    }

    [Test]
    public void The_minutes_have_every_text_in_both_languages()
    {
        using var stream = typeof(FixityReport).Assembly.GetManifestResourceStream("texts.fixity-report.json")!;
        foreach (var (key, texts) in JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(stream)!)
        {
            Assert.That(texts.Keys, Is.EquivalentTo(FixityReportDocument.Languages), key);
            Assert.That(texts.Values, Is.Unique.And.None.Empty, key);
        }
        foreach (var outcome in Enum.GetNames<FixityOutcome>()) Assert.That(DocumentTexts.Load("fixity-report.json", "vi")["cause." + outcome], Is.Not.Empty);
    }

    [Test]
    public async Task A_report_that_is_kept_has_four_parts_each_sealed_beside_it_and_cannot_be_changed()
    {
        await IncidentAsync();
        using var signer = new Signer(Options, Clock);
        await using (var session = await BeginAsync())
        {
            await new FrozenReports(new FixityReport(Options), new FixityReportDocument(new DocumentFonts(Options)), new FrozenDocuments(signer)).MakeAsync(session, null, Person, "Nguyễn Văn A", default);
            await session.CommitAsync(default);
        }
        await using var look = await BeginAsync();
        var parts = await look.Rows.FrozenDocumentParts.AsNoTracking().OrderBy(p => p.Name).ToListAsync();
        Assert.That(parts.Select(p => p.Name), Is.EqualTo(new[] { "report.csv", "report.en.pdf", "report.json", "report.vi.pdf" }));
        foreach (var part in parts)
        {
            var cms = new SignedCms(new ContentInfo(part.Body), detached: true);
            cms.Decode(part.Seal);
            Assert.That(() => cms.CheckSignature(verifySignatureOnly: true), Throws.Nothing, part.Name);
            Assert.That(part.Sha512, Is.EqualTo(SHA512.HashData(part.Body)));
        }
        Assert.That(JsonDocument.Parse(parts[2].Body).RootElement.GetProperty("problems").GetArrayLength(), Is.EqualTo(2));
        Assert.That(await look.Rows.AuditEntries.AnyAsync(e => e.Action == "document.frozen" && e.PrincipalId == Person), Is.True);
        await using var change = look.Command("UPDATE frozen_document_part SET body = ''");
        Assert.That(async () => await change.ExecuteNonQueryAsync(), Throws.InstanceOf<PostgresException>());
    }

    [Test]
    public async Task The_table_for_spreadsheets_has_a_line_a_problem_and_takes_no_formula()
    {
        var id = await AddObjectAsync();
        foreach (var store in StoreNames) File.Delete(PathOf(store, KeyOf(id)));
        await RunAsync();
        var report = await ReportAsync();
        var lines = Encoding.UTF8.GetString(FixityReportCsv.ToBytes(report with { Problems = [report.Problems[0] with { PersonsFinding = "=HYPERLINK(\"x\")" }, report.Problems[1]] })).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines[0].TrimStart('\uFEFF'), Does.StartWith("foundAt,store,address,key,package,outcome,expectedSha512,observedSha512,action,repairedFrom,repairedAt,fileName,mediumNumber,mediumMark"));
        Assert.That(lines[1], Does.Contain("\"quyết-định.pdf\"").And.Contain("\"Missing\"").And.EndWith(",\"'=HYPERLINK(\"\"x\"\")\""));
    }

    // Both copies bad, then one put right by a person, then the other repaired from it, then the person's finding.
    private async Task<Guid> IncidentAsync()
    {
        var id = await AddObjectAsync(100, "Tt05Dossier");
        await using (var session = await BeginAsync())
        {
            session.Rows.Media.Add(new Medium { Id = Guid.NewGuid(), Number = "VM-07", Mark = "LTO-9 kho 2", Kind = "tape", Store = "second", InServiceFrom = new DateOnly(2026, 1, 1), RatedEnd = new DateOnly(2040, 1, 1), RegisteredBy = Person, RegisteredAt = session.Now });
            await session.CommitAsync(default);
        }
        var good = await File.ReadAllBytesAsync(PathOf("first", KeyOf(id)));
        foreach (var store in StoreNames) Write(store, KeyOf(id), [1, 2, 3]);
        await RunAsync();
        Clock.Advance(TimeSpan.FromHours(2));
        Write("first", KeyOf(id), good);
        await RunAsync();
        await using var decide = await BeginAsync();
        await decide.Rows.Tasks.ExecuteUpdateAsync(u => u.SetProperty(t => t.Decision, "Đầu đọc hỏng, đã thay.").SetProperty(t => t.DecidedAt, Clock.GetUtcNow()).SetProperty(t => t.State, TaskState.Done));
        await decide.CommitAsync(default);
        return id;
    }

    private async Task<FixityReportView> ReportAsync()
    {
        await using var session = await BeginAsync();
        return await new FixityReport(Options).MakeAsync(session, default);
    }

    // Words of a narrow column come line by line, so only the letters are compared.
    private async Task<string> TextAsync(byte[] pdf)
    {
        var path = Path.Join(Folder, "minutes.pdf");
        await File.WriteAllBytesAsync(path, pdf);
        using var process = Process.Start(new ProcessStartInfo("pdftotext", ["-enc", "UTF-8", path, "-"]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return Squeezed(text);
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static (string, string) MakeSeal()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Niêm phong", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
