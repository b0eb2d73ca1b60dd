using Preservation.Core.Digests;

namespace Preservation.Evidence.Export;

/// <summary>One time-stamped batch as far as it concerns the files to be shown.</summary>
public sealed record EvidenceBundle
{
    /// <summary>Whose files: the package's id.</summary>
    public required string Package { get; init; }

    /// <summary>Root of the tree, which is the token's message imprint.</summary>
    public required Digest Root { get; init; }

    /// <summary>The authority's whole response (DER).</summary>
    public required ReadOnlyMemory<byte> Response { get; init; }

    /// <summary>The token in it (DER).</summary>
    public required ReadOnlyMemory<byte> Token { get; init; }

    /// <summary>The request (DER), when it was kept.</summary>
    public ReadOnlyMemory<byte>? Request { get; init; }

    /// <summary>PEM of the authority's issuers up to the root.</summary>
    public required string AuthorityChainPem { get; init; }

    /// <summary>The time of the token, also the time of the archive's entries.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>One proof a file, read once while the archive is written: none of them is held.</summary>
    public required IAsyncEnumerable<EvidenceProof> Proofs { get; init; }

    /// <summary>What lies beside the proofs: certificates, revocation data, reports, PREMIS, audit proofs. None is needed. Read once, after the proofs.</summary>
    public IAsyncEnumerable<EvidencePart> Parts { get; init; } = AsyncEnumerable.Empty<EvidencePart>();
}
