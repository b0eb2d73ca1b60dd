using Microsoft.EntityFrameworkCore;
using Npgsql;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Tasks;
using Preservation.Workflow.Tests.Mail;

namespace Preservation.Workflow.Tests.Tasks;

/// <summary>Tasks go from hand to hand, and each step stays.</summary>
internal sealed class TaskDeskTests : MailFixture
{
    private Guid _first;
    private Guid _second;
    private Guid _elsewhere;

    [SetUp]
    public async Task AddPersons()
    {
        _first = await AddPersonAsync("Người một", Role.IngestArchivist, Agency);
        _second = await AddPersonAsync("Người hai", Role.IngestArchivist);
        _elsewhere = await AddPersonAsync("Người nơi khác", Role.IngestArchivist, Other);
    }

    private async Task<List<(TaskStepKind Kind, Guid? By, Guid? To, string? Words)>> HistoryAsync(Guid task)
    {
        await using var session = await BeginAsync();
        return [.. (await session.Rows.TaskSteps.Where(s => s.TaskId == task).OrderBy(s => s.Ordinal).ToListAsync()).Select(s => (s.Kind, s.PrincipalId, s.AssigneeId, s.Words))];
    }

    private async Task<PreservationTask> TaskAsync(Guid id)
    {
        await using var session = await BeginAsync();
        return await session.Rows.Tasks.SingleAsync(t => t.Id == id);
    }

