using System.Collections.Immutable;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Path;

/// <summary>What is to be said of a certificate's path.</summary>
/// <param name="Outcome">The answer.</param>
/// <param name="Reason">What fails, with the clause; of several faults all. Empty when the path is valid.</param>
/// <param name="Path">From the certificate to the anchor; empty when no path was found.</param>
public sealed record PathReport(PathOutcome Outcome, string Reason, ImmutableArray<CertificateReport> Path)
{
    /// <summary>What vouches for the path's end; null when nothing does at that time.</summary>
    public AnchorReport? Anchor { get; init; }
}
