using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Records;

/// <summary>What came of reading an evidence record.</summary>
/// <param name="Kind"><c>RFC4998</c> or <c>RFC6283</c>.</param>
/// <param name="Record">The record; null when it was refused.</param>
/// <param name="Refusal">Why it was refused: <c>ER_MALFORMED</c>, <c>UNSUPPORTED</c> or <c>REJECT_DTD</c>; null when it was read.</param>
/// <param name="Findings">What was found on the way.</param>
public sealed record EvidenceReading(string Kind, EvidenceRecord? Record, VerificationOutcome? Refusal, ImmutableArray<Finding> Findings)
{
    /// <summary>The report of a record that was refused.</summary>
    /// <exception cref="InvalidOperationException">It was read.</exception>
    public EvidenceReport ToReport() => new(Kind, Refusal ?? throw new InvalidOperationException("the record was read"), null, [], Findings);
}
