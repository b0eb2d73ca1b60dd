using Preservation.Signatures.Path;

namespace Preservation.Signatures.Reports;

/// <summary>The anchor a verdict rests on.</summary>
/// <param name="Sha256">SHA-256 of its certificate, hexadecimal.</param>
/// <param name="Family">One of <see cref="AnchorFamily"/>; null where nobody said.</param>
/// <param name="From">From when it is believed; null for always.</param>
/// <param name="Until">The moment from which it is no longer believed; null while nobody withdrew it.</param>
/// <param name="Source">File or trusted list that names it; null when it was handed over as bytes.</param>
public sealed record AnchorReport(string Sha256, string? Family, DateTimeOffset? From, DateTimeOffset? Until, AnchorSource? Source)
{
    internal static AnchorReport? Of(TrustAnchor? anchor) => anchor is null ? null : new(anchor.Sha256, anchor.Family, anchor.From, anchor.Until, anchor.Source);
}
