using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Core.Findings;
using Preservation.Evidence.Planning;
using Preservation.Workflow.Options;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Renewal;

/// <summary>What an officer reads of the evidence: coverage, the plan of renewals with its alarms, and the years ahead, all from one look at the catalogue.</summary>
public sealed class EvidenceOutlook(RenewalPlans plans, IOptions<PreservationOptions> options)
{
    private const int Years = 30;
    private const int MostAlarms = 200;

    /// <summary>Makes the report as of now. The session must see everything.</summary>
    public async Task<EvidenceOutlookView> MakeAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var coverage = await EvidenceCoverage.MakeAsync(session, cancellationToken);
        var situation = await plans.SituationAsync(session, cancellationToken);
        var plan = RenewalPlanning.Plan(situation, session.Now);
        var years = RenewalCalendar.Of(situation, session.Now, Years).GroupBy(q => q.Year)
            .Select(y => new CalendarYear(y.Key, y.Sum(q => q.TimeStampRenewals), y.Sum(q => q.HashTreeRenewals), y.Sum(q => q.Tokens), y.Sum(q => q.Bytes)));
        return new EvidenceOutlookView(coverage, options.Value.TimeStamps.IsDevelopment, [.. plan.Steps.Select(s => Planned(s, plan.MadeAt))], [.. plan.Alarms.Select(Alarm)],
            await AlarmsAsync(session, cancellationToken), [.. years]);
    }

    private static PlannedRenewal Planned(RenewalStep step, DateTimeOffset now) => new(
        step.Kind, step.Algorithm.MetsName, step.NewAlgorithm?.MetsName, step.NotBefore, step.By, step.IsDue(now), step.Needs.Length,
        step.Needs.Count(n => n.By > DateTimeOffset.MinValue && n.By < now), step.Tokens, step.Bytes, [.. step.Needs.GroupBy(n => n.Reason.Rule).Select(Reason).OrderBy(r => r.Ends).ThenBy(r => r.Code, StringComparer.Ordinal)]);

    private static RenewalReason Reason(IGrouping<Rule, RenewalNeed> needs)
    {
        var first = needs.MinBy(n => n.Ends)!;
        return new RenewalReason(needs.Key.Code, needs.Key.Clause, first.Reason.Message, first.Reason.Hint, needs.Count(), first.Ends);
    }

    private static PlanAlarm Alarm(RenewalAlarm alarm)
    {
        var (finding, rule) = (alarm.Finding, alarm.Finding.Rule);
        return new PlanAlarm(rule.Code, char.ToLowerInvariant(rule.Severity.ToString()[0]) + rule.Severity.ToString()[1..], rule.Clause, finding.Message, finding.Hint, alarm.Tokens.Length);
    }

    private static async Task<IReadOnlyList<AnnouncedAlarm>> AlarmsAsync(CatalogueSession session, CancellationToken cancellationToken) =>
        await (from alarm in session.Rows.AlgorithmAlarms.AsNoTracking()
               join announcer in session.Rows.Principals on alarm.AnnouncedBy equals announcer.Id
               from confirmer in session.Rows.Principals.Where(p => p.Id == alarm.ConfirmedBy).DefaultIfEmpty()
               orderby alarm.AnnouncedAt descending, alarm.Id
               select new AnnouncedAlarm(alarm.Algorithm, alarm.BelowBits, alarm.BrokenAt, alarm.Reason, announcer.Name, alarm.AnnouncedAt, confirmer == null ? null : confirmer.Name, alarm.ConfirmedAt))
            .Take(MostAlarms).ToListAsync(cancellationToken);
}
