using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Tasks;

namespace Preservation.Workflow.Mail;

/// <summary>What there is to tell a person of tasks: read in a session of the person's own scope, from the same tasks that the page lists.</summary>
/// <param name="Lines">The first of them, in the order of the mail.</param>
/// <param name="Counts">How many there are at each place, told in lines or not.</param>
/// <param name="Open">All open tasks that the person sees.</param>
/// <param name="Tasks">Tasks the person is told of for the first time.</param>
/// <param name="Steps">The steps by which tasks were given to the person, told of for the first time.</param>
internal sealed record TaskNews(ImmutableArray<NewsLine> Lines, ImmutableDictionary<NewsPlace, int> Counts, int Open, ImmutableArray<Guid> Tasks, ImmutableArray<(Guid Task, int Step)> Steps)
{
    /// <summary>Lines in a mail; the rest is a number.</summary>
    public const int MostLines = 50;

    /// <summary>Tasks told of, in lines or as a number.</summary>
    public int Total => Counts.Values.Sum();

    /// <summary>The news for one kind of mail.</summary>
    /// <param name="session">Of the person's scope.</param>
    /// <param name="person">Who reads the mail.</param>
    /// <param name="kind">Of the day, or what cannot wait.</param>
    /// <param name="now">The instant that time is measured against.</param>
    /// <param name="dueSoon">What is due before is told of as due soon.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<TaskNews> ReadAsync(CatalogueSession session, Caller person, MailKind kind, DateTimeOffset now, DateTimeOffset dueSoon, CancellationToken cancellationToken)
    {
        var rows = session.Rows;
        var me = person.PrincipalId;
        var visible = TaskRoom.Visible(rows, person).Where(t => t.State == TaskState.Open);
        var steps = await rows.TaskSteps.Where(s => s.Kind == TaskStepKind.Assigned && s.AssigneeId == me && s.PrincipalId != me && visible.Any(t => t.Id == s.TaskId && t.AssigneeId == me)
                && !rows.MailTolds.Any(m => m.PrincipalId == me && m.TaskId == s.TaskId && m.Step == s.Ordinal))
            .Select(s => new { s.TaskId, s.Ordinal }).ToListAsync(cancellationToken);
        var given = steps.Select(s => s.TaskId).Distinct().ToArray();
        var untold = visible.Where(t => !rows.MailTolds.Any(m => m.PrincipalId == me && m.TaskId == t.Id && m.Step == 0));
        string[] urgent = [.. TaskKinds.Urgent];
        var isDigest = kind == MailKind.Digest;
        var first = await (isDigest ? untold : untold.Where(t => urgent.Contains(t.Kind) || given.Contains(t.Id))).Select(t => t.Id).ToListAsync(cancellationToken);
        var unseen = isDigest ? visible.Where(t => t.DueAt < dueSoon || given.Contains(t.Id) || !rows.MailTolds.Any(m => m.PrincipalId == me && m.TaskId == t.Id && m.Step == 0))
            : visible.Where(t => given.Contains(t.Id) || (urgent.Contains(t.Kind) && !rows.MailTolds.Any(m => m.PrincipalId == me && m.TaskId == t.Id && m.Step == 0)));
        var placed = unseen.Select(t => new { t.Id, t.Kind, t.Subject, t.DueAt, Place = t.DueAt < now ? 0 : t.DueAt < dueSoon ? 1 : given.Contains(t.Id) ? 2 : 3 });
        var lines = await placed.OrderBy(t => t.Place).ThenBy(t => t.DueAt).ThenBy(t => t.Id).Take(MostLines).ToListAsync(cancellationToken);
        var counts = await placed.GroupBy(t => t.Place).Select(g => new { Place = g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        return new TaskNews([.. lines.Select(t => new NewsLine(t.Id, t.Kind, t.Subject, t.DueAt, (NewsPlace)t.Place))], counts.ToImmutableDictionary(c => (NewsPlace)c.Place, c => c.Count),
            await visible.CountAsync(cancellationToken), [.. first], [.. steps.Select(s => (s.TaskId, s.Ordinal))]);
    }
}
