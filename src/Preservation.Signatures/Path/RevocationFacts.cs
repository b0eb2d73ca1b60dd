using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>
/// What one revocation list (or a list with its delta) or one OCSP response says of a certificate, its signature and its signer's right to
/// speak having been checked. Whether it is recent enough for a time is for the caller: <see cref="Covers"/>.
/// </summary>
internal sealed record RevocationFacts
{
    public required RevocationStatus Status { get; init; }

    /// <summary>When revoked; null otherwise.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    public RevocationReason? Reason { get; init; }

    /// <summary>When the key is thought to have been lost (RFC 5280 §5.3.2).</summary>
    public DateTimeOffset? InvalidityDate { get; init; }

    /// <summary>True for OCSP, false for lists.</summary>
    public bool IsOcsp { get; init; }

    /// <summary>Bytes of the list or response as found; of the delta list where there is one.</summary>
    public required ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>Bytes of the complete list that a delta builds upon.</summary>
    public ReadOnlyMemory<byte>? BaseSource { get; init; }

    public required DateTimeOffset ThisUpdate { get; init; }
    public DateTimeOffset? NextUpdate { get; init; }

    /// <summary>OCSP: when the response was signed. For lists the same as <see cref="ThisUpdate"/>.</summary>
    public required DateTimeOffset ProducedAt { get; init; }

    /// <summary>Reasons it speaks of.</summary>
    public RevocationReasons Reasons { get; init; } = RevocationReasons.All;

    /// <summary>Certificates that ended since this time are still spoken of (expiredCertsOnCRL, archiveCutoff); null when none are.</summary>
    public DateTimeOffset? KeepsSince { get; init; }

    /// <summary>Who signed it.</summary>
    public required Certificate Signer { get; init; }

    /// <summary>Path of a signer that is not the certificate's issuer itself, anchor included; empty otherwise.</summary>
    public ImmutableArray<Certificate> SignerPath { get; init; } = [];

    /// <summary>What its signature rests on.</summary>
    public ImmutableArray<AlgorithmUse> Algorithms { get; init; } = [];

    /// <summary>
    /// Does it say how the certificate stood at a time: made by then or later but not after <paramref name="now"/>, still current at that time,
    /// and made while the certificate was not yet dropped from its sources.
    /// </summary>
    public bool Covers(Certificate certificate, DateTimeOffset at, DateTimeOffset now) =>
        ThisUpdate <= now && (NextUpdate ?? ProducedAt) >= at
        && (ThisUpdate <= certificate.NotAfter || KeepsSince <= certificate.NotAfter);

    /// <summary>Revoked by then. A certificate that was only on hold may come back; any other revocation stays, however old its source is.</summary>
    public bool SaysRevoked(DateTimeOffset at, DateTimeOffset now) => Status == RevocationStatus.Revoked && RevokedAt <= at && ThisUpdate <= now;
}
