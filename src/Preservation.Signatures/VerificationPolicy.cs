using System.Collections.Immutable;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Signatures.Path;
using Preservation.Signatures.Validation;

namespace Preservation.Signatures;

/// <summary>What a verification may rely on and what it may cost. Nothing is ever fetched and the machine's trust store is never read.</summary>
public sealed record VerificationPolicy
{
    /// <summary>Certificates that end a path. Without any, no signature is <c>TOTAL_PASSED</c>.</summary>
    public TrustAnchors TrustAnchors { get; init; } = TrustAnchors.None;

    /// <summary>Certificates (DER) that may stand between signer and anchor, beside those embedded in the signature.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Intermediates { get; init; } = [];

    /// <summary>
    /// Certificate revocation lists (DER or PEM). Without a usable list for each certificate below the anchor an otherwise good
    /// signature is <c>INDETERMINATE</c>/<c>TRY_LATER</c>, unless the certificate itself says that none will come
    /// (RFC 9608 noRevAvail, RFC 6960 ocsp-nocheck).
    /// </summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Crls { get; init; } = [];

    /// <summary>OCSP responses (DER or PEM), whole or as a bare BasicOCSPResponse; used as the lists are.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> OcspResponses { get; init; } = [];

    /// <summary>
    /// When something outside the file proves that the file existed: an evidence record or a time-stamp of the archive that keeps it (EN 319 102-1
    /// §5.6.2.3). Null when nothing does.
    /// </summary>
    public DateTimeOffset? ExistedSince { get; init; }

    /// <summary>Digests of the detached content, when the content itself is not at hand.</summary>
    public ImmutableArray<Digest> Digests { get; init; } = [];

    /// <summary>The same by functions that <see cref="Digest"/> does not know (SHA-224, SHA3-256); evidence records may need them.</summary>
    public ImmutableArray<NamedDigest> NamedDigests { get; init; } = [];

    /// <summary>The rules verdicts are made by, each giving a verdict of its own; the first gives the report's indication.</summary>
    public ImmutableArray<ValidationPolicy> Validations { get; init; } = [ValidationPolicy.Etsi, ValidationPolicy.Vietnam];

    /// <summary>Limits that hold for every kind of foreign input.</summary>
    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>Limits of signatures and certificate paths.</summary>
    public SignatureLimits SignatureLimits { get; init; } = SignatureLimits.Default;
}
