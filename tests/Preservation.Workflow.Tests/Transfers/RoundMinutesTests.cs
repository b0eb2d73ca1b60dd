using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Testing.Certificates;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Tests.Verdicts;
using Preservation.Workflow.Transfers;

namespace Preservation.Workflow.Tests.Transfers;

/// <summary>Minutes and list of a round as others see them, the receipt of custody, and versions that persons signed.</summary>
internal sealed class RoundMinutesTests : IngestFixture
{
    private const string Code = "NL.H99.1.2026.01";
    private static readonly string[] Made = ["list.en.pdf", "list.json", "list.vi.pdf", "minutes.en.pdf", "minutes.json", "minutes.vi.pdf"];
    private readonly Guid _round = Guid.NewGuid();

    private RoundMinutes Minutes => Services.GetRequiredService<RoundMinutes>();

    private SignedVersions Versions => Services.GetRequiredService<SignedVersions>();

    [SetUp]
    public async Task OpenRound()
    {
        await using var session = await BeginAsync();
        var today = DateOnly.FromDateTime(session.Now.UtcDateTime);
        var registration = Guid.NewGuid();
        session.Rows.Registrations.Add(new Registration
        {
            Id = registration, AgencyId = Agency, AgreementId = await session.Rows.Agreements.Select(a => a.Id).SingleAsync(), Code = Code, Year = 2026, Ordinal = 1, Title = "Hồ sơ <năm> 2025", PlannedPackages = 5, PlannedFrom = today,
            State = RegistrationState.Accepted, RequestedBy = Person, RequestedAt = session.Now, AnswerDue = today,
        });
        await session.FlushAsync(default);
        session.Rows.RegistrationRounds.Add(new RegistrationRound { Id = _round, RegistrationId = registration, Number = 1, OpensOn = today, ClosesOn = today.AddDays(9), PlannedPackages = 5, OpenedBy = Person, OpenedAt = session.Now });
        await session.CommitAsync(default);
    }

