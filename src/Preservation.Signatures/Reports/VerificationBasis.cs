using System.Collections.Immutable;

namespace Preservation.Signatures.Reports;

/// <summary>What a report rests on besides the file: with the same, it can be made again to the byte.</summary>
/// <param name="Engine">Name and version of the validation engine.</param>
/// <param name="At">The verification's time.</param>
/// <param name="Policies">Validation policies, each with the SHA-256 of its file.</param>
/// <param name="Algorithms">Catalogues of algorithms, each with the SHA-256 of its file.</param>
/// <param name="TrustAnchors">SHA-256 of <see cref="Path.TrustAnchors.Json"/>: certificates, families, dates and sources; empty without anchors.</param>
public sealed record VerificationBasis(
    string Engine, DateTimeOffset At, ImmutableArray<PinnedFile> Policies, ImmutableArray<PinnedFile> Algorithms, string TrustAnchors);

/// <summary>A file that is named by its content.</summary>
/// <param name="Id">Its short name.</param>
/// <param name="Sha256">SHA-256 of its bytes, hexadecimal.</param>
public sealed record PinnedFile(string Id, string Sha256);
