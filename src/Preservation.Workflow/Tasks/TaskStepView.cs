using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Tasks;

/// <summary>One step of a task's history, with names for people. <c>By</c> is null where the service did it.</summary>
public sealed record TaskStepView(int Ordinal, DateTimeOffset At, TaskStepKind Kind, string? By, Guid? AssigneeId, string? Assignee, DateTimeOffset? DueAt, string? Words)
{
    /// <summary>The most that is given: the last ones.</summary>
    public const int Most = 1_000;

    /// <summary>The history of a task the session sees, in order.</summary>
    public static async Task<IReadOnlyList<TaskStepView>> OfAsync(CatalogueContext rows, Guid task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var last = await rows.TaskSteps.AsNoTracking().Where(s => s.TaskId == task).OrderByDescending(s => s.Ordinal).Take(Most)
            .Select(s => new TaskStepView(s.Ordinal, s.At, s.Kind, rows.Principals.Where(p => p.Id == s.PrincipalId).Select(p => p.Name).FirstOrDefault(), s.AssigneeId,
                rows.Principals.Where(p => p.Id == s.AssigneeId).Select(p => p.Name).FirstOrDefault(), s.DueAt, s.Words)).ToListAsync(cancellationToken);
        last.Reverse();
        return last;
    }
}