    [Test]
    public async Task A_task_is_taken_given_noted_moved_given_back_and_decided_and_each_step_stays()
    {
        var task = await AddTaskAsync("việc");
        var due = Clock.GetUtcNow().AddDays(5);
        foreach (var (by, wanted) in new[]
        {
            (_first, new TaskAssignment(_first)),
            (_first, new TaskAssignment(_second, due, "nhờ anh xem giúp", Seen: 1)),
            (_second, new TaskAssignment(_second, Note: "đang xem")),
            (_second, new TaskAssignment(null, Note: "không đủ dữ liệu")),
        })
            Assert.That(await AssignAsync(by, task, wanted), Is.EqualTo(TaskOutcome.Done));
        Assert.That((await TaskAsync(task)).DueAt, Is.EqualTo(due));
        Assert.That(await DecideAsync(_first, task, "đã xử lý", seen: 5), Is.EqualTo(TaskOutcome.Done));
        Assert.That(await HistoryAsync(task), Is.EqualTo(new (TaskStepKind, Guid?, Guid?, string?)[]
        {
            (TaskStepKind.Assigned, _first, _first, null), (TaskStepKind.Assigned, _first, _second, "nhờ anh xem giúp"), (TaskStepKind.DueChanged, _first, null, null),
            (TaskStepKind.Noted, _second, null, "đang xem"), (TaskStepKind.GivenBack, _second, null, "không đủ dữ liệu"), (TaskStepKind.Decided, _first, null, "đã xử lý"),
        }));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.AuditEntries.Where(e => e.SubjectKind == "task").OrderBy(e => e.Id).Select(e => e.Action).ToListAsync(), Is.EqualTo(new[] { "task.assign", "task.assign", "task.assign", "task.assign", "task.decide" }));
        Assert.That(await AssignAsync(_first, task, new TaskAssignment(_first)), Is.EqualTo(TaskOutcome.NotOpen));
    }

    [Test]
    public async Task A_date_that_is_over_or_that_no_calendar_shows_is_refused()
    {
        var task = await AddTaskAsync("việc");
        var now = Clock.GetUtcNow();
        foreach (var due in new[] { now.AddMinutes(-1), now.AddDays(4_000), DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
            Assert.That(await AssignAsync(_first, task, new TaskAssignment(_first, due)), Is.EqualTo(TaskOutcome.NoSuchDate));
        Assert.That((await TaskAsync(task)).DueAt, Is.Null);
        Assert.That(await HistoryAsync(task), Is.Empty);
    }

    [Test]
    public async Task It_is_given_to_nobody_who_could_not_take_it()
    {
        var task = await AddTaskAsync("việc");
        var program = Guid.NewGuid();
        var disabled = await AddPersonAsync("đã nghỉ", Role.IngestArchivist);
        var otherRole = await AddPersonAsync("vai trò khác", Role.Approver);
        await using (var session = await BeginAsync())
        {
            session.Rows.Principals.Add(new Principal { Id = program, Kind = PrincipalKind.System, Name = "chương trình", ValidFrom = session.Now, CreatedAt = session.Now });
            var left = await session.Rows.Principals.SingleAsync(p => p.Id == disabled);
            (left.DisabledAt, left.DisabledReason) = (session.Now, "nghỉ");
            await session.FlushAsync(default);
            session.Rows.RoleGrants.Add(new RoleGrant { Id = Guid.NewGuid(), PrincipalId = program, Role = Role.IngestArchivist, Scope = GrantScope.Everything, ValidFrom = session.Now, Basis = "thử", CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        foreach (var nobody in new[] { _elsewhere, program, disabled, otherRole, Guid.NewGuid() }) Assert.That(await AssignAsync(_first, task, new TaskAssignment(nobody)), Is.EqualTo(TaskOutcome.NoSuchColleague));
        Assert.That(await AssignAsync(_elsewhere, task, new TaskAssignment(_elsewhere)), Is.EqualTo(TaskOutcome.NotFound), "another agency's");
        Assert.That(await AssignAsync(otherRole, task, new TaskAssignment(otherRole)), Is.EqualTo(TaskOutcome.NotFound), "another role's");
        Assert.That((await Desk.ColleaguesAsync(await TaskAsync(task), default)).Select(c => c.Id), Is.EquivalentTo(new[] { _first, _second }));
        Assert.That(await HistoryAsync(task), Is.Empty);
    }

    [Test]
    public async Task Nobody_is_overruled_unseen()
    {
        var task = await AddTaskAsync("việc");
        Assert.That(await AssignAsync(_first, task, new TaskAssignment(_first, Seen: 0)), Is.EqualTo(TaskOutcome.Done));
        Assert.That(await AssignAsync(_second, task, new TaskAssignment(_second)), Is.EqualTo(TaskOutcome.HeldByAnother));
        Assert.That(await AssignAsync(_second, task, new TaskAssignment(_second, Seen: 0)), Is.EqualTo(TaskOutcome.Changed));
        Assert.That(await DecideAsync(_second, task, "x"), Is.EqualTo(TaskOutcome.HeldByAnother));
        Assert.That(await DecideAsync(_first, task, "x", seen: 0), Is.EqualTo(TaskOutcome.Changed));
        Assert.That(await AssignAsync(_first, task, new TaskAssignment(_first)), Is.EqualTo(TaskOutcome.NothingNew));
        Assert.That(await AssignAsync(_second, task, new TaskAssignment(_second, Seen: 1)), Is.EqualTo(TaskOutcome.Done), "having looked");
    }

    [Test]
    public async Task Of_a_decision_and_an_assignment_at_once_one_wins_and_the_other_is_told()
    {
        for (var i = 0; i < 12; i++)
        {
            var task = await AddTaskAsync($"việc {i}");
            var deciding = DecideAsync(_first, task, "xong");
            var taking = AssignAsync(_second, task, new TaskAssignment(_second));
            var outcomes = (await deciding, await taking);
            Assert.That(outcomes, Is.EqualTo((TaskOutcome.Done, TaskOutcome.NotOpen)).Or.EqualTo((TaskOutcome.HeldByAnother, TaskOutcome.Done)));
            Assert.That(await HistoryAsync(task), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task Of_two_who_take_it_at_once_one_has_it()
    {
        var task = await AddTaskAsync("việc");
        var outcomes = await Task.WhenAll(AssignAsync(_first, task, new TaskAssignment(_first)), AssignAsync(_second, task, new TaskAssignment(_second)));
        Assert.That(outcomes, Is.EquivalentTo(new[] { TaskOutcome.Done, TaskOutcome.HeldByAnother }));
        Assert.That((await HistoryAsync(task)).Single().To, Is.EqualTo((await TaskAsync(task)).AssigneeId));
    }

    [Test]
    public async Task What_is_decided_elsewhere_or_ends_by_itself_is_in_the_history_too()
    {
        var submission = await AddSubmissionAsync(SubmissionState.AwaitingApproval);
        var approver = await AddPersonAsync("Người duyệt", Role.Approver);
        var approval = await AddTaskAsync("gói", TaskKinds.Approval, Role.Approver);
        var met = await AddTaskAsync("im lặng", TaskKinds.WorkSilent, Role.PreservationOfficer);
        await using (var session = await BeginAsync())
        {
            (await session.Rows.Tasks.SingleAsync(t => t.Id == approval)).SubmissionId = submission;
            var ended = await session.Rows.Tasks.SingleAsync(t => t.Id == met);
            (ended.State, ended.DecidedAt, ended.Decision) = (TaskState.Done, session.Now, "met");
            await session.CommitAsync(default);
        }
        Assert.That(await AssignAsync(approver, approval, new TaskAssignment(approver)), Is.EqualTo(TaskOutcome.Done));
        Assert.That(await DecideAsync(approver, approval, "x"), Is.EqualTo(TaskOutcome.DecidedElsewhere));
        var caller = await CallerAsync(approver);
        await using (var session = await Database.Sessions.BeginAsync(caller.ScopeOf(Role.Approver), default))
        {
            Assert.That(await Decisions.ApproveAsync(session, caller, submission, default), Is.EqualTo(DecisionOutcome.Done));
            await session.CommitAsync(default);
        }
        Assert.That(await HistoryAsync(approval), Is.EqualTo(new (TaskStepKind, Guid?, Guid?, string?)[] { (TaskStepKind.Assigned, approver, approver, null), (TaskStepKind.Decided, approver, null, "approved") }));
        Assert.That(await HistoryAsync(met), Is.EqualTo(new (TaskStepKind, Guid?, Guid?, string?)[] { (TaskStepKind.Decided, null, null, "met") }));
    }

    [Test]
    public async Task The_application_can_change_no_step_and_write_none_into_another_room()
    {
        var task = await AddTaskAsync("việc");
        await AssignAsync(_first, task, new TaskAssignment(_first, Note: "của tôi"));
        foreach (var sql in new[] { "UPDATE task_step SET words = 'khác'", "DELETE FROM task_step" })
        {
            await using var session = await BeginAsync();
            await using var command = session.Command(sql);
            Assert.That(async () => await command.ExecuteNonQueryAsync(), Throws.InstanceOf<PostgresException>().With.Property("SqlState").EqualTo(PostgresErrorCodes.InsufficientPrivilege));
        }
        var stranger = await CallerAsync(_elsewhere);
        await using var other = await Database.Sessions.BeginAsync(stranger.ScopeOf(Role.IngestArchivist), default);
        Assert.That(await other.Rows.TaskSteps.CountAsync(), Is.Zero);
        await using var insert = other.Command("INSERT INTO task_step (task_id, ordinal, at, kind, words) VALUES ($1, 9, now(), 'Noted', 'lạ')", task);
        Assert.That(async () => await insert.ExecuteNonQueryAsync(), Throws.InstanceOf<PostgresException>());
    }
}
