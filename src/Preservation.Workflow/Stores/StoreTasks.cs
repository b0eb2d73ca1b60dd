using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Workflow.Copies;

namespace Preservation.Workflow.Stores;

/// <summary>One open task a kind and subject while something is the matter; it ends by itself when nothing is any more.</summary>
internal static class StoreTasks
{
    private const int MostCharacters = 2_000;

    /// <summary>Opens, rewrites or ends the task.</summary>
    /// <param name="session">Sees everything; is committed by the caller.</param>
    /// <param name="kind">One of <see cref="TaskKinds"/>.</param>
    /// <param name="about">A store or medium: what the task's subject begins with.</param>
    /// <param name="findings">What is the matter; none ends the task.</param>
    /// <param name="due">By when.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task TellAsync(CatalogueSession session, string kind, string about, IReadOnlyCollection<Finding> findings, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        var begins = about + ": ";
        var task = await session.Rows.Tasks.FirstOrDefaultAsync(t => t.Kind == kind && t.State == TaskState.Open && t.Subject.StartsWith(begins), cancellationToken);
        if (findings.Count == 0)
        {
            if (task is not null) (task.State, task.DecidedAt, task.Decision) = (TaskState.Done, session.Now, "it is in order again");
            return;
        }
        if (task is null)
            session.Rows.Tasks.Add(task = new PreservationTask { Id = Guid.CreateVersion7(session.Now), Kind = kind, State = TaskState.Open, Role = Role.PreservationOfficer, Subject = "", CreatedAt = session.Now });
        var subject = begins + CopyPolicy.Say(findings);
        task.Subject = subject.Length > MostCharacters ? subject[..MostCharacters] : subject;
        task.DueAt = due;
    }
}
