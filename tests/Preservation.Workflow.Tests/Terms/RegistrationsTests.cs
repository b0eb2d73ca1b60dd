using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Options;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Tests.Terms;

/// <summary>From a request to rounds, what comes in them, and what is told of when a term ends.</summary>
internal sealed class RegistrationsTests : WorkflowFixture
{
    private static readonly IOptions<PreservationOptions> Settings = Microsoft.Extensions.Options.Options.Create(new PreservationOptions());
    private static readonly DateOnly Today = new(2026, 3, 1);

    private readonly TermsCalendar _calendar = new(Settings);
    private Guid _approver;

    private Registrations Room => new(_calendar, Settings);

    private Deadlines Due => new(Database.Sessions, _calendar, Settings);

    private Caller Sender => new(Person, PrincipalKind.Person, "Nguyễn Văn A", Agency, ImmutableArray<RoleGrant>.Empty);

    private Caller Approver => new(_approver, PrincipalKind.Person, "Trần Thị B", null, ImmutableArray<RoleGrant>.Empty);

    [SetUp]
    public async Task AddPeople()
    {
        await using var session = await BeginAsync();
        _approver = Guid.NewGuid();
        session.Rows.Principals.Add(new Principal { Id = _approver, Kind = PrincipalKind.Person, Name = "Trần Thị B", ValidFrom = session.Now, CreatedAt = session.Now });
        session.Rows.AgencyCodes.Add(new AgencyCode { Id = Guid.NewGuid(), AgencyId = Agency, Code = "H99.1", ValidFrom = new DateOnly(2020, 1, 1) });
        await session.CommitAsync(default);
    }

    private async Task<Registration> RequestAsync(int packages = 2)
    {
        await using var session = await BeginAsync();
        var made = await Room.RequestAsync(session, Sender, new RegistrationRequest("A", null, 2026, "Hồ sơ năm 2025", packages, null, Today), default);
        await session.CommitAsync(default);
        return made!;
    }

    private async Task<RegistrationOutcome> DoAsync(Func<CatalogueSession, Task<RegistrationOutcome>> step)
    {
        await using var session = await BeginAsync();
        var outcome = await step(session);
        if (outcome == RegistrationOutcome.Done) await session.CommitAsync(default);
        return outcome;
    }

    private Task<RegistrationOutcome> AcceptAsync(Registration r) => DoAsync(s => Registrations.AnswerAsync(s, Approver, r.Id, true, null, default));

    private Task<RegistrationOutcome> OpenAsync(Registration r, int from, int until, int packages = 2) =>
        DoAsync(async s => (await Registrations.OpenRoundAsync(s, Approver, r.Id, Today.AddDays(from), Today.AddDays(until), packages, default)).Outcome);

    private async Task<(Guid? Round, string[] Codes)> JudgeAsync(string? code, bool isRequired = false, DateTimeOffset? receivedAt = null)
    {
        var id = await AddSubmissionAsync(change: s => (s.RegistrationCode, s.ReceivedAt) = (code, receivedAt ?? s.ReceivedAt));
        await using var session = await BeginAsync();
        var (round, findings) = await RegistrationCheck.JudgeAsync(session, await session.Rows.Submissions.SingleAsync(s => s.Id == id), null, isRequired, default);
        return (round, [.. findings.Select(f => f.Rule.Code)]);
    }

    [Test]
    public async Task A_request_gets_a_code_seven_working_days_and_a_task()
    {
        var (first, second) = (await RequestAsync(), await RequestAsync());
        await using var session = await BeginAsync();
        var task = await session.Rows.Tasks.SingleAsync(t => t.Subject == first.Code);
        Assert.Multiple(() =>
        {
            Assert.That((first.Code, second.Code), Is.EqualTo(("NL.H99.1.2026.01", "NL.H99.1.2026.02")));
            Assert.That(first.AnswerDue, Is.EqualTo(new DateOnly(2026, 3, 10)), "1 March is a Sunday");
            Assert.That((task.Role, task.State, task.DueAt), Is.EqualTo((Role.Approver, TaskState.Open, (DateTimeOffset?)new DateTimeOffset(2026, 3, 10, 17, 0, 0, TimeSpan.Zero))));
        });
    }

