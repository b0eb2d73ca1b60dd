using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Findings;
using Preservation.Workflow.Ingest;

namespace Preservation.Workflow.Terms;

/// <summary>Under which registration and in which round a submission comes (VN-C17). Nothing of another agency is looked at.</summary>
internal static class RegistrationCheck
{
    /// <summary>The round that was open on the day of receipt, and what is wrong.</summary>
    /// <param name="session">Sees the agency's rows.</param>
    /// <param name="submission">What came.</param>
    /// <param name="named">The code that the package names; the request's own comes first.</param>
    /// <param name="isRequired">Does the agreement ask for a registration?</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<(Guid? Round, IReadOnlyList<Finding> Findings)> JudgeAsync(CatalogueSession session, Submission submission, string? named, bool isRequired, CancellationToken cancellationToken)
    {
        var code = (string.IsNullOrWhiteSpace(submission.RegistrationCode) ? named : submission.RegistrationCode)?.Trim();
        if (string.IsNullOrEmpty(code)) return (null, isRequired ? [new Finding(IngestRules.Unregistered, "", Found: "–")] : []);
        var registration = await session.Rows.Registrations.AsNoTracking().SingleOrDefaultAsync(r => r.AgencyId == submission.AgencyId && r.Code == code, cancellationToken);
        if (registration is null) return (null, [isRequired ? new Finding(IngestRules.Unregistered, "", Found: code) : new Finding(IngestRules.RegistrationUnchecked, "", Found: code)]);
        if (registration.State != RegistrationState.Accepted) return (null, [new Finding(IngestRules.RegistrationNotAccepted, "", code, registration.State.ToString())]);
        var day = WorkingCalendar.DayOf(submission.ReceivedAt);
        // A round that was closed early takes nothing that came afterwards.
        var round = await session.Rows.RegistrationRounds.AsNoTracking().Where(o => o.RegistrationId == registration.Id && o.OpensOn <= day && o.ClosesOn >= day && (o.ClosedAt == null || o.ClosedAt > submission.ReceivedAt))
            .OrderByDescending(o => o.Number).Select(o => (Guid?)o.Id).FirstOrDefaultAsync(cancellationToken);
        return round is null ? (null, [new Finding(IngestRules.NoRoundOpen, "", code, day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))]) : (round, []);
    }
}
