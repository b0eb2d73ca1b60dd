using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.Tasks;

/// <summary>
/// What persons do with tasks: take, give, give back, move the date, note, decide. The task's row is held, so that of two at once one sees the other. Each step adds to the
/// session, its history and the audit log; the caller commits.
/// </summary>
public sealed class TaskDesk(CatalogueSessions sessions)
{
    /// <summary>The longest note or decision.</summary>
    public const int MostCharacters = 4_000;

    private const int MostColleagues = 200;
    private static readonly TimeSpan FarthestDue = TimeSpan.FromDays(3653);

    /// <summary>Ends the task with a decision.</summary>
    /// <param name="session">The caller's.</param>
    /// <param name="caller">Who decides.</param>
    /// <param name="id">The task.</param>
    /// <param name="decision">What was done, and why.</param>
    /// <param name="seen">How many steps of the history the caller has seen; null: whatever they are.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<TaskOutcome> DecideAsync(CatalogueSession session, Caller caller, Guid id, string decision, int? seen, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(decision);
        var (task, steps) = await HoldAsync(session, caller, id, cancellationToken);
        if (task is null) return TaskOutcome.NotFound;
        if (task.State != TaskState.Open) return TaskOutcome.NotOpen;
        if (TaskKinds.IsDecidedElsewhere(task.Kind)) return TaskOutcome.DecidedElsewhere;
        if (seen is { } known && known != steps) return TaskOutcome.Changed;
        if (task.AssigneeId is { } other && other != caller.PrincipalId) return TaskOutcome.HeldByAnother;
        (task.State, task.Decision, task.DecidedBy, task.DecidedAt) = (TaskState.Done, decision, caller.PrincipalId, session.Now); // the database adds the step
        session.Audit(caller.PrincipalId, task.AgencyId, "task.decide", "task", id.ToString(), new { decision });
        return TaskOutcome.Done;
    }

    /// <summary>Brings the task to how it is to stand.</summary>
    public async Task<TaskOutcome> AssignAsync(CatalogueSession session, Caller caller, Guid id, TaskAssignment wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var (task, steps) = await HoldAsync(session, caller, id, cancellationToken);
        if (task is null) return TaskOutcome.NotFound;
        if (task.State != TaskState.Open) return TaskOutcome.NotOpen;
        if (wanted.Seen is { } seen && seen != steps) return TaskOutcome.Changed;
        if (wanted.Seen is null && task.AssigneeId is { } other && other != caller.PrincipalId) return TaskOutcome.HeldByAnother;
        var due = wanted.Due?.ToUniversalTime();
        var note = string.IsNullOrWhiteSpace(wanted.Note) ? null : wanted.Note;
        var (moves, isDue) = (wanted.Assignee != task.AssigneeId, due is not null && due != task.DueAt);
        if (!moves && !isDue && note is null) return TaskOutcome.NothingNew;
        var now = session.Now;
        if (isDue && (due <= now || due > now + FarthestDue)) return TaskOutcome.NoSuchDate;
        if (moves && wanted.Assignee is { } colleague && !await IsColleagueAsync(task, colleague, cancellationToken)) return TaskOutcome.NoSuchColleague;
        TaskStep Step(TaskStepKind kind) => new() { TaskId = id, Ordinal = ++steps, At = now, PrincipalId = caller.PrincipalId, Kind = kind };
        var first = new List<TaskStep>();
        if (moves)
        {
            var step = Step(wanted.Assignee is null ? TaskStepKind.GivenBack : TaskStepKind.Assigned);
            step.AssigneeId = task.AssigneeId = wanted.Assignee;
            first.Add(step);
        }
        if (isDue)
        {
            var step = Step(TaskStepKind.DueChanged);
            step.DueAt = task.DueAt = due;
            first.Add(step);
        }
        if (first.Count == 0) first.Add(Step(TaskStepKind.Noted));
        first[0].Words = note;
        session.Rows.TaskSteps.AddRange(first);
        session.Audit(caller.PrincipalId, task.AgencyId, "task.assign", "task", id.ToString(), new { wanted.Assignee, due, note });
        return TaskOutcome.Done;
    }

    /// <summary>The active persons who have the task's role there where it lies, by name; the first <see cref="MostColleagues"/>.</summary>
    public async Task<IReadOnlyList<Colleague>> ColleaguesAsync(PreservationTask task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        // Grants are the administrators' to see; who may have this task is its own workers' as well.
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        return await session.Rows.Principals.AsNoTracking().Where(p => p.Kind == PrincipalKind.Person && p.DisabledAt == null && p.ValidFrom <= now && (p.ValidUntil == null || p.ValidUntil > now)
                && session.Rows.RoleGrants.Any(g => g.PrincipalId == p.Id && g.Role == task.Role && g.ValidFrom <= now && (g.ValidUntil == null || g.ValidUntil > now)
                    && (g.Scope == GrantScope.Everything || (g.Scope == GrantScope.Agency && g.AgencyId == task.AgencyId) || (g.Scope == GrantScope.Case && g.PackageId == task.PackageId))))
            .OrderBy(p => p.Name).ThenBy(p => p.Id).Take(MostColleagues).Select(p => new Colleague(p.Id, p.Name)).ToListAsync(cancellationToken);
    }

    private async Task<bool> IsColleagueAsync(PreservationTask task, Guid person, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await Callers.OfPersonAsync(session, person, cancellationToken) is { } colleague && TaskRoom.IsFor(task, colleague);
    }

    private static async Task<(PreservationTask? Task, int Steps)> HoldAsync(CatalogueSession session, Caller caller, Guid id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(caller);
        await using (var hold = session.Command("SELECT 1 FROM task WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var task = await session.Rows.Tasks.SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
        if (task is null || !TaskRoom.IsFor(task, caller)) return (null, 0);
        return (task, await session.Rows.TaskSteps.Where(s => s.TaskId == id).MaxAsync(s => (int?)s.Ordinal, cancellationToken) ?? 0);
    }
}
