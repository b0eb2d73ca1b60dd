using System.Security.Cryptography;
using System.Text;
using Preservation.Catalogue.Model;
using PremisEvent = Preservation.Catalogue.Model.PremisEvent;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>A package with everything its page shows, and one whose names are hostile.</summary>
internal static class SamplePackages
{
    private const string ReportKey = "reports/bao-cao.json";
    private static readonly byte[] Report = Encoding.UTF8.GetBytes("""{"outcome":"BROKEN","signatures":[{"indication":"TOTAL_FAILED","subIndication":"HASH_FAILURE"}],"conclusion":[{"code":"SAID-CHANGED","severity":"error","message":{"en":"The signature does not fit its content.","vi":"Chữ ký không khớp với nội dung."}}]}""");

    public static async Task<(Guid Package, Guid Hostile)> AddAsync(PageServer server, SampleArchive archive)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(server.FirstStore, ReportKey))!);
        await File.WriteAllBytesAsync(Path.Join(server.FirstStore, ReportKey), Report);
        var package = await AddPackageAsync(archive, "Hồ sơ về việc ban hành quy chế văn thư, lưu trữ của tỉnh", "Quy chế công tác văn thư, lưu trữ");
        return (package, await AddPackageAsync(archive, SampleArchive.Hostile, SampleArchive.Hostile));
    }

    private static async Task<Guid> AddPackageAsync(SampleArchive archive, string title, string text)
    {
        var id = Guid.CreateVersion7((await ClockAsync(archive)));
        var submission = await archive.AddSubmissionAsync(SubmissionState.Preserved, title, package: id);
        if (title != SampleArchive.Hostile) archive.SetPreserved(submission);
        await using var session = await archive.BeginAsync();
        var agreement = session.Rows.Submissions.Single(s => s.Id == submission).AgreementVersionId;
        session.Rows.Packages.Add(new Package
        {
            Id = id, SubmissionId = submission, ProducerId = archive.HomeAffairs, CustodianId = archive.HomeAffairs, AgreementVersionId = agreement, Kind = "tt05", Title = title, HeadVersion = 1,
            AccessMode = "Công khai", RetentionCode = "Vĩnh viễn", RetentionBasis = "Thông tư 10/2022/TT-BNV", PreservedAt = session.Now, Files = 4, Bytes = 48_318_221, Waiver = PageServer.Waiver,
        });
        await session.FlushAsync(default);
        session.Rows.PackageVersions.Add(new PackageVersion { PackageId = id, Version = 1, SubmissionId = submission, InventorySha512 = new byte[64], Message = "Nhận từ Sở Nội vụ", CreatedAt = session.Now });
        foreach (var (scheme, code) in new[] { ("OBJID", $"urn:uuid:{Guid.NewGuid()}"), ("fileCode", $"H05.{id.ToString()[..13]}"), ("docCode", text + id) })
            session.Rows.PackageAliases.Add(new PackageAlias { Id = Guid.NewGuid(), PackageId = id, Scheme = scheme, Code = code, ValidFrom = session.Now });
        AddContent(session.Rows, id, text);
        AddCopies(session.Rows, id, session.Now);
        AddHistory(session.Rows, archive, id, submission, session.Now);
        if (title == SampleArchive.Hostile) AddVerdicts(session.Rows, id, title, session.Now);
        session.Audit(null, archive.HomeAffairs, "package.preserved", "package", id.ToString(), new { title });
        await session.CommitAsync(default);
        return id;
    }

    private static async Task<DateTimeOffset> ClockAsync(SampleArchive archive)
    {
        await using var session = await archive.BeginAsync();
        return session.Now;
    }

    private static void AddContent(Preservation.Catalogue.CatalogueContext rows, Guid id, string text)
    {
        var dossier = new Dossier { Id = Guid.NewGuid(), PackageId = id, Code = "H05.2026.014", Title = text, StartText = "03/2024", EndText = "12/2025", Fields = "{}" };
        rows.Dossiers.Add(dossier);
        rows.SaveChanges();
        for (var i = 1; i <= 3; i++)
        {
            var document = new Document
            {
                VersionFrom = 1, Id = Guid.NewGuid(), PackageId = id, Code = $"H05.2026.014.{i:000}", Number = $"{100 + i}", Notation = "QĐ-UBND", IssuedText = $"{i:00}/04/2024", Issuer = "Ủy ban nhân dân tỉnh", Type = "Quyết định",
                Abstract = $"{text}, lần {i}", Fields = "{}",
            };
            rows.Documents.Add(document);
            rows.SaveChanges();
            rows.DossierDocuments.Add(new DossierDocument { DossierId = dossier.Id, DocumentId = document.Id, Ordinal = i });
        }
        foreach (var (path, puid, format) in new[] { ($"representations/rep1/data/{text}.pdf", "fmt/354", "PDF/A-2b"), ("representations/rep1/data/to-trinh.docx", "fmt/412", "Office Open XML"), ("METS.xml", "fmt/101", "XML 1.0") })
            rows.Files.Add(Kept(id, path, puid, format, Encoding.UTF8.GetBytes(path)));
        rows.Files.Add(Kept(id, "metadata/other/signatures/representations/rep1/data/quyet-dinh.pdf.json", "fmt/817", "JSON", Report));
        rows.SaveChanges();
    }

    private static StoredFile Kept(Guid id, string path, string puid, string format, byte[] content) => new()
    {
        PackageId = id, LogicalPath = path, VersionFrom = 1, Bytes = content.Length, Sha256 = SHA256.HashData(content), Sha512 = SHA512.HashData(content), Puid = puid, Format = format, MediaType = "application/octet-stream",
    };

    private static void AddCopies(Preservation.Catalogue.CatalogueContext rows, Guid id, DateTimeOffset now)
    {
        foreach (var store in new[] { "one", "two" })
            rows.PackageCopies.Add(new PackageCopy
            {
                PackageId = id, ObjectId = $"urn:uuid:{id}", Store = store, Version = 1, State = CopyState.Good, VerifiedAt = now, LastReadAt = store == "one" ? now : now.AddDays(-120), LastResult = FixityOutcome.Ok,
            });
        rows.SaveChanges();
        if (rows.Copies.Any(c => c.Key == ReportKey)) return;
        rows.Copies.Add(new StoredCopy
        {
            PackageId = id, Store = "one", Key = ReportKey, Role = CopyRole.Content, LogicalPath = null, Version = 1, Encoding = "identity", Bytes = Report.Length, Sha512 = SHA512.HashData(Report),
            State = CopyState.Good, WrittenAt = now, LastReadAt = now, LastResult = FixityOutcome.Ok,
        });
        rows.SaveChanges();
    }

    // What could not be proven at first and was when material came; the words are the sender's.
    private static void AddVerdicts(Preservation.Catalogue.CatalogueContext rows, Guid id, string word, DateTimeOffset now)
    {
        var first = Verdict(id, word, now.AddDays(-9), VerdictReason.Ingest, """[{"id":"1","signer":"CN=A","provenTime":null,"verdicts":[{"policy":"etsi","indication":"indeterminate","subIndication":"tryLater"}]}]""", "Chưa biết chứng thư có bị thu hồi không.", "Whether the certificate was revoked is not known.");
        rows.SignatureVerdicts.Add(first with { IsNewest = false });
        rows.SaveChanges();
        var gained = Verdict(id, word, now.AddDays(-2), VerdictReason.Material, """[{"id":"1","signer":"CN=A","provenTime":null,"verdicts":[{"policy":"etsi","indication":"totalPassed","subIndication":null}]}]""", word, word);
        rows.SignatureVerdicts.Add(gained with { Supersedes = first.Id, ObjectId = gained.Id, Report = "reports/a.json" });
        rows.SaveChanges();
    }

    private static SignatureVerdict Verdict(Guid package, string word, DateTimeOffset at, VerdictReason reason, string signatures, string vi, string en)
    {
        var id = Guid.CreateVersion7(at);
        return new SignatureVerdict
        {
            Id = id, PackageId = package, Path = $"submission/{word}.p7s", SignedPath = $"submission/{word}", FileSha512 = new byte[64], Reason = reason, MadeAt = at, RecordedAt = at, Engine = "preservation-signatures/1", Rules = "x",
            Basis = """{"policies":[{"id":"etsi","sha256":"0123456789abcdef"}],"algorithms":[],"trustAnchors":"fedcba9876543210","material":["00112233445566778899"]}""", Outcome = "INTACT", Signatures = signatures,
            Conclusion = System.Text.Json.JsonSerializer.Serialize(new[] { new { code = "SAID", severity = "info", en, vi } }), Lacking = [], Report = "metadata/other/signatures/a.json", ReportSha512 = new byte[64], KeptWith = id,
            IsNewest = true, LookedAt = at, LookedRules = "x",
        };
    }

    private static void AddHistory(Preservation.Catalogue.CatalogueContext rows, SampleArchive archive, Guid id, Guid submission, DateTimeOffset now)
    {
        var at = now.AddMinutes(-30);
        foreach (var (type, agent) in new[] { ("transfer", "Nguyễn Thị Hạnh"), ("virus check", "ClamAV 1.0.9"), ("validation", "preservation-server 0.1.0"), ("appraisal", "Trần Quốc Bảo"), ("replication", "preservation-server 0.1.0") })
            rows.PremisEvents.Add(new PremisEvent
            {
                Id = Guid.CreateVersion7(at = at.AddMinutes(3)), Type = type, At = at, Outcome = type == "appraisal" ? "approved" : "success", Detail = type == "replication" ? "one, two" : null,
                AgencyId = archive.HomeAffairs, PackageId = id, SubmissionId = submission, Agent = agent,
            });
    }
}