    [Test]
    public async Task Minutes_and_list_are_made_once_when_the_round_is_closed_and_all_of_it_has_ended()
    {
        var kept = await SendAsync("quyết định.txt");
        var refused = await IngestAsync(s => (s.RegistrationCode, s.Title) = (Code, "Hồ sơ hỏng"), _ => Bag("urn:uuid:3f1f4a2e-0000-4000-8000-000000000009", [("a.txt", Content)])[..^30]);
        Assert.That((kept.State, refused.State), Is.EqualTo((SubmissionState.Preserved, SubmissionState.Rejected)));
        await Minutes.RunAsync(default);
        Assert.That(await DocumentAsync(), Is.Null, "it is open");
        var waiting = await AddSubmissionAsync(SubmissionState.AwaitingApproval, s => s.RoundId = _round);
        await CloseAsync();
        await Minutes.RunAsync(default);
        Assert.That(await DocumentAsync(), Is.Null, "one still waits for a decision");
        await ChangeAsync(waiting, s => (s.State, s.Reason) = (SubmissionState.Returned, "Thiếu văn bản số 12"));
        var unseen = await AddSubmissionAsync(SubmissionState.Received);
        await Minutes.RunAsync(default);
        Assert.That(await DocumentAsync(), Is.Null, "one came before the close and was not looked at yet");
        await ChangeAsync(unseen, s => s.State = SubmissionState.Returned);
        await Minutes.RunAsync(default);
        await Minutes.RunAsync(default);
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.FrozenDocuments.CountAsync(), Is.EqualTo(1));
        var parts = await session.Rows.FrozenDocumentParts.OrderBy(p => p.Name).ToListAsync();
        Assert.That(parts.Select(p => p.Name), Is.EqualTo(Made));
        var minutes = JsonDocument.Parse(parts.Single(p => p.Name == "minutes.json").Body).RootElement;
        Assert.That((minutes.GetProperty("dossiers").GetInt32(), minutes.GetProperty("files").GetInt32(), minutes.GetProperty("came").GetInt32(), minutes.GetProperty("planned").GetInt32()), Is.EqualTo((1, 1, 3, 5)));
        Assert.That(minutes.GetProperty("left").EnumerateArray().Select(l => (l.GetProperty("state").GetString(), l.GetProperty("reason").GetString())), Does.Contain(("returned", "Thiếu văn bản số 12")));
        var listed = JsonDocument.Parse(parts.Single(p => p.Name == "list.json").Body).RootElement.GetProperty("dossiers").EnumerateArray().Single();
        Assert.That((listed.GetProperty("submission").GetGuid(), listed.GetProperty("package").GetGuid(), listed.GetProperty("copies").GetInt32()), Is.EqualTo((kept.Id, kept.PackageId!.Value, 2)));
    }

    [TestCase("vi", "BIÊN BẢN GIAO NHẬN HỒ SƠ, TÀI LIỆU", "BÊN GIAO", "Sở Nội vụ", "Tổng số hồ sơ: 1", "Tổng số tệp tin trong hồ sơ: 1", "ĐẠI DIỆN BÊN NHẬN", "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU", "Tiêu đề hồ sơ")]
    [TestCase("en", "MINUTES OF THE TRANSFER", "DELIVERED BY", "Sở Nội vụ", "Dossiers: 1", "Files in the dossiers: 1", "FOR THE RECEIVING SIDE", "LIST OF DOSSIERS", "Title of the dossier")]
    public async Task They_are_sound_PDF_A_with_the_words_of_the_decree(string language, params string[] words)
    {
        var parts = await MakeAsync();
        var text = new StringBuilder();
        foreach (var name in new[] { $"minutes.{language}.pdf", $"list.{language}.pdf" })
        {
            var path = Path.Join(Folder, name);
            await File.WriteAllBytesAsync(path, parts[name].Body);
            Assert.That(await RunAsync("qpdf", "--check", path), Does.Contain("No syntax or stream encoding errors found"), name);
            Assert.That(Encoding.Latin1.GetString(parts[name].Body), Does.Contain("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>").And.Not.Contain("/Encrypt").And.Not.Contain("/DeviceGray"), name);
            Assert.That((await RunAsync("pdffonts", path)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2), Is.All.Match("Identity-H +yes yes yes"), name);
            text.Append(await RunAsync("pdftotext", "-layout", path, "-"));
        }
        foreach (var word in words.Append("Hồ sơ <năm> 2025").Append(Code)) Assert.That(text.ToString(), Does.Contain(word), word);
    }

    [Test]
    public async Task Each_part_is_sealed_audited_due_for_evidence_and_journaled()
    {
        var parts = await MakeAsync();
        using var seal = X509CertificateLoader.LoadCertificateFromFile(Path.Join(Folder, "seal.crt"));
        foreach (var part in parts.Values)
        {
            var cms = new SignedCms(new ContentInfo(part.Body), detached: true);
            cms.Decode(part.Seal);
            Assert.That(() => cms.CheckSignature(new X509Certificate2Collection(seal), verifySignatureOnly: true), Throws.Nothing, part.Name);
            Assert.That(part.Sha512, Is.EqualTo(SHA512.HashData(part.Body)));
        }
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.EvidenceDues.Where(d => d.Kind == LeafKind.Document).Select(d => d.Subject).ToListAsync(), Is.EquivalentTo(parts.Values.Select(p => $"{p.DocumentId}/{p.Name}")));
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "document.frozen"), Is.EqualTo(1));
        Assert.That(await session.Rows.JournalEntries.CountAsync(e => e.TableName == "frozen_document_part"), Is.EqualTo(parts.Count));
    }

    [Test]
    public async Task The_receipt_of_custody_names_the_minutes_by_their_digests_and_comes_once()
    {
        var parts = await MakeAsync();
        await Minutes.RunAsync(default);
        await using var session = await BeginAsync();
        var receipt = JsonDocument.Parse((await session.Rows.Receipts.SingleAsync(r => r.Kind == ReceiptKind.CustodyTaken)).Body).RootElement;
        Assert.That(receipt.GetProperty("kind").GetString(), Is.EqualTo("custodyTaken"));
        var outcome = receipt.GetProperty("outcome");
        Assert.That((outcome.GetProperty("registration").GetString(), outcome.GetProperty("round").GetInt32(), outcome.GetProperty("minutes").GetGuid()), Is.EqualTo((Code, 1, parts["minutes.json"].DocumentId)));
        Assert.That(outcome.GetProperty("sha512").EnumerateObject().Select(p => (p.Name, p.Value.GetString())), Is.EquivalentTo(parts.Values.Select(p => (p.Name, Convert.ToHexStringLower(p.Sha512)))));
    }

    [Test]
    public async Task Two_processes_make_the_minutes_once()
    {
        await SendAsync("a.txt");
        await CloseAsync();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Minutes.RunAsync(default)));
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.FrozenDocuments.CountAsync(), await session.Rows.Receipts.CountAsync(r => r.Kind == ReceiptKind.CustodyTaken)), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_version_that_a_person_signed_is_kept_beside_with_report_verdict_and_basis()
    {
        var parts = await MakeAsync();
        var signer = Root.IssueSigner("Nguyễn Văn A", saysNoRevocation: true);
        var pdf = PdfSigner.Sign(parts["minutes.vi.pdf"].Body, b => Cms(b, signer));
        Assert.That(await AddAsync(parts["minutes.vi.pdf"], pdf), Is.EqualTo("minutes.vi.signed-1.pdf"));
        Assert.That(await AddAsync(parts["minutes.vi.pdf"], pdf), Is.EqualTo("minutes.vi.signed-1.pdf"), "the same bytes are the same version");
        Assert.That(await AddAsync(parts["minutes.vi.pdf"], Cms(parts["minutes.vi.pdf"].Body, Root.IssueSigner("Trần Thị B", saysNoRevocation: true))), Is.EqualTo("minutes.vi.signed-2.p7s"));
        Assert.That(await AddAsync(parts["list.json"], Cms(parts["list.json"].Body, signer)), Is.EqualTo("list.json.signed-1.p7s"));
        await using var session = await BeginAsync();
        var added = await session.Rows.FrozenDocumentParts.Where(p => p.AddedBy != null).ToDictionaryAsync(p => p.Name);
        Assert.That(added["minutes.vi.signed-1.pdf"].Body, Is.EqualTo(pdf));
        Assert.That(Encoding.UTF8.GetString(added["minutes.vi.signed-1.report.json"].Body), Does.Contain("TOTAL_PASSED").And.Contain("Nguyễn Văn A"));
        Assert.That(Encoding.UTF8.GetString(added["minutes.vi.signed-2.verdict.json"].Body), Does.Contain("totalPassed").And.Contain("Trần Thị B"));
        using var zip = new ZipArchive(new MemoryStream(added["minutes.vi.signed-1.basis.zip"].Body));
        Assert.That(zip.Entries.Select(e => e.FullName), Has.Some.EndsWith(".anchors.json").And.Some.EndsWith(".validation-policy").And.Some.StartsWith("material/"));
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "document.signed"), Is.EqualTo(3));
        Assert.That(added, Has.Count.EqualTo(12));
    }

    [Test]
    public async Task What_is_not_the_frozen_document_with_a_signature_is_refused_with_its_reason()
    {
        var parts = await MakeAsync();
        var frozen = parts["minutes.vi.pdf"];
        var signer = Root.IssueSigner(saysNoRevocation: true);
        var honest = PdfSigner.Sign(frozen.Body, b => Cms(b, signer));
        (string What, byte[] Signed, string Rule)[] cases =
        [
            ("another document, signed", PdfSigner.Sign(parts["list.vi.pdf"].Body, b => Cms(b, signer)), "DOC-SIGNED-OTHER-BYTES"),
            ("one byte of the document changed", [.. frozen.Body[..400], (byte)(frozen.Body[400] ^ 1), .. honest[401..]], "DOC-SIGNED-OTHER-BYTES"),
            ("the page changed in the revision that signs", PdfSigner.Sign(frozen.Body, b => Cms(b, signer), page => page.Replace("/MediaBox [0 0 595.28 841.89]", "/MediaBox [0 0 300 300]", StringComparison.Ordinal)), "DOC-SIGNED-OTHER-BYTES"),
            ("the document itself", frozen.Body, "DOC-SIGNED-NO-SIGNATURE"),
            ("bytes behind the document", [.. frozen.Body, .. "xin chào"u8], "DOC-SIGNED-OTHER-BYTES"),
            ("a signature over other bytes", PdfSigner.Sign(frozen.Body, b => Cms([.. b, 1], signer)), "DOC-SIGNED-BROKEN"),
            ("a detached signature over another document", Cms(parts["list.vi.pdf"].Body, signer), "DOC-SIGNED-BROKEN"),
            ("a signature that encloses its own content", Enclosing("khác"u8.ToArray(), signer), "DOC-SIGNED-OTHER-BYTES"),
            ("no signature at all", "xin chào"u8.ToArray(), "DOC-SIGNED-BROKEN"),
        ];
        using (Assert.EnterMultipleScope())
            foreach (var (what, signed, rule) in cases)
            {
                var verified = await Versions.VerifyAsync(frozen, signed, Clock.GetUtcNow(), default);
                Assert.That(verified.Refusal?.Rule.Code, Is.EqualTo(rule), what);
            }
        Assert.That(cases.Select(c => c.Rule), Is.SupersetOf(SignedVersionRules.All.Select(r => r.Code)), "every rule has its case");
        Assert.That((await Versions.VerifyAsync(frozen, honest, Clock.GetUtcNow(), default)).Refusal, Is.Null);
    }

    [Test]
    public async Task A_signer_whom_nobody_knows_is_kept_and_said_to_be_unproven()
    {
        var parts = await MakeAsync();
        using var stranger = new TestAuthority("Stranger");
        var verified = await Versions.VerifyAsync(parts["minutes.vi.pdf"], PdfSigner.Sign(parts["minutes.vi.pdf"].Body, b => Cms(b, stranger.IssueSigner("Ai đó", saysNoRevocation: true))), Clock.GetUtcNow(), default);
        Assert.That(verified.Refusal, Is.Null);
        Assert.That(verified.Summary!.Signatures[0].Verdicts.Select(v => v.Indication), Is.All.EqualTo(Preservation.Signatures.Reports.Indication.Indeterminate));
    }

    private async Task<Dictionary<string, FrozenDocumentPart>> MakeAsync()
    {
        await SendAsync("quyết định.txt");
        await CloseAsync();
        await Minutes.RunAsync(default);
        await using var session = await BeginAsync();
        return await session.Rows.FrozenDocumentParts.AsNoTracking().ToDictionaryAsync(p => p.Name);
    }

    private async Task<Submission> SendAsync(string name)
    {
        var submission = await IngestAsync(s => s.RegistrationCode = Code, (name, Content));
        Assert.That((submission.State, submission.RoundId), Is.EqualTo((SubmissionState.Preserved, (Guid?)_round)), submission.LastProblem);
        return submission;
    }

    private async Task<string> AddAsync(FrozenDocumentPart part, byte[] signed)
    {
        var verified = await Versions.VerifyAsync(part, signed, Clock.GetUtcNow(), default);
        Assert.That(verified.Refusal, Is.Null, verified.Refusal?.Message.En);
        await using var session = await BeginAsync();
        var document = await session.Rows.FrozenDocuments.AsNoTracking().SingleAsync(d => d.Id == part.DocumentId);
        var added = await Versions.AddAsync(session, document, part.Name, verified, Person, default);
        await session.CommitAsync(default);
        return added.Name;
    }

    private async Task CloseAsync()
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        await using var session = await BeginAsync();
        var round = await session.Rows.RegistrationRounds.SingleAsync();
        (round.ClosedBy, round.ClosedAt) = (Person, session.Now);
        await session.CommitAsync(default);
    }

    private async Task ChangeAsync(Guid submission, Action<Submission> change)
    {
        await using var session = await BeginAsync();
        change(await session.Rows.Submissions.SingleAsync(s => s.Id == submission));
        await session.CommitAsync(default);
    }

    private async Task<FrozenDocument?> DocumentAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.FrozenDocuments.SingleOrDefaultAsync();
    }

    private static byte[] Cms(byte[] content, X509Certificate2 signer) => Encode(content, signer, detached: true);

    private static byte[] Enclosing(byte[] content, X509Certificate2 signer) => Encode(content, signer, detached: false);

    private static byte[] Encode(byte[] content, X509Certificate2 signer, bool detached)
    {
        var cms = new SignedCms(new ContentInfo(content), detached);
        cms.ComputeSignature(new CmsSigner(signer) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly }, silent: true);
        return cms.Encode();
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return await output + await error;
    }
}
