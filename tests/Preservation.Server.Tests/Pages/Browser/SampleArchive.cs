using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow;
using Preservation.Workflow.Access;
using Preservation.Workflow.Sealing;

namespace Preservation.Server.Tests.Pages.Browser;

/// <summary>People with keys and something of everything that a page shows, put into the catalogue directly.</summary>
internal sealed class SampleArchive
{
    public const string Hostile = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">";

    private readonly PageServer _server;
    private readonly Dictionary<string, (Guid Id, string Key)> _people = [];
    private Guid _agreementVersion;

    private SampleArchive(PageServer server) => _server = server;

    public Guid HomeAffairs { get; } = Guid.NewGuid();

    public Guid Finance { get; } = Guid.NewGuid();

    public Guid Rejected { get; private set; }

    public Guid Waiting { get; private set; }

    public Guid Preserved { get; private set; }

    public Guid HostileSubmission { get; private set; }

    public Guid Foreign { get; private set; }

    public Guid Package { get; private set; }

    public Guid HostilePackage { get; private set; }

    /// <summary>A version of the agreement under which two persons approve.</summary>
    public Guid TwoPersons { get; private set; }

    public Guid Incident { get; } = Guid.NewGuid();

    public string KeyOf(string person) => _people[person].Key;

    public Guid IdOf(string person) => _people[person].Id;

    public static async Task<SampleArchive> CreateAsync(PageServer server)
    {
        var archive = new SampleArchive(server);
        await archive.AddPeopleAsync();
        await archive.AddSubmissionsAsync();
        (archive.Package, archive.HostilePackage) = await SamplePackages.AddAsync(server, archive);
        await archive.AddCaseAuditorAsync();
        await SampleFixity.AddAsync(archive);
        await SampleEvidence.AddAsync(archive);
        await server.Services.GetRequiredService<AuditSealer>().SealAsync(CancellationToken.None);
        return archive;
    }

    /// <summary>A submission that waits for a decision, with its task.</summary>
    public async Task<Guid> AddAwaitingAsync(string title, string sender = "producer")
    {
        var id = await AddSubmissionAsync(SubmissionState.AwaitingApproval, title, sender: sender);
        await using var session = await BeginAsync();
        session.Rows.Tasks.Add(new PreservationTask
        {
            Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.Approval, State = TaskState.Open, Role = Role.Approver, AgencyId = HomeAffairs, SubmissionId = id, Subject = title, CreatedAt = session.Now,
        });
        session.Rows.SubmissionFindings.Add(Finding(id, 1, "warning", "VN-SIP-W1", "METS.xml", "Nên ghi rõ ngôn ngữ.", "The language should be stated.", "vie", null));
        await session.CommitAsync(default);
        return id;
    }

    /// <summary>The round of a registration made by <see cref="AddRegistrationAsync"/>, which is accepted with it.</summary>
    public async Task<Guid> AcceptAsync(Guid registration)
    {
        await using var session = await BeginAsync();
        var row = session.Rows.Registrations.Single(r => r.Id == registration);
        (row.State, row.AnsweredBy, row.AnsweredAt) = (RegistrationState.Accepted, IdOf("approver"), session.Now);
        var round = session.Rows.RegistrationRounds.Where(o => o.RegistrationId == registration).Select(o => o.Id).Single();
        await session.CommitAsync(default);
        return round;
    }

    /// <summary>Changes a submission where no way of the service leads.</summary>
    public async Task ChangeAsync(Guid submission, Action<Submission> change)
    {
        await using var session = await BeginAsync();
        change(session.Rows.Submissions.Single(s => s.Id == submission));
        await session.CommitAsync(default);
    }

    /// <summary>A registration that waits for its answer, of a round that was held before it.</summary>
    public async Task<Guid> AddRegistrationAsync(string title)
    {
        await using var session = await BeginAsync();
        var id = Guid.CreateVersion7(session.Now);
        var agreement = session.Rows.AgreementVersions.Where(v => v.Id == _agreementVersion).Select(v => v.AgreementId).First();
        var ordinal = 1 + session.Rows.Registrations.Count();
        var today = DateOnly.FromDateTime(session.Now.UtcDateTime);
        session.Rows.Registrations.Add(new Registration
        {
            Id = id, AgencyId = HomeAffairs, AgreementId = agreement, Code = $"NL.H99.1.2026.{ordinal:00}", Year = 2026, Ordinal = ordinal, Title = title, PlannedPackages = 200, PlannedBytes = 40_000_000_000, PlannedFrom = today,
            State = RegistrationState.Requested, RequestedBy = IdOf("producer"), RequestedAt = session.Now, AnswerDue = today.AddDays(9),
        });
        await session.FlushAsync(default);
        session.Rows.RegistrationRounds.Add(new RegistrationRound { Id = Guid.CreateVersion7(session.Now), RegistrationId = id, Number = 1, OpensOn = today.AddDays(-30), ClosesOn = today.AddDays(1), PlannedPackages = 120, OpenedBy = IdOf("approver"), OpenedAt = session.Now });
        await session.CommitAsync(default);
        return id;
    }

