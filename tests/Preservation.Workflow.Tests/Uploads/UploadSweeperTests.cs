using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Tests.Uploads;

internal sealed class UploadSweeperTests : UploadFixture
{
    [Test]
    public async Task An_upload_in_which_nothing_comes_any_more_ends_and_frees_its_bytes()
    {
        var (quiet, alive) = (await OpenAsync(10), await OpenAsync(10));
        await AppendAsync(quiet, 0, [1, 2]);
        Clock.Advance(TimeSpan.FromDays(6));
        await AppendAsync(alive, 0, [1]);
        Assert.That(await Sweeper.RunAsync(default), Is.Zero);
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.That((await FindAsync(quiet)).State, Is.EqualTo(UploadState.Expired), "before any sweeper came");
        Assert.That(await Sweeper.RunAsync(default), Is.EqualTo(1));
        Assert.That((File.Exists(PathOf(quiet)), File.Exists(PathOf(alive))), Is.EqualTo((false, true)));
        Assert.That((await FindAsync(quiet)).State, Is.EqualTo(UploadState.Expired));
        Clock.Advance(TimeSpan.FromDays(7.1));
        await Sweeper.RunAsync(default);
        Assert.That(await Register.FindAsync(Scope, Person, quiet.Id, default), Is.Null, "a week later it is forgotten");
    }

    [Test]
    public async Task Bytes_that_no_row_names_go_after_a_day_and_those_being_written_are_left_alone()
    {
        var (ended, orphan) = (await OpenAsync(10), Guid.NewGuid());
        await AppendAsync(ended, 0, [1, 2]);
        await File.WriteAllTextAsync(Path.Join(Folder, "staging", "uploads", orphan.ToString("N")), "x");
        File.SetLastWriteTimeUtc(Path.Join(Folder, "staging", "uploads", orphan.ToString("N")), Clock.GetUtcNow().UtcDateTime);
        Assert.That(await Register.EndAsync(Scope, ended.Id, UploadState.Terminated, default), Is.True);
        Assert.That(await Register.EndAsync(Scope, ended.Id, UploadState.Expired, default), Is.False);
        using (Parts.TryOpen(ended.Id))
        {
            await Sweeper.RunAsync(default);
            Assert.That(Parts.All().Select(p => p.Id), Is.EquivalentTo(new[] { ended.Id, orphan }));
        }
        Clock.Advance(TimeSpan.FromHours(25));
        await Sweeper.RunAsync(default);
        Assert.That(Parts.All(), Is.Empty);
    }

    [Test]
    public async Task Ten_thousand_abandoned_uploads_are_swept_at_once()
    {
        await using (var session = await BeginAsync())
        {
            await using var fill = session.Command("""
                INSERT INTO upload (id, agency_id, created_by, state, file_name, metadata, length, received, created_at, expires_at)
                SELECT gen_random_uuid(), $1, $2, 'Open', 'x', '', 1, 0, $3, $3 + interval '1 day' FROM generate_series(1, 10000)
                """, Agency, Person, session.Now);
            await fill.ExecuteNonQueryAsync();
            await session.CommitAsync(default);
        }
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.That(await Sweeper.RunAsync(default), Is.EqualTo(10_000));
        Clock.Advance(TimeSpan.FromDays(8));
        await Sweeper.RunAsync(default);
        await using var after = await BeginAsync();
        Assert.That(await after.Rows.Uploads.CountAsync(), Is.Zero);
    }
}
