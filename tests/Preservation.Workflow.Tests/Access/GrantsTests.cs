using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Tests.Access;

/// <summary>Who gets a role, who does not, and who is told.</summary>
internal sealed class GrantsTests : AccessFixture
{
    [Test]
    public async Task A_role_that_must_be_kept_apart_is_refused_while_the_other_is_held_and_not_before_or_after()
    {
        var now = Clock.GetUtcNow();
        IdOf(await GiveAsync(Person, Role.Producer, now, now.AddDays(10)));
        Assert.That(await GiveAsync(Person, Role.Approver), Is.EqualTo(new RightsOutcome.Refused(RightsRefusal.DutiesKeptApart, Role.Producer)));
        Assert.That(await GiveAsync(Person, Role.Approver, now.AddDays(9), now.AddDays(20)), Is.InstanceOf<RightsOutcome.Refused>(), "a day together is too much");
        Assert.That(await GiveAsync(Person, Role.Approver, now.AddDays(10)), Is.InstanceOf<RightsOutcome.Done>());
        Assert.That(await GiveAsync(Person, Role.Producer, now.AddDays(30)), Is.EqualTo(new RightsOutcome.Refused(RightsRefusal.DutiesKeptApart, Role.Approver)), "one that begins later counts");
    }

    [Test]
    public async Task Two_requests_at_once_do_not_combine_what_one_could_not()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => GiveAsync(Person, i % 2 == 0 ? Role.Producer : Role.Approver)));
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.RoleGrants.Where(g => g.PrincipalId == Person).Select(g => g.Role).Distinct().ToListAsync()), Has.Count.EqualTo(1));
        Assert.That(outcomes.Count(o => o is RightsOutcome.Done), Is.EqualTo(3));
    }

    [Test]
    public async Task Nobody_gives_rights_to_himself_and_a_human_beings_role_goes_to_no_program()
    {
        var own = await AddAsync("kịch bản của quản trị", PrincipalKind.System, Administrator.PrincipalId);
        var program = await AddAsync("hệ thống nộp", PrincipalKind.System);
        Assert.That(await GiveAsync(Administrator.PrincipalId, Role.Producer), Is.EqualTo(new RightsOutcome.Refused(RightsRefusal.OwnRights)));
        Assert.That(await GiveAsync(own, Role.Producer), Is.EqualTo(new RightsOutcome.Refused(RightsRefusal.OwnRights)));
        Assert.That(await GiveAsync(program, Role.Approver), Is.EqualTo(new RightsOutcome.Refused(RightsRefusal.NotForPrograms)));
        Assert.That(await GiveAsync(program, Role.Producer), Is.InstanceOf<RightsOutcome.Done>());
    }

    [Test]
    public async Task A_mandate_ends_at_its_instant_by_itself_and_a_second_later_it_is_gone()
    {
        var auditor = await AddAsync("Đỗ Thu Hà");
        var key = await KeyOfAsync(auditor);
        IdOf(await GiveAsync(auditor, Role.Auditor, until: Clock.GetUtcNow().AddHours(1)));
        Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.That((await Callers.FindAsync(key, default))!.Has(Role.Auditor), Is.True);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await Callers.FindAsync(key, default))!.Has(Role.Auditor), Is.False);
    }

    [Test]
    public async Task Terms_that_cannot_be_used_are_refused_by_name()
    {
        var now = Clock.GetUtcNow();
        foreach (var (terms, field) in new (GrantTerms, string)[]
        {
            (new(Role.Reader, GrantScope.Everything, " "), "basis"), (new(Role.Reader, GrantScope.Everything, "x", ValidUntil: now), "validUntil"), (new(Role.Reader, GrantScope.Everything, "x", ValidFrom: now.AddDays(2), ValidUntil: now.AddDays(1)), "validUntil"),
            (new(Role.Reader, GrantScope.Everything, "x", AgencyId: Agency), "scope"), (new(Role.Reader, GrantScope.Agency, "x"), "scope"), (new(Role.Reader, GrantScope.Agency, "x", AgencyId: Guid.NewGuid()), "agencyId"),
            (new(Role.Reader, GrantScope.Fonds, "x", FondsId: Guid.NewGuid()), "fondsId"), (new(Role.Reader, GrantScope.Case, "x", PackageId: Guid.NewGuid()), "packageId"),
        })
            Assert.That((await ChangeAsync(s => Grants.GiveAsync(s, Administrator, Person, terms, default)) as RightsOutcome.Invalid)?.Field, Is.EqualTo(field));
        Assert.That(await GiveAsync(Guid.NewGuid(), Role.Reader), Is.InstanceOf<RightsOutcome.NotFound>());
    }

    [Test]
    public async Task Each_change_is_told_to_the_person_and_to_the_other_administrators_until_they_confirm()
    {
        var other = await AddWithRoleAsync("Lê Thị Quỳnh", Role.Administrator);
        var grant = IdOf(await GiveAsync(Person, Role.Reader));
        IdOf(await ChangeAsync(s => Grants.EndAsync(s, Administrator, Person, grant, default)));
        IdOf(await ChangeAsync(s => People.DisableAsync(s, Administrator, Person, "nghỉ việc", default)));
        IdOf(await ChangeAsync(s => People.EnableAsync(s, Administrator, Person, default)));
        RightsChange[] changes = [RightsChange.GrantGiven, RightsChange.GrantEnded, RightsChange.Disabled, RightsChange.Enabled];
        await using var session = await BeginAsync();
        var told = await session.Rows.RightsNotices.AsNoTracking().ToListAsync();
        foreach (var who in new[] { Person, other.PrincipalId }) Assert.That(told.Where(n => n.PrincipalId == who).Select(n => n.Change), Is.EquivalentTo(changes));
        Assert.That(told.Where(n => n.PrincipalId == Administrator.PrincipalId), Is.Empty, "who did it knows");
        var first = told.First(n => n.PrincipalId == other.PrincipalId);
        Assert.That(await RightsNotices.ConfirmAsync(session, Administrator, first.Id, default), Is.False, "nobody confirms for another");
        Assert.That(await RightsNotices.ConfirmAsync(session, other, first.Id, default), Is.True);
        Assert.That(await RightsNotices.ConfirmAsync(session, other, first.Id, default), Is.False);
    }

    [Test]
    public async Task The_last_administrator_can_neither_be_ended_nor_switched_off()
    {
        var other = await AddWithRoleAsync("Lê Thị Quỳnh", Role.Administrator);
        await using (var session = await BeginAsync())
            Assert.That(await People.IsLastAdministratorAsync(session, other.PrincipalId, default), Is.False);
        IdOf(await ChangeAsync(s => People.DisableAsync(s, Administrator, other.PrincipalId, "nghỉ phép", default)));
        Assert.That(await ChangeAsync(s => People.DisableAsync(s, other, Administrator.PrincipalId, "x", default)), Is.EqualTo(new RightsOutcome.Refused(RightsRefusal.LastAdministrator)));
        Assert.That(await ChangeAsync(s => Grants.EndAsync(s, other, Administrator.PrincipalId, Administrator.Grants[0].Id, default)), Is.EqualTo(new RightsOutcome.Refused(RightsRefusal.LastAdministrator)));
    }

    [Test]
    public async Task Who_is_answerable_for_a_program_does_not_approve_what_it_sent()
    {
        var program = await AddAsync("hệ thống nộp", PrincipalKind.System, Person);
        var approver = await AddWithRoleAsync("Trần Quốc Bảo", Role.Approver);
        var submission = await AddSubmissionAsync(SubmissionState.AwaitingApproval, s => s.SubmittedBy = program);
        await using var session = await BeginAsync();
        Assert.That(await Decisions.ApproveAsync(session, approver with { PrincipalId = Person }, submission, default), Is.EqualTo(DecisionOutcome.OwnSubmission));
        Assert.That(await Decisions.ApproveAsync(session, approver, submission, default), Is.EqualTo(DecisionOutcome.Done));
    }
}
