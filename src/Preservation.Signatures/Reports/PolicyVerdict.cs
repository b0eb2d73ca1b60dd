namespace Preservation.Signatures.Reports;

/// <summary>The verdict of one policy on one signature.</summary>
/// <param name="Policy">The policy's id.</param>
/// <param name="Indication">ETSI EN 319 102-1 status.</param>
/// <param name="SubIndication">The reason, for every status but TOTAL_PASSED.</param>
/// <param name="JudgedAt">The time the certificate and the algorithms were judged at.</param>
/// <param name="Basis">What that time is: <c>now</c>, <c>proven</c> by a time-stamp or by what kept the file, or <c>claimed</c> by the signer.</param>
public sealed record PolicyVerdict(string Policy, Indication Indication, SubIndication? SubIndication, DateTimeOffset JudgedAt, string Basis)
{
    /// <summary>What the verdict rests its trust on: an anchor with its family, dates and source; null when no path led to one that was believed.</summary>
    public AnchorReport? Anchor { get; init; }
}
