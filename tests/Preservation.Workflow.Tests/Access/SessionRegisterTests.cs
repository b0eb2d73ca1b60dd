using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.Tests.Access;

/// <summary>Sessions that rest, last too long, are too many, or whose person is not let in any more; and accounts that nobody uses.</summary>
internal sealed class SessionRegisterTests : AccessFixture
{
    [Test]
    public async Task A_session_in_use_goes_on_until_the_longest_time_and_one_that_rests_ends_for_good()
    {
        var officer = await AddWithRoleAsync("Lê Minh Châu", Role.PreservationOfficer);
        var resting = await Register.BeginAsync(officer, default);
        var used = await Register.BeginAsync(officer, default);
        for (var passed = TimeSpan.Zero; passed < PeopleTerms.SessionAtMost - TimeSpan.FromMinutes(14); passed += TimeSpan.FromMinutes(14))
        {
            Clock.Advance(TimeSpan.FromMinutes(14));
            Assert.That(await Register.ResumeAsync(used, default), Is.Not.Null);
            if (passed == TimeSpan.FromMinutes(14)) Assert.That(await Register.ResumeAsync(resting, default), Is.Null, "15 minutes are over");
        }
        Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.That(await Register.ResumeAsync(used, default), Is.Null);
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.PageSessions.OrderBy(s => s.EndedAt).Select(s => s.EndReason).ToListAsync(), Is.EqualTo(new[] { "rested", "tooLong" }));
    }

    [Test]
    public async Task An_administrators_session_rests_five_minutes()
    {
        var id = await Register.BeginAsync(Administrator, default);
        Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.That(await Register.ResumeAsync(id, default), Is.Not.Null);
        Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That(await Register.ResumeAsync(id, default), Is.Null);
    }

    [Test]
    public async Task A_person_has_three_sessions_and_a_fourth_ends_the_oldest_even_when_all_begin_at_once()
    {
        var first = await Register.BeginAsync(Administrator, default);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var more = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Register.BeginAsync(Administrator, default)));
        Assert.That(await Register.ResumeAsync(first, default), Is.Null);
        foreach (var id in more) Assert.That(await Register.ResumeAsync(id, default), Is.Not.Null);
    }

    [Test]
    public async Task Signing_out_switching_off_and_revoking_end_sessions_at_once()
    {
        var auditor = await AddWithRoleAsync("Đỗ Thu Hà", Role.Auditor);
        var signedOut = await Register.BeginAsync(auditor, default);
        await Register.SignOutAsync(signedOut, default);
        Assert.That(await Register.ResumeAsync(signedOut, default), Is.Null);
        var off = await Register.BeginAsync(auditor, default);
        IdOf(await ChangeAsync(s => People.DisableAsync(s, Administrator, auditor.PrincipalId, "nghỉ việc", default)));
        Assert.That(await Register.ResumeAsync(off, default), Is.Null);
        IdOf(await ChangeAsync(s => People.EnableAsync(s, Administrator, auditor.PrincipalId, default)));
        Assert.That(await Register.ResumeAsync(off, default), Is.Null, "what ended does not come back");
        var revoked = await Register.BeginAsync(auditor, default);
        IdOf(await ChangeAsync(s => Credentials.RevokeAsync(s, Administrator, auditor.PrincipalId, auditor.CredentialId, default)));
        Assert.That(await Register.ResumeAsync(revoked, default), Is.Null);
    }

    [Test]
    public async Task Whoever_does_not_come_for_45_days_is_switched_off_but_for_programs_and_the_last_administrator()
    {
        var auditor = await AddWithRoleAsync("Đỗ Thu Hà", Role.Auditor);
        var comes = await KeyOfAsync(await AddAsync("Người hay đến"));
        var program = await AddAsync("hệ thống nộp", PrincipalKind.System);
        var open = await Register.BeginAsync(auditor, default);
        await Keeper.RunAsync(default);
        Clock.Advance(TimeSpan.FromDays(44));
        await Callers.FindAsync(comes, default);
        await Keeper.RunAsync(default);
        await using (var session = await BeginAsync()) Assert.That(await session.Rows.Principals.CountAsync(p => p.DisabledAt != null), Is.Zero);
        Clock.Advance(TimeSpan.FromDays(1));
        await Keeper.RunAsync(default);
        await Keeper.RunAsync(default);
        await using (var session = await BeginAsync())
        {
            var off = await session.Rows.Principals.Where(p => p.DisabledAt != null).Select(p => p.Id).ToListAsync();
            Assert.That(off, Is.EquivalentTo(new[] { auditor.PrincipalId, Person }));
            Assert.That(off, Has.None.EqualTo(program));
            Assert.That(await session.Rows.RightsNotices.CountAsync(n => n.AboutId == auditor.PrincipalId && n.PrincipalId == Administrator.PrincipalId && n.Change == RightsChange.Disabled && n.MadeBy == null), Is.EqualTo(1));
        }
        Assert.That(await Register.ResumeAsync(open, default), Is.Null);
        IdOf(await ChangeAsync(s => People.EnableAsync(s, Administrator, auditor.PrincipalId, default)));
        await Keeper.RunAsync(default);
        await using (var session = await BeginAsync()) Assert.That((await session.Rows.Principals.SingleAsync(p => p.Id == auditor.PrincipalId)).DisabledAt, Is.Null, "idle days are counted anew");
    }
}