    public async Task<Guid> AddSubmissionAsync(SubmissionState state, string title, Guid? agency = null, string sender = "producer", Guid? package = null, string fileName = "hoso-2026-014.zip", string? problem = null)
    {
        await using var session = await BeginAsync();
        var submission = new Submission
        {
            Id = Guid.CreateVersion7(session.Now), AgencyId = agency ?? HomeAffairs, AgreementVersionId = _agreementVersion, SubmittedBy = IdOf(sender), State = state, FileName = fileName,
            Bytes = 48_318_221, Sha256 = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))], ReceivedAt = session.Now.AddHours(-2), Title = title, PackageKind = "tt05", PackageId = package,
            EndedAt = state is SubmissionState.Rejected or SubmissionState.Preserved or SubmissionState.Returned ? session.Now : null,
            LastProblem = problem, Failures = problem is null ? 0 : 4, NotBefore = problem is null ? null : session.Now.AddMinutes(2),
        };
        session.Rows.Submissions.Add(submission);
        session.Audit(submission.SubmittedBy, submission.AgencyId, "submission.receive", "submission", submission.Id.ToString(), new { title });
        await session.FlushAsync(default);
        foreach (var (name, ordinal) in new[] { ("unpack", 1), ("virusCheck", 2), ("validate", 3), ("verifySignatures", 4), ("identifyFormats", 5) })
            session.Rows.SubmissionSteps.Add(new SubmissionStep
            {
                SubmissionId = submission.Id, Name = name, Ordinal = ordinal, Outcome = state == SubmissionState.Rejected && name == "validate" ? StepOutcomeKind.Failed : StepOutcomeKind.Passed,
                Attempt = 1, StartedAt = session.Now.AddMinutes(-10 + ordinal), EndedAt = session.Now.AddMinutes(-9 + ordinal), Detail = "{}",
            });
        await session.FlushAsync(default);
        var receipts = _server.Services.GetRequiredService<Receipts>();
        await receipts.AddAsync(session, submission, ReceiptKind.BytesReceived, new { state }, default);
        if (state == SubmissionState.Rejected) await receipts.AddAsync(session, submission, ReceiptKind.Rejected, new { state }, default);
        if (state == SubmissionState.Preserved) await receipts.AddAsync(session, submission, ReceiptKind.Preserved, new { state }, default);
        await session.CommitAsync(default);
        _server.Clock.Advance(TimeSpan.FromMilliseconds(5)); // ids are in the order of time
        return submission.Id;
    }

    public Task<CatalogueSession> BeginAsync() => _server.Sessions.BeginAsync(CatalogueScope.All, default);

    public async Task<T> ReadAsync<T>(Func<CatalogueContext, IQueryable<T>> query)
    {
        await using var session = await BeginAsync();
        return await query(session.Rows).SingleAsync();
    }

    private async Task AddPeopleAsync()
    {
        await using var session = await BeginAsync();
        foreach (var (id, name) in new[] { (HomeAffairs, "Sở Nội vụ tỉnh Bắc Ninh"), (Finance, "Sở Tài chính tỉnh Bắc Ninh") })
            session.Rows.Agencies.Add(new Agency { Id = id, Name = name, Kind = AgencyKind.Submitting, CreatedAt = session.Now });
        await session.FlushAsync(default);
        await AddPersonAsync(session, "producer", "Nguyễn Thị Hạnh", HomeAffairs, Role.Producer);
        await AddPersonAsync(session, "otherProducer", "Phạm Văn Nam", Finance, Role.Producer);
        await AddPersonAsync(session, "approver", "Trần Quốc Bảo", null, Role.Approver);
        await AddPersonAsync(session, "secondApprover", "Ngô Thanh Tùng", null, Role.Approver);
        await AddPersonAsync(session, "officer", "Lê Minh Châu", null, Role.PreservationOfficer);
        await AddPersonAsync(session, "auditor", "Đỗ Thu Hà", null, Role.Auditor);
        await AddPersonAsync(session, "agencyAuditor", "Hoàng Thị Mai", HomeAffairs, Role.Auditor);
        await AddPersonAsync(session, "administrator", "Vũ Hải Đăng", null, Role.Administrator);
        await AddPersonAsync(session, "leaver", "Bùi Gia Khánh", null, Role.Auditor);
        var agreement = new Agreement { Id = Guid.NewGuid(), AgencyId = HomeAffairs, Code = "TT-2026-01", Title = "Thỏa thuận nộp lưu 2026", CreatedAt = session.Now };
        session.Rows.Agreements.Add(agreement);
        await session.FlushAsync(default);
        _agreementVersion = Guid.NewGuid();
        session.Rows.AgreementVersions.Add(new AgreementVersion { Id = _agreementVersion, AgreementId = agreement.Id, Version = 1, EffectiveFrom = session.Now, Terms = "{}", CreatedAt = session.Now });
        // Not in force yet, so that requests still come under the first.
        TwoPersons = Guid.NewGuid();
        session.Rows.AgreementVersions.Add(new AgreementVersion { Id = TwoPersons, AgreementId = agreement.Id, Version = 2, EffectiveFrom = session.Now.AddYears(5), Terms = """{"approval":"twoPersons"}""", CreatedAt = session.Now });
        await session.CommitAsync(default);
    }

    private async Task AddCaseAuditorAsync()
    {
        await using var session = await BeginAsync();
        await AddPersonAsync(session, "caseAuditor", "Tạ Đình Phong", null, Role.Auditor, Package);
        await session.CommitAsync(default);
    }

    private async Task AddPersonAsync(CatalogueSession session, string person, string name, Guid? agency, Role role, Guid? package = null)
    {
        var (key, lookup, hash) = ApiKey.Create();
        var id = Guid.NewGuid();
        _people[person] = (id, key);
        session.Rows.Principals.Add(new Principal { Id = id, Kind = PrincipalKind.Person, Name = name, AgencyId = agency, ValidFrom = session.Now, CreatedAt = session.Now });
        await session.FlushAsync(default);
        session.Rows.Credentials.Add(new Credential { Id = Guid.NewGuid(), PrincipalId = id, Kind = CredentialKind.ApiKey, Lookup = lookup, SecretHash = hash, CreatedAt = session.Now });
        session.Rows.RoleGrants.Add(new RoleGrant
        {
            Id = Guid.NewGuid(), PrincipalId = id, Role = role, Scope = package is not null ? GrantScope.Case : agency is not null ? GrantScope.Agency : GrantScope.Everything, AgencyId = agency, PackageId = package, ValidFrom = session.Now,
            Basis = package is null ? "test" : "QĐ-12/TTr", CreatedAt = session.Now,
        });
        await session.FlushAsync(default);
    }

    private async Task AddSubmissionsAsync()
    {
        Foreign = await AddSubmissionAsync(SubmissionState.Rejected, "Hồ sơ của Sở Tài chính", Finance, "otherProducer");
        Waiting = await AddSubmissionAsync(SubmissionState.Archiving, "Hồ sơ về việc nâng bậc lương năm 2025", problem: "store two: connection refused");
        HostileSubmission = await AddSubmissionAsync(SubmissionState.Rejected, Hostile, fileName: "<b onmouseover=alert(1)>.zip");
        Rejected = await AddSubmissionAsync(SubmissionState.Rejected, "Hồ sơ tuyển dụng công chức năm 2024");
        await using var session = await BeginAsync();
        session.Rows.SubmissionFindings.AddRange(
            Finding(Rejected, 1, "error", "VN-SIP-MAN-03", "representations/rep1/data/CV-118.pdf", "Giá trị băm của tệp không khớp với METS.", "The file's digest is not the one METS states.",
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"),
            Finding(Rejected, 2, "error", "ZIP-PATH-01", "../../etc/cron.d/x", "Đường dẫn đi ra ngoài gói.", "The path leads out of the package.", null, null),
            Finding(Rejected, 3, "warning", "CSIP58", "METS.xml", "Nên có phần tử mô tả.", "There should be a descriptive section.", "dmdSec", null),
            Finding(Rejected, 4, "info", "VN-FMT-01", "representations/rep1/data/anh.tif", "Tệp nên được chuyển sang TIFF không nén.", "The file could be given as uncompressed TIFF.", null, "image/tiff; LZW"),
            Finding(HostileSubmission, 1, "error", "ZIP-PATH-01", Hostile, "Đường dẫn đi ra ngoài gói.", "The path leads out of the package.", null, Hostile));
        await session.CommitAsync(default);
    }

    private static SubmissionFinding Finding(Guid submission, int ordinal, string severity, string code, string path, string vi, string en, string? expected, string? found) => new()
    {
        SubmissionId = submission, Ordinal = ordinal, Code = code, Severity = severity, Clause = "Thông tư 05/2025/TT-BNV, Phụ lục III", Path = path, Expected = expected, Found = found,
        MessageVi = vi, MessageEn = en, HintVi = "Tạo lại gói bằng công cụ đóng gói rồi nộp lại.", HintEn = "Make the package again with the packing tool and send it again.",
    };

    internal void SetPreserved(Guid submission) => Preserved = submission;
}
