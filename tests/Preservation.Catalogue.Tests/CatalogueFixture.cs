using Preservation.Catalogue.Model;
using Preservation.Testing.Databases;

namespace Preservation.Catalogue.Tests;

/// <summary>A fresh database for each fixture, with two agencies and an agreement of each.</summary>
internal abstract class CatalogueFixture
{
    protected TestDatabase Database { get; private set; } = null!;

    protected Guid First { get; } = Guid.NewGuid();

    protected Guid Second { get; } = Guid.NewGuid();

    protected Guid Person { get; } = Guid.NewGuid();

    [OneTimeSetUp]
    public async Task CreateDatabase()
    {
        Database = await TestDatabase.CreateAsync();
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        session.Rows.Principals.Add(new Principal { Id = Person, Kind = PrincipalKind.Person, Name = "Nguyễn Văn A", ValidFrom = session.Now, CreatedAt = session.Now });
        foreach (var (id, name) in new[] { (First, "Sở Nội vụ"), (Second, "Sở Tài chính") })
            session.Rows.Agencies.Add(new Agency { Id = id, Name = name, Kind = AgencyKind.Submitting, CreatedAt = session.Now });
        await session.CommitAsync(default);
    }

    [OneTimeTearDown]
    public async Task DropDatabase()
    {
        if (Database is not null) await Database.DisposeAsync();
    }

    protected static CatalogueScope Only(Guid agency) => CatalogueScope.Nothing with { Agencies = [agency] };

    protected async Task<Guid> AddSubmissionAsync(Guid agency)
    {
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        var agreement = new Agreement { Id = Guid.NewGuid(), AgencyId = agency, Code = Guid.NewGuid().ToString(), Title = "Thỏa thuận", CreatedAt = session.Now };
        session.Rows.Agreements.Add(agreement);
        await session.FlushAsync(default);
        var version = new AgreementVersion { Id = Guid.NewGuid(), AgreementId = agreement.Id, Version = 1, EffectiveFrom = session.Now, Terms = "{}", CreatedAt = session.Now };
        session.Rows.AgreementVersions.Add(version);
        await session.FlushAsync(default);
        var submission = new Submission
        {
            Id = Guid.NewGuid(), AgencyId = agency, AgreementVersionId = version.Id, SubmittedBy = Person, State = SubmissionState.Rejected, FileName = "gói.zip", Bytes = 1,
            Sha256 = new byte[32], ReceivedAt = session.Now,
        };
        session.Rows.Submissions.Add(submission);
        session.Audit(Person, agency, "submission.receive", "submission", submission.Id.ToString(), new { title = "Hồ sơ" });
        await session.CommitAsync(default);
        return submission.Id;
    }
}
