using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Tasks;

/// <summary>Tasks of the roles the caller has.</summary>
internal static class TaskEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/tasks", ListAsync).Produces<Page<TaskView>>().For([.. TaskRoom.Workers, Role.Auditor]);
        routes.MapPost("/tasks/{id:guid}/decide", DecideAsync).For(TaskRoom.Workers);
    }

    private static async Task<IResult> ListAsync(CallerAccess access, string? state, Guid? after, int? limit, CancellationToken cancellationToken)
    {
        TaskState wanted = default;
        if (state is not null && !Enum.TryParse(state, ignoreCase: true, out wanted)) return Problems.Invalid("state", "open or done");
        await using var session = await access.BeginAsync(cancellationToken);
        var size = Page<TaskView>.Size(limit);
        var rows = await TaskRoom.Visible(session.Rows, access.Caller).AsNoTracking()
            .Where(t => (state == null || t.State == wanted) && (after == null || t.Id > after))
            .OrderBy(t => t.Id).Take(size + 1)
            .Select(t => new TaskView(t.Id, t.Kind, t.State, t.Role, t.Subject, t.SubmissionId, t.PackageId, t.CreatedAt, t.DueAt, t.Decision, t.DecidedAt))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(Page<TaskView>.Of(rows, size, t => t.Id.ToString()));
    }

    private static async Task<IResult> DecideAsync(Guid id, DecisionRequest request, CallerAccess access, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Decision) || request.Decision.Length > 4000) return Problems.Invalid("decision", "1 to 4,000 characters");
        var digest = access.DigestOf(request);
        if (await access.ReplayAsync(digest, cancellationToken) is { } replay) return replay;
        await using var session = await access.BeginAsync(cancellationToken);
        await using (var hold = session.Command("SELECT 1 FROM task WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var task = await session.Rows.Tasks.SingleOrDefaultAsync(t => t.Id == id, cancellationToken);
        if (task is null || !TaskRoom.IsFor(task, access.Caller)) return Problems.NotFound();
        if (task.State != TaskState.Open || Workflow.TaskKinds.IsDecidedElsewhere(task.Kind))
            return Problems.Conflict("notOpen", Workflow.TaskKinds.IsDecidedElsewhere(task.Kind) ? "Decide on the submission, the registration or the order itself." : "The task is done.");
        task.State = TaskState.Done;
        task.Decision = request.Decision;
        task.DecidedBy = access.Caller.PrincipalId;
        task.DecidedAt = session.Now;
        session.Audit(access.Caller.PrincipalId, task.AgencyId, "task.decide", "task", id.ToString(), request);
        return await access.CommitAsync(session, digest, StatusCodes.Status200OK, null, new { task.Id, task.State }, cancellationToken);
    }

    private sealed record TaskView(
        Guid Id, string Kind, TaskState State, Role Role, string Subject, Guid? SubmissionId, Guid? PackageId, DateTimeOffset CreatedAt, DateTimeOffset? DueAt, string? Decision, DateTimeOffset? DecidedAt);

    private sealed record DecisionRequest(string Decision);
}
