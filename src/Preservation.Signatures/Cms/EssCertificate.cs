using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Cms;

/// <summary>A certificate named by its digest; a function that is unknown or cannot be computed matches nothing.</summary>
internal sealed record EssCertificate(HashFunction? Hash, ReadOnlyMemory<byte> Value)
{
    public bool Matches(Certificate certificate) =>
        Hash is { IsSupported: true } && Hash.Compute(certificate.Encoded.Span).AsSpan().SequenceEqual(Value.Span);
}
