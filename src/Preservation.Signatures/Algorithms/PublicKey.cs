using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Preservation.Signatures.Algorithms;

/// <summary>A SubjectPublicKeyInfo and what it can check. Keys of more than 16,384 bits are not loaded.</summary>
internal sealed class PublicKey(ReadOnlyMemory<byte> subjectPublicKeyInfo)
{
    private const int MaxBytes = 4096;
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string Ec = "1.2.840.10045.2.1";
    private const string DsaOid = "1.2.840.10040.4.1";

    private readonly Lazy<string> _fingerprint = new(() => Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo.Span)));

    public ReadOnlyMemory<byte> Encoded => subjectPublicKeyInfo;

    /// <summary>SHA-256 of the encoded key, hexadecimal.</summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>Does the value sign this digest; <c>Unsupported</c> when key or scheme cannot be used here.</summary>
    public KeyAnswer Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, SignatureScheme scheme, HashFunction hash)
    {
        if (subjectPublicKeyInfo.Length > MaxBytes || !hash.IsSupported) return KeyAnswer.Unsupported;
        try
        {
            var (algorithm, bits) = Read();
            return scheme.Family switch
            {
                SchemeFamily.RsaPkcs1 or SchemeFamily.RsaPss when algorithm.Oid is not (Rsa or SignatureScheme.Pss) => KeyAnswer.No,
                SchemeFamily.Ecdsa or SchemeFamily.EcdsaPlain when algorithm.Oid != Ec => KeyAnswer.No,
                SchemeFamily.Dsa when algorithm.Oid != DsaOid => KeyAnswer.No,
                SchemeFamily.RsaPkcs1 when algorithm.Oid != Rsa => KeyAnswer.No,
                SchemeFamily.RsaPkcs1 => VerifyPkcs1(digest, value, hash, bits),
                SchemeFamily.RsaPss when !Allows(algorithm, scheme, hash) => KeyAnswer.No,
                SchemeFamily.RsaPss => VerifyPss(digest, value, scheme, hash, bits),
                SchemeFamily.Ecdsa => VerifyEcdsa(digest, value, DSASignatureFormat.Rfc3279DerSequence, algorithm, bits),
                SchemeFamily.EcdsaPlain => VerifyEcdsa(digest, value, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, algorithm, bits),
                SchemeFamily.Dsa => VerifyDsa(digest, value, algorithm, bits),
                _ => KeyAnswer.Unsupported,
            };
        }
        catch (AsnContentException)
        {
            // Nothing was ever signed with a key that is none.
            return KeyAnswer.No;
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            return KeyAnswer.Unsupported;
        }
    }

    /// <summary>A DSA key may leave its parameters to the key of its issuer (RFC 3279 §2.3.2).</summary>
    public bool LacksParameters => TryRead(out var algorithm, out _) && algorithm.Oid == DsaOid && IsAbsent(algorithm.Parameters);

    /// <summary>The same key with the parameters of its issuer's (RFC 5280 §6.1.4 (e)); unchanged when they do not fit.</summary>
    public PublicKey Inherit(PublicKey issuer)
    {
        if (!LacksParameters || !TryRead(out var own, out var bits)) return this;
        if (!issuer.TryRead(out var above, out _) || above.Oid != own.Oid || IsAbsent(above.Parameters)) return this;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(own.Oid);
                writer.WriteEncodedValue(above.Parameters!.Value.Span);
            }
            writer.WriteBitString(bits.Span);
        }
        return new PublicKey(writer.Encode());
    }

    /// <summary>Contents of the BIT STRING, of which OCSP and key identifiers take digests; empty when the key is malformed.</summary>
    public ReadOnlyMemory<byte> KeyBits => TryRead(out _, out var bits) ? bits : ReadOnlyMemory<byte>.Empty;

    /// <summary>Modulus or field size in bits and the family's name; zero when the key cannot be read.</summary>
    public (string Name, int Bits) Strength()
    {
        if (subjectPublicKeyInfo.Length > MaxBytes) return ("", 0);
        try
        {
            var (algorithm, bits) = Read();
            switch (algorithm.Oid)
            {
                case Rsa or SignatureScheme.Pss:
                    return ("RSA", RsaPublicOperation.Read(bits).Bits);
                case DsaOid when !IsAbsent(algorithm.Parameters):
                    return ("DSA", DsaPublicOperation.Bits(algorithm.Parameters!.Value));
                case Ec:
                    using (var ecdsa = ECDsa.Create())
                    {
                        Import(ecdsa, algorithm, bits);
                        return ("ECDSA", ecdsa.KeySize);
                    }

                default:
                    return ("", 0);
            }
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException or PlatformNotSupportedException)
        {
            return ("", 0);
        }
    }

    private static KeyAnswer Answer(bool verified) => verified ? KeyAnswer.Yes : KeyAnswer.No;

    private static bool IsAbsent(ReadOnlyMemory<byte>? parameters) => parameters is not { Length: > 2 };

    // A key for PSS alone may fix digest and mask and the least salt (RFC 4055 §1.2, §3.3).
    private static bool Allows(AlgorithmId key, SignatureScheme scheme, HashFunction hash)
    {
        if (key.Oid != SignatureScheme.Pss || IsAbsent(key.Parameters)) return true;
        var fixedScheme = SignatureScheme.Read(key);
        return fixedScheme.Unsupported is null && fixedScheme.Hash == hash
            && fixedScheme.MaskHash == (scheme.MaskHash ?? hash) && fixedScheme.SaltBytes <= (scheme.SaltBytes ?? hash.Bytes);
    }

    private static KeyAnswer VerifyPkcs1(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, HashFunction hash, ReadOnlyMemory<byte> bits)
    {
        var key = RsaPublicOperation.Read(bits);
        return Answer(IsPlain(hash)
            ? VerifyByPlatform(digest, value, hash, bits, RSASignaturePadding.Pkcs1) : key.VerifyPkcs1(digest, value, hash));
    }

    // What every platform does, and does faster.
    private static bool IsPlain(HashFunction hash) =>
        hash == HashFunction.Sha1 || hash == HashFunction.Sha256 || hash == HashFunction.Sha384 || hash == HashFunction.Sha512;

    private static bool VerifyByPlatform(
        ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, HashFunction hash, ReadOnlyMemory<byte> bits, RSASignaturePadding padding)
    {
        using var rsa = RSA.Create();
        rsa.ImportRSAPublicKey(bits.Span, out _);
        return digest.Length == hash.Bytes && rsa.VerifyHash(digest, value, hash.Platform!.Value, padding);
    }

    private static KeyAnswer VerifyPss(
        ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, SignatureScheme scheme, HashFunction hash, ReadOnlyMemory<byte> bits)
    {
        // What a digest is without parameters of its own: mask and salt as the digest.
        var (mask, salt) = (scheme.MaskHash ?? hash, scheme.SaltBytes ?? hash.Bytes);
        if (!mask.IsSupported) return KeyAnswer.Unsupported;
        var key = RsaPublicOperation.Read(bits);
        return Answer(IsPlain(hash) && mask == hash && salt == hash.Bytes
            ? VerifyByPlatform(digest, value, hash, bits, RSASignaturePadding.Pss) : key.VerifyPss(digest, value, hash, mask, salt));
    }

    private static KeyAnswer VerifyEcdsa(
        ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, DSASignatureFormat format, AlgorithmId algorithm, ReadOnlyMemory<byte> bits)
    {
        using var ecdsa = ECDsa.Create();
        Import(ecdsa, algorithm, bits);
        try
        {
            return Answer(ecdsa.VerifyHash(digest, value, format));
        }
        catch (CryptographicException)
        {
            // The key is loaded, so it is the value that is no signature.
            return KeyAnswer.No;
        }
    }

    private static KeyAnswer VerifyDsa(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, AlgorithmId algorithm, ReadOnlyMemory<byte> bits)
    {
        if (IsAbsent(algorithm.Parameters)) return KeyAnswer.Unsupported;
        try
        {
            return Answer(DsaPublicOperation.Verify(digest, value.ToArray(), algorithm.Parameters!.Value, bits));
        }
        catch (AsnContentException)
        {
            return KeyAnswer.No;
        }
    }

    // Named curves only: parameters that are spelt out must be those of a curve that has a name.
    private static void Import(ECDsa key, AlgorithmId algorithm, ReadOnlyMemory<byte> bits)
    {
        if (algorithm.Parameters is not { } parameters) throw new CryptographicException("the key names no curve");
        var tag = new AsnReader(parameters, AsnEncodingRules.BER).PeekTag();
        var oid = tag.HasSameClassAndValue(Asn1Tag.ObjectIdentifier)
            ? new AsnReader(parameters, AsnEncodingRules.BER).ReadObjectIdentifier()
            : NamedCurves.Find(parameters) ?? throw new CryptographicException("the curve has no name");
        var point = bits.Span;
        if (point.Length % 2 == 0 || point.IsEmpty || point[0] != 4) throw new CryptographicException("the point is compressed");
        key.ImportParameters(new ECParameters
        {
            Curve = ECCurve.CreateFromValue(oid),
            Q = new ECPoint { X = point[1..(1 + (point.Length / 2))].ToArray(), Y = point[(1 + (point.Length / 2))..].ToArray() },
        });
    }

    private bool TryRead(out AlgorithmId algorithm, out ReadOnlyMemory<byte> bits)
    {
        try
        {
            (algorithm, bits) = Read();
            return true;
        }
        catch (AsnContentException)
        {
            (algorithm, bits) = (default, default);
            return false;
        }
    }

    private (AlgorithmId Algorithm, ReadOnlyMemory<byte> Bits) Read()
    {
        var reader = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.BER).ReadSequence();
        var algorithm = AlgorithmId.Read(reader);
        var bits = reader.ReadBitString(out var unused);
        if (unused != 0) throw new AsnContentException("the key has a part of a byte");
        return (algorithm, bits);
    }
}
