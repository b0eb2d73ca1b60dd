using System.Formats.Asn1;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>The SIGNED form of X.509: bytes, algorithm, value.</summary>
internal static class Signed
{
    public static KeyAnswer Verify(ReadOnlyMemory<byte> bytes, AlgorithmId algorithm, ReadOnlyMemory<byte> value, PublicKey key)
    {
        try
        {
            var scheme = SignatureScheme.Read(algorithm);
            if (scheme.Unsupported is not null || scheme.Hash is not { IsSupported: true } hash) return KeyAnswer.Unsupported;
            return key.Verify(hash.Compute(bytes.Span), value.Span, scheme, hash);
        }
        catch (AsnContentException)
        {
            return KeyAnswer.No;
        }
    }
}
