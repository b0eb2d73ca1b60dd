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
}
