using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Terms;

/// <summary>Registration → answer → rounds (Circular 05/2025 ch. IV). Each step adds to the session; its caller commits.</summary>
public sealed class Registrations(TermsCalendar calendar, IOptions<PreservationOptions> options)
{
    /// <summary>Enters a request and a task for the archive, due on the last working day of the term; null when the agreement or the fonds is none in scope.</summary>
    public async Task<Registration?> RequestAsync(CatalogueSession session, Caller caller, RegistrationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await Reception.AgreementInForceAsync(session, request.Agreement, cancellationToken) is not var (agreement, _)) return null;
        var agency = agreement.AgencyId;
        var fonds = request.Fonds is null ? null : await session.Rows.Fonds.AsNoTracking().SingleOrDefaultAsync(f => f.AgencyId == agency && f.Code == request.Fonds, cancellationToken);
        if (request.Fonds is not null && fonds is null) return null;
        var today = WorkingCalendar.DayOf(session.Now);
        // Requests of one agency are numbered one after the other.
        await using (var hold = session.Command("SELECT 1 FROM agency WHERE id = $1 FOR UPDATE", agency)) await hold.ExecuteNonQueryAsync(cancellationToken);
        var ordinal = 1 + (await session.Rows.Registrations.Where(r => r.AgencyId == agency && r.Year == request.Year).MaxAsync(r => (int?)r.Ordinal, cancellationToken) ?? 0);
        var sign = await session.Rows.AgencyCodes.Where(c => c.AgencyId == agency && c.ValidFrom <= today && (c.ValidUntil == null || c.ValidUntil >= today)).OrderBy(c => c.ValidFrom).Select(c => c.Code).FirstOrDefaultAsync(cancellationToken)
            ?? agency.ToString("N")[..12];
        var registration = new Registration
        {
            Id = Guid.CreateVersion7(session.Now), AgencyId = agency, AgreementId = agreement.Id, FondsId = fonds?.Id, Code = string.Create(CultureInfo.InvariantCulture, $"NL.{sign}.{request.Year}.{ordinal:00}"),
            Year = request.Year, Ordinal = ordinal, Title = request.Title, PlannedPackages = request.PlannedPackages, PlannedBytes = request.PlannedBytes, PlannedFrom = request.PlannedFrom,
            State = RegistrationState.Requested, RequestedBy = caller.PrincipalId, RequestedAt = session.Now, AnswerDue = calendar.Days.Add(today, options.Value.Terms.AnswerWorkingDays),
        };
        session.Rows.Registrations.Add(registration);
        session.Rows.Tasks.Add(new PreservationTask
        {
            Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.Registration, State = TaskState.Open, Role = Role.Approver, AgencyId = agency, Subject = registration.Code, CreatedAt = session.Now, DueAt = EndOf(registration.AnswerDue),
        });
        session.Audit(caller.PrincipalId, agency, "registration.request", "registration", registration.Id.ToString(), request);
        return registration;
    }

    /// <summary>The archive's answer, by another person than the one who asked.</summary>
    public static Task<RegistrationOutcome> AnswerAsync(CatalogueSession session, Caller caller, Guid id, bool accepts, string? reason, CancellationToken cancellationToken) =>
        EndRequestAsync(session, caller, id, accepts ? RegistrationState.Accepted : RegistrationState.Refused, reason, cancellationToken);

    /// <summary>The agency takes back what was not answered yet.</summary>
    public static Task<RegistrationOutcome> WithdrawAsync(CatalogueSession session, Caller caller, Guid id, string reason, CancellationToken cancellationToken) =>
        EndRequestAsync(session, caller, id, RegistrationState.Withdrawn, reason, cancellationToken);

    /// <summary>Opens the next round of an accepted registration; null with the outcome otherwise.</summary>
    public static async Task<(RegistrationRound? Round, RegistrationOutcome Outcome)> OpenRoundAsync(
        CatalogueSession session, Caller caller, Guid id, DateOnly opensOn, DateOnly closesOn, int plannedPackages, CancellationToken cancellationToken)
    {
        if (await HoldAsync(session, id, cancellationToken) is not { } registration) return (null, RegistrationOutcome.NotFound);
        if (registration.State != RegistrationState.Accepted) return (null, RegistrationOutcome.NotNow);
        var rounds = session.Rows.RegistrationRounds.Where(o => o.RegistrationId == id);
        // One day belongs to one round, or nobody could say which a package came in.
        if (await rounds.AnyAsync(o => o.ClosedAt == null && o.OpensOn <= closesOn && o.ClosesOn >= opensOn, cancellationToken)) return (null, RegistrationOutcome.NotNow);
        var round = new RegistrationRound
        {
            Id = Guid.CreateVersion7(session.Now), RegistrationId = id, Number = 1 + (await rounds.MaxAsync(o => (int?)o.Number, cancellationToken) ?? 0), OpensOn = opensOn, ClosesOn = closesOn,
            PlannedPackages = plannedPackages, OpenedBy = caller.PrincipalId, OpenedAt = session.Now,
        };
        session.Rows.RegistrationRounds.Add(round);
        session.Audit(caller.PrincipalId, registration.AgencyId, "round.open", "registration", id.ToString(), new { round.Number, opensOn, closesOn, plannedPackages });
        return (round, RegistrationOutcome.Done);
    }

    /// <summary>Closes a round; what comes afterwards needs another one.</summary>
    public static async Task<RegistrationOutcome> CloseRoundAsync(CatalogueSession session, Caller caller, Guid id, int number, CancellationToken cancellationToken)
    {
        if (await HoldAsync(session, id, cancellationToken) is not { } registration) return RegistrationOutcome.NotFound;
        var round = await session.Rows.RegistrationRounds.SingleOrDefaultAsync(o => o.RegistrationId == id && o.Number == number, cancellationToken);
        if (round is null) return RegistrationOutcome.NotFound;
        if (round.ClosedAt is not null) return RegistrationOutcome.NotNow;
        (round.ClosedBy, round.ClosedAt) = (caller.PrincipalId, session.Now);
        session.Audit(caller.PrincipalId, registration.AgencyId, "round.close", "registration", id.ToString(), new { number });
        return RegistrationOutcome.Done;
    }

    /// <summary>Closes a registration of which everything came; its open rounds close with it.</summary>
    public static async Task<RegistrationOutcome> CloseAsync(CatalogueSession session, Caller caller, Guid id, CancellationToken cancellationToken)
    {
        if (await HoldAsync(session, id, cancellationToken) is not { } registration) return RegistrationOutcome.NotFound;
        if (registration.State != RegistrationState.Accepted) return RegistrationOutcome.NotNow;
        foreach (var round in await session.Rows.RegistrationRounds.Where(o => o.RegistrationId == id && o.ClosedAt == null).ToListAsync(cancellationToken))
            (round.ClosedBy, round.ClosedAt) = (caller.PrincipalId, session.Now);
        (registration.State, registration.EndedAt) = (RegistrationState.Closed, session.Now);
        session.Audit(caller.PrincipalId, registration.AgencyId, "registration.close", "registration", id.ToString(), new { });
        return RegistrationOutcome.Done;
    }

    private static async Task<RegistrationOutcome> EndRequestAsync(CatalogueSession session, Caller caller, Guid id, RegistrationState state, string? reason, CancellationToken cancellationToken)
    {
        if (await HoldAsync(session, id, cancellationToken) is not { } registration) return RegistrationOutcome.NotFound;
        if (registration.State != RegistrationState.Requested) return RegistrationOutcome.NotNow;
        var isAnswer = state != RegistrationState.Withdrawn;
        if (isAnswer && await People.IsSamePersonAsync(session, registration.RequestedBy, caller.PrincipalId, cancellationToken)) return RegistrationOutcome.OwnRequest;
        (registration.State, registration.Reason) = (state, string.IsNullOrWhiteSpace(reason) ? null : reason);
        if (isAnswer) (registration.AnsweredBy, registration.AnsweredAt) = (caller.PrincipalId, session.Now);
        if (state != RegistrationState.Accepted) registration.EndedAt = session.Now;
        var task = await session.Rows.Tasks.FirstOrDefaultAsync(t => t.Kind == TaskKinds.Registration && t.State == TaskState.Open && t.Subject == registration.Code, cancellationToken);
        if (task is not null) (task.State, task.DecidedBy, task.DecidedAt, task.Decision) = (TaskState.Done, caller.PrincipalId, session.Now, state.ToString());
        session.Audit(caller.PrincipalId, registration.AgencyId, $"registration.{state.ToString().ToLowerInvariant()}", "registration", id.ToString(), new { reason });
        return RegistrationOutcome.Done;
    }

    // Two answers at the same time: the second sees the first.
    private static async Task<Registration?> HoldAsync(CatalogueSession session, Guid id, CancellationToken cancellationToken)
    {
        await using (var hold = session.Command("SELECT 1 FROM registration WHERE id = $1 FOR UPDATE", id)) await hold.ExecuteNonQueryAsync(cancellationToken);
        return await session.Rows.Registrations.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
    }

    private static DateTimeOffset EndOf(DateOnly day) => new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), WorkingCalendar.Vietnam).ToUniversalTime();
}
