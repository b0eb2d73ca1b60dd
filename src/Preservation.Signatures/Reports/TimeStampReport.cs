using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Signatures.Reports;

/// <summary>What is known of one time-stamp token.</summary>
public sealed record TimeStampReport
{
    /// <summary><c>signature</c>, <c>archive</c>, <c>content</c>, <c>document</c> (PDF DocTimeStamp) or <c>token</c> (on its own).</summary>
    public required string Kind { get; init; }

    /// <summary>Do its signature and its imprint hold.</summary>
    public required VerificationOutcome Cryptographic { get; init; }

    /// <summary>SHA-256 of the token, hexadecimal; null when it cannot be read.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The time it states; null when it cannot be read.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Who made it, as its certificate says; null when the certificate is not at hand.</summary>
    public CertificateReport? Tsa { get; init; }

    /// <summary>Part of the file it covers, for a PDF.</summary>
    public Coverage? Coverage { get; init; }

    /// <summary>May its time be believed.</summary>
    public required Indication Indication { get; init; }

    /// <summary>Why not.</summary>
    public SubIndication? SubIndication { get; init; }

    /// <summary>What its trust rests on; null when no path led to an anchor that was believed.</summary>
    public AnchorReport? Anchor { get; init; }

    /// <summary>Everything found on the way.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
