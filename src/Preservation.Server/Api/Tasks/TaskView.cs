using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Tasks;

/// <summary>A task as it stands, with the name of whoever has it.</summary>
internal sealed record TaskView(
    Guid Id, string Kind, TaskState State, Role Role, string Subject, Guid? SubmissionId, Guid? PackageId, DateTimeOffset CreatedAt, DateTimeOffset? DueAt, string? Decision, DateTimeOffset? DecidedAt,
    Guid? AssigneeId, string? Assignee)
{
    public static IQueryable<TaskView> Of(CatalogueContext rows, IQueryable<PreservationTask> tasks) => tasks.Select(t => new TaskView(
        t.Id, t.Kind, t.State, t.Role, t.Subject, t.SubmissionId, t.PackageId, t.CreatedAt, t.DueAt, t.Decision, t.DecidedAt, t.AssigneeId, rows.Principals.Where(p => p.Id == t.AssigneeId).Select(p => p.Name).FirstOrDefault()));
}
