using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Terms;

/// <summary>What is to be done by when, in one question to the catalogue; and the reminders of it, as tasks that end by themselves.</summary>
public sealed class Deadlines(CatalogueSessions sessions, TermsCalendar calendar, IOptions<PreservationOptions> options)
{
    /// <summary>How many are given at most, the most urgent first.</summary>
    public const int Most = 500;

    private const string Answer = "registrationAnswer";
    private const string Closing = "roundClosing";

    /// <summary>What the session's scope holds that is not done.</summary>
    public async Task<ImmutableArray<Deadline>> ListAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var terms = options.Value.Terms;
        var today = WorkingCalendar.DayOf(session.Now);
        var list = ImmutableArray.CreateBuilder<Deadline>();
        await using var command = session.Command("""
            SELECT 'registrationAnswer' AS kind, r.agency_id, r.code AS subject, r.id, NULL::uuid, r.answer_due AS due, NULL::int, NULL::int FROM registration r WHERE r.state = 'Requested'
            UNION ALL
            SELECT 'roundClosing', r.agency_id, r.code || '/' || o.number, r.id, NULL, o.closes_on, o.planned_packages, c.done
            FROM registration_round o JOIN registration r ON r.id = o.registration_id
            CROSS JOIN LATERAL (SELECT count(*)::int AS done FROM submission s WHERE s.round_id = o.id AND s.state = 'Preserved') AS c
            WHERE o.closed_at IS NULL
            UNION ALL
            SELECT 'processing', s.agency_id, coalesce(s.title, s.file_name), NULL, s.id, (s.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + $1, NULL, NULL
            FROM submission s WHERE s.state IN ('Received', 'Checking', 'AwaitingApproval', 'Archiving')
            ORDER BY due, kind, subject LIMIT $2
            """, terms.ProcessingDays, Most);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var (kind, due) = (reader.GetString(0), reader.GetFieldValue<DateOnly>(5));
            var remindFrom = kind switch
            {
                Answer => today, // its task stands from the first day
                Closing => due.AddDays(-terms.RoundNoticeDays),
                _ => due.AddDays(-terms.ProcessingNoticeDays),
            };
            var isSoon = kind == Answer ? calendar.Days.Add(today, 2) >= due : today >= remindFrom;
            int? planned = await reader.IsDBNullAsync(6, cancellationToken) ? null : reader.GetInt32(6);
            int? done = await reader.IsDBNullAsync(7, cancellationToken) ? null : reader.GetInt32(7);
            list.Add(new Deadline(kind, reader.GetGuid(1), reader.GetString(2), await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetGuid(3), await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetGuid(4),
                due, today > due, isSoon, planned, done));
        }
        return list.ToImmutable();
    }

    /// <summary>Makes a task of each round that closes without its packages and of each submission whose term ends, and ends those that are met.</summary>
    public async Task RemindAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var due = (await ListAsync(session, cancellationToken)).Where(d => d.Kind != Answer && (d.IsSoon || d.IsOverdue) && !(d.Done >= d.Planned)).ToList();
        var open = await session.Rows.Tasks.Where(t => t.State == TaskState.Open && (t.Kind == TaskKinds.RoundClosing || t.Kind == TaskKinds.ProcessingDue)).ToListAsync(cancellationToken);
        foreach (var deadline in due)
        {
            var kind = deadline.Kind == Closing ? TaskKinds.RoundClosing : TaskKinds.ProcessingDue;
            var task = open.Find(t => t.Kind == kind && t.SubmissionId == deadline.SubmissionId && (deadline.SubmissionId is not null || t.Subject == deadline.Subject));
            if (task is not null) open.Remove(task);
            else
            {
                session.Rows.Tasks.Add(new PreservationTask
                {
                    Id = Guid.CreateVersion7(session.Now), Kind = kind, State = TaskState.Open, Role = kind == TaskKinds.RoundClosing ? Role.IngestArchivist : Role.Approver, AgencyId = deadline.AgencyId,
                    SubmissionId = deadline.SubmissionId, Subject = deadline.Subject, CreatedAt = session.Now, DueAt = new DateTimeOffset(deadline.Due.AddDays(1).ToDateTime(TimeOnly.MinValue), WorkingCalendar.Vietnam).ToUniversalTime(),
                });
                var (about, id) = deadline.SubmissionId is { } submission ? ("submission", submission) : ("registration", deadline.RegistrationId!.Value);
                session.Audit(null, deadline.AgencyId, "deadline.near", about, id.ToString(), new { deadline.Kind, deadline.Due });
            }
        }
        foreach (var task in open) (task.State, task.DecidedAt, task.Decision) = (TaskState.Done, session.Now, "met");
        await session.CommitAsync(cancellationToken);
    }
}
