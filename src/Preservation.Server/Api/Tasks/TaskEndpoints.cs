using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Tasks;

namespace Preservation.Server.Api.Tasks;

/// <summary>Tasks of the roles the caller has: listed, with their history, given to persons, decided.</summary>
internal static class TaskEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/tasks", ListAsync).Produces<Page<TaskView>>().For([.. TaskRoom.Readers]);
        routes.MapGet("/tasks/{id:guid}", GetAsync).Produces<TaskWithHistory>().For([.. TaskRoom.Readers]);
        routes.MapPost("/tasks/{id:guid}/assign", AssignAsync).For([.. TaskRoom.Workers]);
        routes.MapPost("/tasks/{id:guid}/decide", DecideAsync).For([.. TaskRoom.Workers]);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, string? state, string? kind, bool? mine, bool? overdue, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        TaskState wanted = default;
        if (state is not null && !Enum.TryParse(state, ignoreCase: true, out wanted)) return Problems.Invalid("state", "open or done");
        await using var session = await access.BeginAsync(cancellationToken);
        var size = Page<TaskView>.Size(limit);
        var filter = new TaskFilter(state is null ? null : wanted, kind, mine == true, overdue == true);
        var rows = await TaskView.Of(session.Rows, filter.Of(TaskRoom.Visible(session.Rows, access.Caller), access.Caller, session.Now).Where(t => after == null || t.Id > after).OrderBy(t => t.Id).Take(size + 1))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<TaskView>.Of(rows, size, t => t.Id.ToString()));
    }

    private static async Task<IResult> GetAsync(Guid id, CallerAccess access, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        if (await TaskView.Of(session.Rows, TaskRoom.Visible(session.Rows, access.Caller).Where(t => t.Id == id)).SingleOrDefaultAsync(cancellationToken) is not { } task) return Problems.NotFound();
        var history = await TaskStepView.OfAsync(session.Rows, id, cancellationToken);
        return TypedResults.Ok(new TaskWithHistory(task, history.Count == 0 ? 0 : history[^1].Ordinal, history));
    }

    private static Task<IResult> AssignAsync(Guid id, TaskAssignment request, CallerAccess access, TaskDesk desk, CancellationToken cancellationToken)
    {
        if (request.Note is { Length: > TaskDesk.MostCharacters }) return Task.FromResult<IResult>(Problems.Invalid("note", "at most 4,000 characters"));
        return WorkAsync(id, request, access, session => desk.AssignAsync(session, access.Caller, id, request, cancellationToken), cancellationToken);
    }

    private static Task<IResult> DecideAsync(Guid id, DecisionRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Decision) || request.Decision.Length > TaskDesk.MostCharacters) return Task.FromResult<IResult>(Problems.Invalid("decision", "1 to 4,000 characters"));
        return WorkAsync(id, request, access, session => TaskDesk.DecideAsync(session, access.Caller, id, request.Decision, request.Seen, cancellationToken), cancellationToken);
    }

    private static async Task<IResult> WorkAsync(Guid id, object request, CallerAccess access, Func<Catalogue.CatalogueSession, Task<TaskOutcome>> work, CancellationToken cancellationToken)
    {
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        var outcome = await work(session);
        if (outcome != TaskOutcome.Done) return Refusal(outcome);
        await session.FlushAsync(cancellationToken);
        var task = await session.Rows.Tasks.AsNoTracking().SingleAsync(t => t.Id == id, cancellationToken);
        return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { task.Id, task.State, task.AssigneeId, task.DueAt }, cancellationToken);
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Refusal(TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.NotOpen => Problems.Conflict("notOpen", "The task is done."),
        TaskOutcome.DecidedElsewhere => Problems.Conflict("notOpen", "Decide on the submission, the registration or the order itself."),
        TaskOutcome.HeldByAnother => Problems.Conflict("heldByAnother", "Somebody else has this task. Look at its history, then take it by naming the steps you have seen."),
        TaskOutcome.Changed => Problems.Conflict("changed", "Somebody worked on the task since you looked at it."),
        TaskOutcome.NoSuchColleague => Problems.Invalid("assignee", "an active person who has the task's role there where the task lies"),
        TaskOutcome.NoSuchDate => Problems.Invalid("due", "an instant that is to come, within ten years"),
        TaskOutcome.NothingNew => Problems.Invalid("assignee", "nothing would change, and no note is given"),
        _ => Problems.NotFound(),
    };

    private sealed record TaskWithHistory(TaskView Task, int Steps, IReadOnlyList<TaskStepView> History);

    private sealed record DecisionRequest(string Decision, int? Seen = null);
}
