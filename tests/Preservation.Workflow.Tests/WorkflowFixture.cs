using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Testing;
using Preservation.Testing.Databases;

namespace Preservation.Workflow.Tests;

/// <summary>A database, a clock that stands still and a folder for each test, with an agency, its agreement and a person.</summary>
internal abstract class WorkflowFixture
{
    protected ManualClock Clock { get; private set; } = null!;

    protected TestDatabase Database { get; private set; } = null!;

    protected string Folder { get; private set; } = "";

    protected Guid Agency { get; } = Guid.NewGuid();

    protected Guid Person { get; } = Guid.NewGuid();

    protected Guid AgreementVersion { get; private set; }

    /// <summary>Terms of the agreement.</summary>
    protected virtual string Terms => "{}";

    [SetUp]
    public async Task Prepare()
    {
        Clock = new ManualClock(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        Folder = Directory.CreateTempSubdirectory("workflow-").FullName;
        Database = await TestDatabase.CreateAsync(Clock);
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        session.Rows.Principals.Add(new Principal { Id = Person, Kind = PrincipalKind.Person, Name = "Nguyễn Văn A", ValidFrom = session.Now, CreatedAt = session.Now });
        session.Rows.Agencies.Add(new Agency { Id = Agency, Name = "Sở Nội vụ", Kind = AgencyKind.Submitting, CreatedAt = session.Now });
        await session.FlushAsync(default);
        var agreement = new Agreement { Id = Guid.NewGuid(), AgencyId = Agency, Code = "A", Title = "Thỏa thuận", CreatedAt = session.Now };
        session.Rows.Agreements.Add(agreement);
        await session.FlushAsync(default);
        AgreementVersion = Guid.NewGuid();
        session.Rows.AgreementVersions.Add(new AgreementVersion { Id = AgreementVersion, AgreementId = agreement.Id, Version = 1, EffectiveFrom = session.Now, Terms = Terms, CreatedAt = session.Now });
        await session.CommitAsync(default);
    }

    [TearDown]
    public async Task Clean()
    {
        if (Database is not null) await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    protected async Task<Guid> AddSubmissionAsync(SubmissionState state = SubmissionState.Received, Action<Submission>? change = null)
    {
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        var submission = new Submission
        {
            Id = Guid.CreateVersion7(), AgencyId = Agency, AgreementVersionId = AgreementVersion, SubmittedBy = Person, State = state, FileName = "gói.zip", Bytes = 1, Sha256 = new byte[32], ReceivedAt = session.Now,
        };
        change?.Invoke(submission);
        session.Rows.Submissions.Add(submission);
        await session.CommitAsync(default);
        return submission.Id;
    }

    protected Task<CatalogueSession> BeginAsync() => Database.Sessions.BeginAsync(CatalogueScope.All, default);
}
