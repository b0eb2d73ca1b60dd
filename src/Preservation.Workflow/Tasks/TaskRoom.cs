using System.Collections.Immutable;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.Tasks;

/// <summary>Whose task it is: a role counts only where it was granted, and what one role opens another does not.</summary>
public static class TaskRoom
{
    /// <summary>Roles that have tasks.</summary>
    public static ImmutableArray<Role> Workers { get; } = [Role.IngestArchivist, Role.Approver, Role.PreservationOfficer, Role.ReferenceArchivist, Role.Administrator];

    /// <summary>Roles that see tasks.</summary>
    public static ImmutableArray<Role> Readers { get; } = [.. Workers, Role.Auditor];

    /// <summary>Tasks of the caller's roles, each within that role's own scope; an auditor sees those of all roles within his.</summary>
    public static IQueryable<PreservationTask> Visible(CatalogueContext rows, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(caller);
        var tasks = rows.Tasks.AsQueryable();
        var mine = tasks.Where(_ => false);
        foreach (var role in Readers)
        {
            var scope = caller.ScopeOf(role);
            if (scope.IsEmpty) continue;
            mine = mine.Union(tasks.Where(t => (role == Role.Auditor || t.Role == role)
                && (scope.Everything || scope.Agencies.Contains(t.AgencyId!.Value) || scope.Packages.Contains(t.PackageId!.Value)
                    || rows.Submissions.Any(s => s.Id == t.SubmissionId && s.PackageId != null && scope.Packages.Contains(s.PackageId.Value)))));
        }
        return mine;
    }

    /// <summary>May the caller decide on the task: its role, there where the task lies.</summary>
    public static bool IsFor(PreservationTask task, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(caller);
        var scope = caller.ScopeOf(task.Role);
        return scope.Everything || (task.AgencyId is { } agency && scope.Agencies.Contains(agency)) || (task.PackageId is { } package && scope.Packages.Contains(package));
    }
}
