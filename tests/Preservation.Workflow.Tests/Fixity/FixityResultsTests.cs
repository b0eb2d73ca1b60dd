using Microsoft.EntityFrameworkCore;
using Npgsql;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Fixity;

namespace Preservation.Workflow.Tests.Fixity;

internal sealed class FixityResultsTests : CopiesFixture
{
    [Test]
    public async Task Results_lie_in_their_month_which_is_made_ahead()
    {
        await AddObjectAsync();
        await Runner.ScheduleAsync(default);
        await RunAsync();
        Assert.That(await PartitionsAsync(), Is.EqualTo(new[] { "fixity_result_202603", "fixity_result_202604", "fixity_result_202605", "fixity_result_rest" }));
        Assert.That(await CountAsync("fixity_result_202603"), Is.EqualTo(2));
        await Runner.ScheduleAsync(default);
        Assert.That(await PartitionsAsync(), Has.Count.EqualTo(4), "making them again changes nothing");
    }

    [Test]
    public async Task A_result_whose_month_nobody_made_is_kept_and_taken_over()
    {
        await AddObjectAsync();
        await RunAsync();
        Assert.That(await CountAsync("fixity_result_rest"), Is.EqualTo(2));
        await FixityResults.KeepAsync(Database.Sessions, 36, default);
        Assert.That((await CountAsync("fixity_result_rest"), await CountAsync("fixity_result_202603")), Is.EqualTo((0L, 2L)));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.FixityResults.CountAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_month_that_is_over_is_summarised_and_dropped_and_not_earlier_than_asked()
    {
        await AddObjectAsync(100);
        await Runner.ScheduleAsync(default);
        await RunAsync();
        Clock.Advance(TimeSpan.FromDays(7 * 30));
        await FixityResults.KeepAsync(Database.Sessions, 7, default);
        Assert.That(await PartitionsAsync(), Does.Contain("fixity_result_202603"));
        Clock.Advance(TimeSpan.FromDays(40));
        await FixityResults.KeepAsync(Database.Sessions, 7, default);
        Assert.That(await PartitionsAsync(), Does.Not.Contain("fixity_result_202603"));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.FixitySummaries.OrderBy(s => s.Store).Select(s => new { s.Month, s.Store, s.Outcome, s.Copies, s.Keys, s.Bytes }).ToListAsync(), Is.EqualTo(new[]
        {
            new { Month = new DateOnly(2026, 3, 1), Store = "first", Outcome = FixityOutcome.Ok, Copies = 1L, Keys = 1L, Bytes = 100L }, new { Month = new DateOnly(2026, 3, 1), Store = "second", Outcome = FixityOutcome.Ok, Copies = 1L, Keys = 1L, Bytes = 100L },
        }));
        Assert.That(await session.Rows.FixityResults.AnyAsync(), Is.False);
    }

    [Test]
    public async Task The_application_can_neither_change_nor_delete_results_nor_retire_half_a_year()
    {
        await AddObjectAsync();
        await Runner.ScheduleAsync(default);
        await RunAsync();
        await using var session = await BeginAsync();
        await using (var retire = session.Command("SELECT fixity_result_retire('2026-03-01', '2026-09-30')")) Assert.That(await retire.ExecuteScalarAsync(), Is.False);
        foreach (var sql in (string[])["UPDATE fixity_result SET outcome = 'Ok'", "DELETE FROM fixity_result", "SELECT * FROM parts.fixity_result_202603"])
        {
            await using var other = await BeginAsync();
            await using var command = other.Command(sql);
            Assert.That(async () => await command.ExecuteNonQueryAsync(), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege), sql);
        }
    }

    [Test]
    public async Task What_stays_as_bad_as_it_was_is_written_once_and_its_end_is_an_event()
    {
        var id = await AddObjectAsync();
        foreach (var store in StoreNames) Write(store, KeyOf(id), [1]);
        await RunAsync();
        await RunAsync();
        await using (var session = await BeginAsync())
        {
            Assert.That(await session.Rows.FixityProblems.CountAsync(), Is.EqualTo(2), "one a store");
            Assert.That(await session.Rows.PremisEvents.CountAsync(e => e.Type == "fixity check"), Is.EqualTo(2));
            Assert.That(await session.Rows.FixityResults.CountAsync(), Is.EqualTo(4), "every reading is a result");
        }
    }

    private async Task<List<string>> PartitionsAsync()
    {
        await using var session = await BeginAsync();
        await using var command = session.Command("SELECT relname::text FROM pg_class WHERE relnamespace = 'parts'::regnamespace AND relkind = 'r' ORDER BY 1");
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync()) names.Add(reader.GetString(0));
        return names;
    }

    private async Task<long> CountAsync(string partition)
    {
        await using var source = NpgsqlDataSource.Create(Database.Owner);
        await using var command = source.CreateCommand($"SELECT count(*) FROM parts.{partition}");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
