using Npgsql;
using Preservation.Workflow.Changes;

namespace Preservation.Workflow.Tests.Changes;

/// <summary>What an agency is told of, from a cursor on: everything of its own, once, in order, whoever writes at the same time.</summary>
internal sealed class ChangeFeedTests : ChangeFixture
{
    private static string[] Subjects(ChangePage page) => [.. page.Items.Select(c => c.SubjectId)];

    [Test]
    public async Task The_database_feeds_the_types_that_the_service_names()
    {
        await using var session = await BeginAsync();
        await using var command = session.Command("SELECT change_types()");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(ChangeTypes.All.ToArray()));
        Assert.That(ChangeTypes.All, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
    }

    [Test]
    public async Task A_change_is_told_when_it_is_sealed_with_what_makes_its_reader_a_witness()
    {
        await HappenAsync("agreement.create", "a");
        Assert.That((await ReadAsync()).Items, Is.Empty);
        await SealAsync();
        var page = await ReadAsync();
        var change = page.Items.Single();
        Assert.Multiple(() =>
        {
            Assert.That((change.Sequence, change.Type, change.AgencyId, change.SubjectKind, change.SubjectId, change.State), Is.EqualTo((0L, "agreement.create", Agency, "agreement", "a", "done")));
            Assert.That(change.LeafHash, Has.Length.EqualTo(64));
            Assert.That((page.Cursor, page.HasMore), Is.EqualTo((0L, false)));
        });
    }

    [Test]
    public async Task What_was_begun_before_and_committed_after_a_cursor_was_handed_out_comes_behind_it()
    {
        await using var slow = await BeginAsync();
        slow.Audit(null, Agency, "agreement.create", "agreement", "slow", new { });
        await slow.FlushAsync(default); // has its number now, lower than the next one's
        await HappenAsync("agreement.create", "fast");
        await SealAsync();
        var first = await ReadAsync();
        await slow.CommitAsync(default);
        await SealAsync();
        Assert.That(Subjects(first), Is.EqualTo(new[] { "fast" }));
        Assert.That(Subjects(await ReadAsync(first.Cursor)), Is.EqualTo(new[] { "slow" }));
    }

    [Test]
    public async Task A_reader_beside_eight_writers_sees_each_change_once_and_in_order()
    {
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++) await HappenAsync("agreement.version", $"{w}/{i:00}");
        })));
        var seen = new List<ChangeView>();
        var cursor = -1L;
        for (var isLast = false; !isLast;)
        {
            isLast = writing.IsCompleted;
            await SealAsync();
            for (var page = await ReadAsync(cursor, most: 7); ; page = await ReadAsync(cursor, most: 7))
            {
                seen.AddRange(page.Items);
                cursor = page.Cursor;
                if (!page.HasMore) break;
            }
        }
        await writing;
        Assert.That(seen.Select(c => c.SubjectId).Order(StringComparer.Ordinal), Is.EqualTo(from w in Enumerable.Range(0, 8) from i in Enumerable.Range(0, 25) select $"{w}/{i:00}"));
        Assert.That(seen.Select(c => c.Sequence), Is.Ordered.And.Unique);
    }

    [Test]
    public async Task Nobody_is_told_of_another_agency_whatever_the_cursor_and_the_question()
    {
        foreach (var subject in new[] { "1", "2", "3", "4" }) await HappenAsync("agreement.create", subject, subject is "1" or "3" ? Other : Agency);
        await SealAsync();
        var others = await ReadAsync(room: Other);
        Assert.That(Subjects(others), Is.EqualTo(new[] { "1", "3" }));
        Assert.That(Subjects(await ReadAsync()), Is.EqualTo(new[] { "2", "4" }));
        Assert.That(Subjects(await ReadAsync(others.Items[0].Sequence)), Is.EqualTo(new[] { "2", "4" }), "another's cursor is a place in the log and no more");
        Assert.That((await ReadAsync(agency: Other)).Items, Is.Empty);
        Assert.That(Subjects(await ReadAsync(room: [Agency, Other], agency: Other)), Is.EqualTo(new[] { "1", "3" }));
    }

    [Test]
    public async Task Pages_and_types_narrow_and_lose_nothing()
    {
        foreach (var type in new[] { "round.open", "hold.place", "round.open", "file.read", "round.open" }) await HappenAsync(type, type);
        await SealAsync();
        var first = await ReadAsync(types: ["round.open"], most: 2);
        var second = await ReadAsync(first.Cursor, types: ["round.open"], most: 2);
        Assert.That((first.Items.Count, first.HasMore, second.Items.Count, second.HasMore), Is.EqualTo((2, true, 1, false)));
        Assert.That((await ReadAsync()).Items, Has.Count.EqualTo(4), "that somebody read a file is not told");
    }

    [Test]
    public async Task The_feed_is_made_again_from_the_log_as_it_was()
    {
        foreach (var subject in new[] { "1", "2", "3" }) await HappenAsync("agreement.create", subject);
        await SealAsync();
        var before = await ReadAsync();
        await using var source = NpgsqlDataSource.Create(Database.Owner);
        await using (var command = source.CreateCommand("TRUNCATE change; SELECT refill_changes(); SELECT refill_changes()")) await command.ExecuteNonQueryAsync();
        Assert.That((await ReadAsync()).Items, Is.EqualTo(before.Items));
    }
}
