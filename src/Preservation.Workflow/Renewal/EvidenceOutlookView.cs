using Preservation.Core.Findings;
using Preservation.Evidence.Planning;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Renewal;

/// <summary>The state of the archive's evidence.</summary>
/// <param name="Coverage">What is covered, by which tokens.</param>
/// <param name="DevelopmentAuthority">A development authority is configured: what it stamps is worthless outside tests.</param>
/// <param name="Renewals">Every renewal that is known to come, the earliest first.</param>
/// <param name="Alarms">What a person must know of the plan.</param>
/// <param name="AlgorithmAlarms">Algorithms that people said are broken, the newest first.</param>
/// <param name="Years">What the present archive will ask for, year by year, this one first. It assumes that nothing is added and every renewal is done in time.</param>
public sealed record EvidenceOutlookView(
    EvidenceCoverageView Coverage, bool DevelopmentAuthority, IReadOnlyList<PlannedRenewal> Renewals, IReadOnlyList<PlanAlarm> Alarms, IReadOnlyList<AnnouncedAlarm> AlgorithmAlarms, IReadOnlyList<CalendarYear> Years);

/// <summary>One renewal of many tokens together.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Algorithm">The function of the trees now.</param>
/// <param name="NewAlgorithm">The function of the new tree; null when none is left.</param>
/// <param name="NotBefore">The day it may begin.</param>
/// <param name="By">The day it is to be done by.</param>
/// <param name="IsDue">It may begin now.</param>
/// <param name="Tokens">Tokens that it renews.</param>
/// <param name="Overdue">Of these, such as should have been renewed before now.</param>
/// <param name="NewTokens">Time-stamps that it takes.</param>
/// <param name="Bytes">Bytes that are read again.</param>
/// <param name="Reasons">Why, a rule each.</param>
public sealed record PlannedRenewal(
    RenewalKind Kind, string Algorithm, string? NewAlgorithm, DateTimeOffset NotBefore, DateTimeOffset By, bool IsDue, int Tokens, int Overdue, long NewTokens, long Bytes, IReadOnlyList<RenewalReason> Reasons);

/// <summary>Why a renewal is planned.</summary>
/// <param name="Code">A rule of <see cref="RenewalRules"/>.</param>
/// <param name="Clause">The standard's place.</param>
/// <param name="Message">The text of the first one to end.</param>
/// <param name="Hint">What to do.</param>
/// <param name="Tokens">Tokens it is the reason for.</param>
/// <param name="Ends">When the first of them proves nothing any more.</param>
public sealed record RenewalReason(string Code, string Clause, LocalizedText Message, LocalizedText Hint, int Tokens, DateTimeOffset Ends);

/// <summary>An alarm of the plan.</summary>
/// <param name="Code">A rule of <see cref="RenewalRules"/>.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c>, <c>error</c>.</param>
/// <param name="Clause">The standard's place.</param>
/// <param name="Message">What is the matter.</param>
/// <param name="Hint">What to do.</param>
/// <param name="Tokens">Number of tokens it is about.</param>
public sealed record PlanAlarm(string Code, string Severity, string Clause, LocalizedText Message, LocalizedText Hint, int Tokens);

/// <summary>An algorithm that somebody said is broken.</summary>
/// <param name="Algorithm">As the catalogue of algorithms names it.</param>
/// <param name="BelowBits">Keys shorter than this; null for all.</param>
/// <param name="BrokenAt">From when on.</param>
/// <param name="Reason">Why.</param>
/// <param name="AnnouncedBy">Who said so.</param>
/// <param name="AnnouncedAt">When.</param>
/// <param name="ConfirmedBy">The second person; null while nothing has changed by it.</param>
/// <param name="ConfirmedAt">When.</param>
public sealed record AnnouncedAlarm(
    string Algorithm, int? BelowBits, DateTimeOffset BrokenAt, string Reason, string AnnouncedBy, DateTimeOffset AnnouncedAt, string? ConfirmedBy, DateTimeOffset? ConfirmedAt);

/// <summary>What one year asks for.</summary>
/// <param name="Year">The year (UTC).</param>
/// <param name="TimeStampRenewals">Tokens that are renewed by a token over them.</param>
/// <param name="HashTreeRenewals">Tokens whose trees are renewed with their objects.</param>
/// <param name="NewTokens">Time-stamps that this takes.</param>
/// <param name="Bytes">Bytes that are read again.</param>
public sealed record CalendarYear(int Year, long TimeStampRenewals, long HashTreeRenewals, long NewTokens, long Bytes);
