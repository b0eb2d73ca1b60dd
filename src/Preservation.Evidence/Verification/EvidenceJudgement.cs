using System.Collections.Immutable;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Verification;

/// <summary>A report, and what a renewal must know beside it.</summary>
/// <param name="Report">The report.</param>
/// <param name="IsSound">Do trees, renewals, token signatures and the order of times hold, whatever was said about data.</param>
/// <param name="Standings">How the record stands to each object, in the order given.</param>
internal sealed record EvidenceJudgement(EvidenceReport Report, bool IsSound, ImmutableArray<ObjectStanding> Standings);
