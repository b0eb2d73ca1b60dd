using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Server.Api.Tasks;

/// <summary>Which tasks are asked for; what is overdue is open.</summary>
internal sealed record TaskFilter(TaskState? State, string? Kind, bool IsMine, bool IsOverdue)
{
    public IQueryable<PreservationTask> Of(IQueryable<PreservationTask> tasks, Caller caller, DateTimeOffset now)
    {
        if (State is { } state) tasks = tasks.Where(t => t.State == state);
        if (Kind is { } kind) tasks = tasks.Where(t => t.Kind == kind);
        if (IsMine) tasks = tasks.Where(t => t.AssigneeId == caller.PrincipalId);
        if (IsOverdue) tasks = tasks.Where(t => t.State == TaskState.Open && t.DueAt < now);
        return tasks;
    }
}
