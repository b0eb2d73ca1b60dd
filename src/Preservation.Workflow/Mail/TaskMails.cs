using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Options;
using Preservation.Workflow.Tasks;
using Preservation.Workflow.Terms;

namespace Preservation.Workflow.Mail;

/// <summary>
/// Sends persons their digest of the day and, to those who want it, soon what is urgent or was given to them: one mail for all of it, never one a task. A person is claimed
/// before anything is sent, so that of several processes one sends; what was not taken is tried again after a pause that doubles, what was refused for good is a task.
/// </summary>
public sealed partial class TaskMails(CatalogueSessions sessions, MailPost post, IOptions<PreservationOptions> options, ILogger<TaskMails> logger)
{
    private static readonly TimeSpan RoundAtMost = TimeSpan.FromMinutes(2);
    private readonly MailOptions _options = options.Value.Mail;

    /// <summary>Sends what it is the time for; each person is looked at once. Ends early when the server cannot be spoken to.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!post.IsConfigured) return;
        var began = await PrepareAsync(cancellationToken);
        while (await ClaimAsync(began, cancellationToken) is { } claim)
            if (!await ServeAsync(claim, cancellationToken) || claim.Now - began > RoundAtMost) return;
    }

    // Turns of choices that came back from a rebuild, and what is not needed any more.
    private async Task<DateTimeOffset> PrepareAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        await DoAsync(session, "INSERT INTO mail_turn (principal_id) SELECT c.principal_id FROM mail_choice c WHERE NOT EXISTS (SELECT FROM mail_turn t WHERE t.principal_id = c.principal_id) ON CONFLICT DO NOTHING", [], cancellationToken);
        await DoAsync(session, "DELETE FROM mail_sending WHERE at < $1", [now - _options.KeepSendings], cancellationToken);
        await DoAsync(session, "DELETE FROM mail_told m USING task t WHERE t.id = m.task_id AND t.state = 'Done'", [], cancellationToken);
        await session.CommitAsync(cancellationToken);
        return now;
    }

    private async Task<MailClaim?> ClaimAsync(DateTimeOffset began, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var now = session.Now;
        var today = WorkingCalendar.DayOf(now);
        var isDigestTime = TimeOnly.FromTimeSpan(now.ToOffset(WorkingCalendar.Vietnam).TimeOfDay) >= _options.DigestAt;
        Guid id;
        await using (var claim = session.Command("""
            UPDATE mail_turn SET lease_until = $2, looked_at = $1, mail_id = coalesce(mail_id, $3) WHERE principal_id = (
                SELECT t.principal_id FROM mail_turn t JOIN mail_choice c ON c.principal_id = t.principal_id
                WHERE c.frequency <> 'Off' AND t.refused_at IS NULL AND (t.next_try_at IS NULL OR t.next_try_at <= $1) AND (t.lease_until IS NULL OR t.lease_until <= $1) AND (t.looked_at IS NULL OR t.looked_at < $4)
                    AND (t.sent_at IS NULL OR t.sent_at <= $5) AND (($6 AND (t.digest_day IS NULL OR t.digest_day < $7)) OR c.frequency = 'AtOnce')
                ORDER BY t.looked_at NULLS FIRST, t.principal_id LIMIT 1 FOR UPDATE OF t SKIP LOCKED)
            RETURNING principal_id
            """, now, now + _options.Timeout * 2 + TimeSpan.FromSeconds(30), Guid.CreateVersion7(now), began, now - _options.AtOnceEvery, isDigestTime, today))
        {
            if (await claim.ExecuteScalarAsync(cancellationToken) is not Guid found) return null;
            id = found;
        }
        var turn = await session.Rows.MailTurns.AsNoTracking().SingleAsync(t => t.PrincipalId == id, cancellationToken);
        var choice = await session.Rows.MailChoices.AsNoTracking().SingleAsync(c => c.PrincipalId == id, cancellationToken);
        var person = await Callers.OfPersonAsync(session, id, cancellationToken);
        var open = session.Rows.RightsNotices.Where(n => n.PrincipalId == id && n.ConfirmedAt == null);
        var (notices, fresh) = (await open.CountAsync(cancellationToken), await open.CountAsync(n => turn.SentAt == null || n.MadeAt > turn.SentAt, cancellationToken));
        await session.CommitAsync(cancellationToken);
        return new MailClaim(person, choice, turn, isDigestTime && !(turn.DigestDay >= today) ? MailKind.Digest : MailKind.AtOnce, now, notices, fresh);
    }

    // False when there is no use in going on with the next person now.
    private async Task<bool> ServeAsync(MailClaim claim, CancellationToken cancellationToken)
    {
        if (claim.Person is not { } person || await ReadAsync(claim, person, cancellationToken) is not { } news || (news.Total == 0 && (claim.Kind == MailKind.AtOnce || claim.NewNotices == 0)))
        {
            await RecordAsync(claim, null, null, cancellationToken);
            return true;
        }
        using var message = TaskLetter.Write(_options, claim.Turn.MailId!.Value, person.Name, claim.Choice, claim.Kind, news, claim.Notices, claim.Now);
        var answer = await post.SendAsync(message, cancellationToken);
        await RecordAsync(claim, news, answer, cancellationToken);
        if (answer.Problem is not null) LogNotTaken(claim.Turn.PrincipalId, answer.Problem, answer.Status);
        return answer.Fate is MailFate.Taken or MailFate.Later or MailFate.Refused;
    }

    // In the scope in which the page would list them.
    private async Task<TaskNews?> ReadAsync(MailClaim claim, Caller person, CancellationToken cancellationToken)
    {
        var scope = person.ScopeOf(TaskRoom.Readers.AsSpan());
        await using var session = await sessions.BeginAsync(scope, cancellationToken);
        return await TaskNews.ReadAsync(session, person, claim.Kind, claim.Now, claim.Now.AddDays(_options.DueSoonDays), cancellationToken);
    }

    // Whoever made another choice meanwhile is not overruled: the claim holds only while its lease stands.
    private async Task RecordAsync(MailClaim claim, TaskNews? news, MailAnswer? answer, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var (now, turn) = (session.Now, claim.Turn);
        var isTaken = answer is null or { Fate: MailFate.Taken };
        var isSent = answer is not null && isTaken;
        var isRefused = answer is { Fate: MailFate.Refused };
        DateOnly? day = claim.Kind == MailKind.Digest && isTaken ? WorkingCalendar.DayOf(claim.Now) : turn.DigestDay;
        await using (var mark = session.Command("""
            UPDATE mail_turn SET lease_until = NULL, digest_day = $3, sent_at = $4, mail_id = $5, failures = $6, next_try_at = $7, refused_at = $8 WHERE principal_id = $1 AND lease_until = $2
            """, turn.PrincipalId, turn.LeaseUntil, day, isSent ? now : turn.SentAt, isTaken || isRefused ? null : turn.MailId, isTaken ? 0 : turn.Failures + 1, isTaken || isRefused ? null : now + Pause(turn.Failures), isRefused ? now : null))
            await mark.ExecuteNonQueryAsync(cancellationToken);
        if (answer is not null)
            session.Rows.MailSendings.Add(new MailSending
            {
                Id = Guid.CreateVersion7(now), MailId = turn.MailId!.Value, PrincipalId = turn.PrincipalId, Kind = claim.Kind, At = now, Tasks = news!.Total, Status = answer.Status, Problem = answer.Problem,
            });
        if (isSent) await ToldAsync(session, turn.PrincipalId, news!, cancellationToken);
        if (isSent || answer is { Fate: MailFate.ServerRefuses }) await TellOfServerAsync(session, isSent ? null : answer, cancellationToken);
        if (isRefused) Call(session, $"{claim.Person!.Name}: {answer!.Problem} {answer.Status}", now);
        await session.CommitAsync(cancellationToken);
    }

    private static async Task ToldAsync(CatalogueSession session, Guid person, TaskNews news, CancellationToken cancellationToken)
    {
        var told = news.Tasks.Select(t => (Task: t, Step: 0)).Concat(news.Steps).ToArray();
        await DoAsync(session, "INSERT INTO mail_told (principal_id, task_id, step) SELECT $1, t.* FROM unnest($2::uuid[], $3::int[]) AS t ON CONFLICT DO NOTHING", [person, told.Select(t => t.Task).ToArray(), told.Select(t => t.Step).ToArray()], cancellationToken);
    }

    // One open task while the server refuses us; it ends by itself when a mail was taken.
    private async Task TellOfServerAsync(CatalogueSession session, MailAnswer? refusal, CancellationToken cancellationToken)
    {
        await DoAsync(session, "SELECT pg_advisory_xact_lock(4253)", [], cancellationToken);
        var begins = post.Server + ": ";
        var open = await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.MailTrouble && t.State == TaskState.Open && t.Subject.StartsWith(begins)).ToListAsync(cancellationToken);
        if (refusal is not null && open.Count == 0) Call(session, $"{begins}{refusal.Problem} {refusal.Status}".TrimEnd(), session.Now);
        if (refusal is null) foreach (var task in open) (task.State, task.DecidedAt, task.Decision) = (TaskState.Done, session.Now, "met");
    }

    private static void Call(CatalogueSession session, string subject, DateTimeOffset now)
    {
        var task = new PreservationTask { Id = Guid.CreateVersion7(now), Kind = TaskKinds.MailTrouble, State = TaskState.Open, Role = Role.Administrator, Subject = subject, CreatedAt = now };
        session.Rows.Tasks.Add(task);
        session.Audit(null, null, "mail.refused", "task", task.Id.ToString(), new { subject });
    }

    // Those that failed together are not tried again together.
    private TimeSpan Pause(int failures)
    {
        var pause = Math.Min(_options.RetryAtMost.TotalSeconds, _options.RetryAfter.TotalSeconds * Math.Pow(2, Math.Min(failures, 20)));
        return TimeSpan.FromSeconds(pause * RandomNumberGenerator.GetInt32(80, 121) / 100);
    }

    private static async Task DoAsync(CatalogueSession session, string sql, object[] parameters, CancellationToken cancellationToken)
    {
        await using var command = session.Command(sql, parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(9201, LogLevel.Warning, "The mail server did not take a mail for {Person}: {Problem} {Status}")]
    private partial void LogNotTaken(Guid person, string problem, int? status);
}