    [Test]
    public async Task Another_person_answers_once_and_the_task_ends()
    {
        var made = await RequestAsync();
        Assert.That(await DoAsync(s => Registrations.AnswerAsync(s, Sender, made.Id, true, null, default)), Is.EqualTo(RegistrationOutcome.OwnRequest));
        Assert.That(await AcceptAsync(made), Is.EqualTo(RegistrationOutcome.Done));
        Assert.That(await DoAsync(s => Registrations.AnswerAsync(s, Approver, made.Id, false, "không", default)), Is.EqualTo(RegistrationOutcome.NotNow));
        Assert.That(await DoAsync(s => Registrations.WithdrawAsync(s, Sender, made.Id, "nhầm", default)), Is.EqualTo(RegistrationOutcome.NotNow));
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.Tasks.SingleAsync()).State, Is.EqualTo(TaskState.Done));
        Assert.That(await session.Rows.AuditEntries.Where(e => e.SubjectKind == "registration").OrderBy(e => e.Id).Select(e => e.Action).ToListAsync(), Is.EqualTo(new[] { "registration.request", "registration.accepted" }));
    }

    [Test]
    public async Task Two_answers_at_once_leave_one()
    {
        var made = await RequestAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => DoAsync(s => Registrations.AnswerAsync(s, Approver, made.Id, i % 2 == 0, "lý do", default))));
        Assert.That(outcomes.Count(o => o == RegistrationOutcome.Done), Is.EqualTo(1));
    }

    [Test]
    public async Task Rounds_are_numbered_and_share_no_day()
    {
        var made = await RequestAsync();
        Assert.That(await OpenAsync(made, 0, 5), Is.EqualTo(RegistrationOutcome.NotNow), "not accepted yet");
        await AcceptAsync(made);
        Assert.That(await OpenAsync(made, 0, 5), Is.EqualTo(RegistrationOutcome.Done));
        Assert.That(await OpenAsync(made, 5, 9), Is.EqualTo(RegistrationOutcome.NotNow));
        Assert.That(await OpenAsync(made, 6, 9), Is.EqualTo(RegistrationOutcome.Done));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.RegistrationRounds.OrderBy(o => o.Number).Select(o => o.Number).ToListAsync(), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task A_package_comes_in_the_round_of_its_day()
    {
        var made = await RequestAsync();
        Assert.That((await JudgeAsync(made.Code)).Codes, Is.EqualTo(new[] { "VN-C17-NOT-ACCEPTED" }));
        await AcceptAsync(made);
        Assert.That((await JudgeAsync(made.Code)).Codes, Is.EqualTo(new[] { "VN-C17-NO-ROUND" }));
        await OpenAsync(made, 0, 1);
        await OpenAsync(made, 2, 3);
        var first = await JudgeAsync(made.Code);
        var second = await JudgeAsync($" {made.Code} ", receivedAt: Clock.GetUtcNow().AddDays(2));
        Assert.Multiple(() =>
        {
            Assert.That(first.Codes, Is.Empty);
            Assert.That(second.Codes, Is.Empty);
            Assert.That(first.Round, Is.Not.Null.And.Not.EqualTo(second.Round));
        });
    }

    [Test]
    public async Task A_round_that_was_closed_takes_what_came_before_and_nothing_after()
    {
        var made = await RequestAsync();
        await AcceptAsync(made);
        await OpenAsync(made, 0, 9);
        var before = Clock.GetUtcNow();
        Clock.Advance(TimeSpan.FromHours(1));
        await DoAsync(s => Registrations.CloseRoundAsync(s, Approver, made.Id, 1, default));
        Assert.That((await JudgeAsync(made.Code, receivedAt: before)).Codes, Is.Empty);
        Assert.That((await JudgeAsync(made.Code, receivedAt: Clock.GetUtcNow().AddHours(1))).Codes, Is.EqualTo(new[] { "VN-C17-NO-ROUND" }));
        Assert.That(await DoAsync(s => Registrations.CloseAsync(s, Approver, made.Id, default)), Is.EqualTo(RegistrationOutcome.Done));
        Assert.That((await JudgeAsync(made.Code)).Codes, Is.EqualTo(new[] { "VN-C17-NOT-ACCEPTED" }));
    }

    [TestCase(null, false, new string[0])]
    [TestCase(null, true, new[] { "VN-C17-UNREGISTERED" })]
    [TestCase("NL.9", false, new[] { "VN-C17-UNCHECKED" })]
    [TestCase("NL.9", true, new[] { "VN-C17-UNREGISTERED" })]
    public async Task Without_a_registration_the_agreement_decides(string? code, bool isRequired, string[] expected) => Assert.That((await JudgeAsync(code, isRequired)).Codes, Is.EqualTo(expected));

    [Test]
    public async Task Anothers_registration_is_none()
    {
        var made = await RequestAsync();
        await AcceptAsync(made);
        await OpenAsync(made, 0, 1);
        var other = Guid.NewGuid();
        await using (var session = await BeginAsync())
        {
            session.Rows.Agencies.Add(new Agency { Id = other, Name = "Sở khác", Kind = AgencyKind.Submitting, CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        var id = await AddSubmissionAsync(change: s => (s.AgencyId, s.RegistrationCode) = (other, made.Code));
        await using var reading = await BeginAsync();
        var (round, findings) = await RegistrationCheck.JudgeAsync(reading, await reading.Rows.Submissions.SingleAsync(s => s.Id == id), null, true, default);
        Assert.That((round, findings.Select(f => f.Rule.Code).Single()), Is.EqualTo(((Guid?)null, "VN-C17-UNREGISTERED")));
    }

    [Test]
    public async Task Deadlines_come_the_most_urgent_first_and_say_what_is_overdue()
    {
        var waiting = await RequestAsync();
        var open = await RequestAsync(5);
        await AcceptAsync(open);
        await OpenAsync(open, 0, 20, 5);
        await AddSubmissionAsync(SubmissionState.AwaitingApproval, s => (s.ReceivedAt, s.Title) = (s.ReceivedAt.AddDays(-61), "Hồ sơ cũ"));
        await using var session = await BeginAsync();
        var all = await Due.ListAsync(session, default);
        Assert.That(all.Select(d => (d.Kind, d.Subject, d.IsOverdue, d.IsSoon)), Is.EqualTo(new[]
        {
            ("processing", "Hồ sơ cũ", true, true), ("registrationAnswer", waiting.Code, false, false), ("roundClosing", open.Code + "/1", false, true),
        }));
        Assert.That((all[2].Planned, all[2].Done), Is.EqualTo(((int?)5, (int?)0)));
    }

    [Test]
    public async Task A_reminder_is_one_task_and_ends_when_its_matter_does()
    {
        var made = await RequestAsync();
        await AcceptAsync(made);
        await OpenAsync(made, 0, 20);
        var late = await AddSubmissionAsync(SubmissionState.AwaitingApproval, s => s.ReceivedAt = s.ReceivedAt.AddDays(-50));
        for (var i = 0; i < 2; i++) await Due.RemindAsync(default);
        Assert.That(await OpenTasksAsync(), Is.EquivalentTo(new[] { ("roundClosing", Role.IngestArchivist), ("processingDue", Role.Approver) }));
        await DoAsync(s => Registrations.CloseRoundAsync(s, Approver, made.Id, 1, default));
        await using (var session = await BeginAsync())
        {
            (await session.Rows.Submissions.SingleAsync(s => s.Id == late)).State = SubmissionState.Returned;
            await session.CommitAsync(default);
        }
        await Due.RemindAsync(default);
        Assert.That(await OpenTasksAsync(), Is.Empty);
    }

    private async Task<List<(string Kind, Role Role)>> OpenTasksAsync()
    {
        await using var session = await BeginAsync();
        return [.. (await session.Rows.Tasks.Where(t => t.State == TaskState.Open).ToListAsync()).Select(t => (t.Kind, t.Role))];
    }
}
