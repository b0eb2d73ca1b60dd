using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Preservation.Signatures.Algorithms;

/// <summary>A SubjectPublicKeyInfo and what it can check. Keys of more than 16,384 bits are not loaded.</summary>
internal sealed class PublicKey(ReadOnlyMemory<byte> subjectPublicKeyInfo)
{
    private const int MaxBytes = 4096;

    /// <summary>Does the value sign this digest; <c>Unsupported</c> when key or scheme cannot be used here.</summary>
    public KeyAnswer Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, SignatureScheme scheme, HashFunction hash)
    {
        if (subjectPublicKeyInfo.Length > MaxBytes || hash.Platform is not { } name) return KeyAnswer.Unsupported;
        try
        {
            return scheme.Family switch
            {
                SchemeFamily.RsaPkcs1 => VerifyRsa(digest, value, name, RSASignaturePadding.Pkcs1),
                SchemeFamily.RsaPss => VerifyRsa(digest, value, name, RSASignaturePadding.Pss),
                SchemeFamily.Ecdsa => VerifyEcdsa(digest, value, DSASignatureFormat.Rfc3279DerSequence),
                SchemeFamily.EcdsaPlain => VerifyEcdsa(digest, value, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                _ => KeyAnswer.Unsupported,
            };
        }
        catch (CryptographicException)
        {
            return KeyAnswer.Unsupported;
        }
    }

    /// <summary>Modulus or field size in bits and the family's name; zero when the key cannot be read.</summary>
    public (string Name, int Bits) Strength()
    {
        if (subjectPublicKeyInfo.Length > MaxBytes) return ("", 0);
        try
        {
            var reader = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.BER).ReadSequence();
            var oid = AlgorithmId.Read(reader).Oid;
            if (oid is "1.2.840.113549.1.1.1" or SignatureScheme.Pss)
            {
                using var rsa = RSA.Create();
                rsa.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo.Span, out _);
                return ("RSA", rsa.KeySize);
            }
            if (oid != "1.2.840.10045.2.1") return ("", 0);
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo.Span, out _);
            return ("ECDSA", ecdsa.KeySize);
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            return ("", 0);
        }
    }

    private KeyAnswer VerifyRsa(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        using var rsa = RSA.Create();
        if (!Import(rsa)) return KeyAnswer.No;
        return rsa.VerifyHash(digest, value, hash, padding) ? KeyAnswer.Yes : KeyAnswer.No;
    }

    private KeyAnswer VerifyEcdsa(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, DSASignatureFormat format)
    {
        using var ecdsa = ECDsa.Create();
        if (!Import(ecdsa)) return KeyAnswer.No;
        return ecdsa.VerifyHash(digest, value, format) ? KeyAnswer.Yes : KeyAnswer.No;
    }

    // A key of another family never made this value; a curve the platform lacks is a different matter.
    private bool Import(AsymmetricAlgorithm key)
    {
        var oid = "";
        try
        {
            oid = AlgorithmId.Read(new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.BER).ReadSequence()).Oid;
        }
        catch (AsnContentException exception)
        {
            throw new CryptographicException("the public key is malformed", exception);
        }
        var fits = key is RSA ? oid is "1.2.840.113549.1.1.1" or SignatureScheme.Pss : oid == "1.2.840.10045.2.1";
        if (!fits) return false;
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo.Span, out _);
        return true;
    }
}
