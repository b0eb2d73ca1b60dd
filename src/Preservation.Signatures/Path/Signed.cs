using System.Formats.Asn1;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Path;

/// <summary>The SIGNED form of X.509: bytes, algorithm, value.</summary>
internal static class Signed
{
    public static KeyAnswer Verify(ReadOnlyMemory<byte> bytes, AlgorithmId algorithm, ReadOnlyMemory<byte> value, PublicKey key) =>
        Verify(hash => hash.Compute(bytes.Span), algorithm, value, key);

    /// <param name="digest">Gives the digest of the signed bytes by a function.</param>
    /// <param name="algorithm">Of the signature.</param>
    /// <param name="value">The signature.</param>
    /// <param name="key">Whose key it should be by.</param>
    public static KeyAnswer Verify(Func<HashFunction, byte[]> digest, AlgorithmId algorithm, ReadOnlyMemory<byte> value, PublicKey key)
    {
        try
        {
            var scheme = SignatureScheme.Read(algorithm);
            if (scheme.Unsupported is not null || scheme.Hash is not { IsSupported: true } hash) return KeyAnswer.Unsupported;
            return key.Verify(digest(hash), value.Span, scheme, hash);
        }
        catch (AsnContentException)
        {
            return KeyAnswer.No;
        }
    }
}
