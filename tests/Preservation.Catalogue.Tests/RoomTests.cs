using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Preservation.Catalogue.Tests;

internal sealed class RoomTests : CatalogueFixture
{
    [Test]
    public async Task A_session_sees_only_rows_of_its_agencies()
    {
        var own = await AddSubmissionAsync(First);
        var other = await AddSubmissionAsync(Second);
        await using var session = await Database.Sessions.BeginAsync(Only(First), default);
        var seen = await session.Rows.Submissions.Select(s => s.Id).ToListAsync();
        Assert.That(seen, Does.Contain(own).And.Not.Contain(other));
    }

    [Test]
    public async Task The_database_hides_other_agencies_even_when_the_code_forgets_its_filter()
    {
        var other = await AddSubmissionAsync(Second);
        await using var session = await Database.Sessions.BeginAsync(Only(First), default);
        Assert.That(await session.Rows.Submissions.IgnoreQueryFilters().AnyAsync(s => s.Id == other), Is.False);
        await using var sql = session.Command("SELECT count(*) FROM submission WHERE id = $1", other);
        Assert.That(await sql.ExecuteScalarAsync(), Is.EqualTo(0L));
    }

    [Test]
    public async Task A_connection_that_sets_no_scope_sees_nothing()
    {
        await AddSubmissionAsync(First);
        await using var command = Database.Source.CreateCommand("SELECT (SELECT count(*) FROM submission) + (SELECT count(*) FROM agreement) + (SELECT count(*) FROM credential)");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(0L));
    }

    [Test]
    public async Task The_scope_of_one_transaction_does_not_leak_into_the_next_on_the_same_connection()
    {
        await AddSubmissionAsync(First);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Database.Application) { MaxPoolSize = 1 }.ToString());
        var sessions = new CatalogueSessions(source, TimeProvider.System);
        await using (var all = await sessions.BeginAsync(CatalogueScope.All, default)) Assert.That(await all.Rows.Submissions.AnyAsync(), Is.True);
        await using var command = source.CreateCommand("SELECT count(*) FROM submission");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(0L));
    }

    [Test]
    public async Task A_row_cannot_be_written_into_another_agencys_room()
    {
        var own = await AddSubmissionAsync(First);
        await using var session = await Database.Sessions.BeginAsync(Only(First), default);
        await using var move = session.Command("UPDATE submission SET agency_id = $1 WHERE id = $2", Second, own);
        var error = await Assert.ThrowsAsync<PostgresException>(async () => await move.ExecuteNonQueryAsync());
        Assert.That(error!.SqlState, Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public async Task Who_comes_in_for_one_case_sees_its_entries_and_tasks_and_no_others()
    {
        var (mine, other) = (Guid.NewGuid(), Guid.NewGuid());
        var (submission, task) = await AddCaseAsync(mine);
        await AddCaseAsync(other);
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.Nothing with { Packages = [mine] }, default);
        string[] subjects = [mine.ToString(), submission.ToString(), task.ToString()];
        Assert.That(await session.Rows.AuditEntries.Select(e => e.SubjectId).ToListAsync(), Is.EquivalentTo(subjects));
        Assert.That(await session.Rows.AuditEntries.IgnoreQueryFilters().Select(e => e.SubjectId).ToListAsync(), Is.EquivalentTo(subjects));
        Assert.That(await session.Rows.AuditDetails.CountAsync(), Is.EqualTo(3));
        Assert.That(await session.Rows.Tasks.Select(t => t.Id).ToListAsync(), Is.EqualTo(new[] { task }));
        Assert.That(await session.Rows.Tasks.IgnoreQueryFilters().Select(t => t.Id).ToListAsync(), Is.EqualTo(new[] { task }));
    }

    private async Task<(Guid Submission, Guid Task)> AddCaseAsync(Guid package)
    {
        var (submission, task) = (await AddSubmissionAsync(First), Guid.NewGuid());
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        (await session.Rows.Submissions.SingleAsync(s => s.Id == submission)).PackageId = package;
        session.Rows.Tasks.Add(new Model.PreservationTask
        {
            Id = task, Kind = "approval", State = Model.TaskState.Done, Role = Model.Role.Approver, AgencyId = First, SubmissionId = submission, Subject = "Hồ sơ", CreatedAt = session.Now,
        });
        session.Audit(null, First, "package.preserved", "package", package.ToString(), new { });
        session.Audit(Person, First, "task.decide", "task", task.ToString(), new { });
        await session.CommitAsync(default);
        return (submission, task);
    }
}
