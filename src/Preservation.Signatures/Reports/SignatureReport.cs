using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Signatures.Reports;

/// <summary>Facts and verdict of one signature. Three clocks are kept apart: claimed, proven, and the verification's own.</summary>
public sealed record SignatureReport
{
    /// <summary>Unique within the file: <c>1</c>, <c>2</c>, a counter-signature <c>1.1</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>CMS</c>, <c>CAdES</c>, <c>PDF</c>, <c>PAdES</c>, <c>XMLDSig</c> …</summary>
    public required string Format { get; init; }

    /// <summary>What its properties amount to: <c>BASIC</c>, <c>B</c>, <c>T</c>, <c>LTA</c>.</summary>
    public required string Level { get; init; }

    /// <summary>Do value and digests hold.</summary>
    public required VerificationOutcome Cryptographic { get; init; }

    /// <summary><c>FULL</c> or <c>PARTIAL</c>: is the whole of the signed object what the reader is shown.</summary>
    public string Scope { get; init; } = "FULL";

    /// <summary>Part of its file it covers.</summary>
    public Coverage Coverage { get; init; }

    /// <summary>What was changed in the file after it was made; null for forms that have no later revisions.</summary>
    public LaterChanges? Changes { get; init; }

    /// <summary>The signer's own statement; proves nothing.</summary>
    public DateTimeOffset? ClaimedTime { get; init; }

    /// <summary>Earliest time a trusted time-stamp proves the signature to have existed.</summary>
    public DateTimeOffset? ProvenTime { get; init; }

    /// <summary>ETSI EN 319 102-1 status.</summary>
    public required Indication Indication { get; init; }

    /// <summary>The reason, for every status but TOTAL_PASSED.</summary>
    public SubIndication? SubIndication { get; init; }

    /// <summary>The verdict of each policy; the first is the one above.</summary>
    public ImmutableArray<PolicyVerdict> Verdicts { get; init; } = [];

    /// <summary>The signer's certificate; null when it is not at hand.</summary>
    public CertificateReport? Signer { get; init; }

    /// <summary>Certificates from signer to trust anchor, when a path was found.</summary>
    public ImmutableArray<CertificateReport> Path { get; init; } = [];

    /// <summary>The sources that said how the certificates of the path stood.</summary>
    public ImmutableArray<RevocationReport> Revocation { get; init; } = [];

    /// <summary>Time-stamps in the signature's attributes.</summary>
    public ImmutableArray<TimeStampReport> Timestamps { get; init; } = [];

    /// <summary>Everything found on the way.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
