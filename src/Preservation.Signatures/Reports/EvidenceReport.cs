using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Signatures.Reports;

/// <summary>What is known of one evidence record (RFC 4998, RFC 6283).</summary>
/// <param name="Kind"><c>RFC4998</c> or <c>RFC6283</c>.</param>
/// <param name="Outcome">One of the <c>ER_…</c> words, or <c>UNSUPPORTED</c>.</param>
/// <param name="CoveredFrom">Time of the oldest archive time-stamp, when the record proves it.</param>
/// <param name="Timestamps">Archive time-stamps, oldest first.</param>
/// <param name="Findings">Everything found on the way.</param>
public sealed record EvidenceReport(
    string Kind, VerificationOutcome Outcome, DateTimeOffset? CoveredFrom,
    ImmutableArray<TimeStampReport> Timestamps, ImmutableArray<Finding> Findings);
