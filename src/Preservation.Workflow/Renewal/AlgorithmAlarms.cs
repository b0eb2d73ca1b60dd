using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Renewal;

/// <summary>The emergency switch: one person says that an algorithm is broken as of a time, another one confirms it, and the plan of renewals goes by it from then on.</summary>
public sealed class AlgorithmAlarms(CatalogueSessions sessions)
{
    /// <summary>Announces; nothing changes before another person confirms.</summary>
    /// <param name="person">Who says so.</param>
    /// <param name="algorithm">As the catalogue of algorithms names it: <c>SHA-512</c>, <c>RSA</c>, <c>ECDSA</c>.</param>
    /// <param name="belowBits">Keys shorter than this; null for all, and for digests.</param>
    /// <param name="brokenAt">From when on nothing proves by it.</param>
    /// <param name="reason">Why, for those who come later.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="ArgumentException">Algorithm or reason is empty or too long.</exception>
    public async Task<Guid> AnnounceAsync(Guid person, string algorithm, int? belowBits, DateTimeOffset brokenAt, string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(algorithm);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (algorithm.Length > 100 || reason.Length > 2000) throw new ArgumentException("the alarm is too long", nameof(reason));
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var alarm = new AlgorithmAlarm
        {
            Id = Guid.CreateVersion7(session.Now), Algorithm = algorithm, BelowBits = belowBits, BrokenAt = brokenAt.ToUniversalTime(), Reason = reason, AnnouncedBy = person, AnnouncedAt = session.Now,
        };
        session.Rows.AlgorithmAlarms.Add(alarm);
        await session.FlushAsync(cancellationToken);
        session.Audit(person, null, "algorithm.alarm", "algorithmAlarm", alarm.Id.ToString(), new { algorithm, belowBits, brokenAt, reason });
        await session.CommitAsync(cancellationToken);
        return alarm.Id;
    }

    /// <summary>Confirms; false when there is no such open alarm, or the person is the one who announced it.</summary>
    public async Task<bool> ConfirmAsync(Guid person, Guid alarm, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var confirm = session.Command("UPDATE algorithm_alarm SET confirmed_by = $2, confirmed_at = $3 WHERE id = $1 AND confirmed_at IS NULL AND person_of(announced_by) <> person_of($2)", alarm, person, session.Now))
            if (await confirm.ExecuteNonQueryAsync(cancellationToken) == 0) return false;
        session.Audit(person, null, "algorithm.alarmConfirmed", "algorithmAlarm", alarm.ToString(), new { });
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>All alarms, the newest first.</summary>
    public async Task<IReadOnlyList<AlgorithmAlarm>> AllAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.AlgorithmAlarms.AsNoTracking().OrderByDescending(a => a.AnnouncedAt).ThenBy(a => a.Id).ToListAsync(cancellationToken);
    }
}
