using System.Collections.Frozen;
using System.Formats.Asn1;

namespace Preservation.Signatures.Algorithms;

/// <summary>Algorithms by the URIs of XML signatures (RFC 9231, XML Signature 1.1 §6, XML Encryption 1.1 §5.7). An unknown URI gives nothing.</summary>
internal static class XmlAlgorithms
{
    private const string Dsig = "http://www.w3.org/2000/09/xmldsig#";
    private const string More = "http://www.w3.org/2001/04/xmldsig-more#";
    private const string More2007 = "http://www.w3.org/2007/05/xmldsig-more#";
    private const string More2021 = "http://www.w3.org/2021/04/xmldsig-more#";
    private const string Enc = "http://www.w3.org/2001/04/xmlenc#";
    private const string Dsig11 = "http://www.w3.org/2009/xmldsig11#";
    private const string Mgf1 = "1.2.840.113549.1.1.8";

    private static readonly FrozenDictionary<string, HashFunction> Hashes = new Dictionary<string, HashFunction>
    {
        [More + "md5"] = HashFunction.Md5,
        [Dsig + "sha1"] = HashFunction.Sha1,
        [More + "sha224"] = HashFunction.Sha224,
        [Enc + "sha256"] = HashFunction.Sha256,
        [More + "sha384"] = HashFunction.Sha384,
        [Enc + "sha512"] = HashFunction.Sha512,
        [More2007 + "sha3-224"] = HashFunction.Sha3T224,
        [More2007 + "sha3-256"] = HashFunction.Sha3T256,
        [More2007 + "sha3-384"] = HashFunction.Sha3T384,
        [More2007 + "sha3-512"] = HashFunction.Sha3T512,
    }.ToFrozenDictionary();

    // By the OIDs of the same algorithms, so that what can be computed is known in one place.
    private static readonly FrozenDictionary<string, string> Oids = new Dictionary<string, string>
    {
        [More + "rsa-md5"] = "1.2.840.113549.1.1.4",
        [Dsig + "rsa-sha1"] = "1.2.840.113549.1.1.5",
        [More + "rsa-sha224"] = "1.2.840.113549.1.1.14",
        [More + "rsa-sha256"] = "1.2.840.113549.1.1.11",
        [More + "rsa-sha384"] = "1.2.840.113549.1.1.12",
        [More + "rsa-sha512"] = "1.2.840.113549.1.1.13",
        [Dsig + "dsa-sha1"] = "1.2.840.10040.4.3",
        [Dsig11 + "dsa-sha256"] = "2.16.840.1.101.3.4.3.2",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, HashFunction> Ecdsas = new Dictionary<string, HashFunction>
    {
        [More + "ecdsa-sha1"] = HashFunction.Sha1,
        [More + "ecdsa-sha224"] = HashFunction.Sha224,
        [More + "ecdsa-sha256"] = HashFunction.Sha256,
        [More + "ecdsa-sha384"] = HashFunction.Sha384,
        [More + "ecdsa-sha512"] = HashFunction.Sha512,
        [More2021 + "ecdsa-sha3-224"] = HashFunction.Sha3T224,
        [More2021 + "ecdsa-sha3-256"] = HashFunction.Sha3T256,
        [More2021 + "ecdsa-sha3-384"] = HashFunction.Sha3T384,
        [More2021 + "ecdsa-sha3-512"] = HashFunction.Sha3T512,
    }.ToFrozenDictionary();

    // RFC 9231 §2.3.10: the digest is that of the mask too, the salt is as long as the digest.
    private static readonly FrozenDictionary<string, HashFunction> ShortPss = new Dictionary<string, HashFunction>
    {
        [More2007 + "md5-rsa-MGF1"] = HashFunction.Md5,
        [More2007 + "sha1-rsa-MGF1"] = HashFunction.Sha1,
        [More2007 + "sha224-rsa-MGF1"] = HashFunction.Sha224,
        [More2007 + "sha256-rsa-MGF1"] = HashFunction.Sha256,
        [More2007 + "sha384-rsa-MGF1"] = HashFunction.Sha384,
        [More2007 + "sha512-rsa-MGF1"] = HashFunction.Sha512,
        [More2007 + "sha3-224-rsa-MGF1"] = HashFunction.Sha3T224,
        [More2007 + "sha3-256-rsa-MGF1"] = HashFunction.Sha3T256,
        [More2007 + "sha3-384-rsa-MGF1"] = HashFunction.Sha3T384,
        [More2007 + "sha3-512-rsa-MGF1"] = HashFunction.Sha3T512,
    }.ToFrozenDictionary();

    /// <summary>RSASSA-PSS with its parameters beside the URI (RFC 9231 §2.3.9).</summary>
    public const string PssWithParameters = More2007 + "rsa-pss";

    /// <summary>The mask generation function MGF1 with a digest of its own (RFC 9231 §2.3.9).</summary>
    public const string Mgf1Uri = More2007 + "MGF1";

    public static HashFunction? Hash(string? uri) => uri is null ? null : Hashes.GetValueOrDefault(uri);

    /// <summary>The scheme; its <see cref="SignatureScheme.Unsupported"/> says what is missing where it cannot be used.</summary>
    public static SignatureScheme Scheme(string uri)
    {
        if (Oids.TryGetValue(uri, out var oid)) return SignatureScheme.Read(new AlgorithmId(oid, null));
        if (Ecdsas.TryGetValue(uri, out var hash)) return new SignatureScheme(SchemeFamily.EcdsaPlain, hash, hash.IsSupported ? null : hash.Name);
        if (ShortPss.TryGetValue(uri, out hash)) return Pss(hash, hash, hash.Bytes);
        return new SignatureScheme(SchemeFamily.Unknown, null, uri);
    }

    /// <summary>RSASSA-PSS with these parameters (RFC 4055 §3.1).</summary>
    public static SignatureScheme Pss(HashFunction hash, HashFunction mask, int saltBytes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) WriteOid(writer, hash.Oid);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Mgf1);
                WriteOid(writer, mask.Oid);
            }
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2))) writer.WriteInteger(saltBytes);
        }
        return SignatureScheme.Read(new AlgorithmId(SignatureScheme.Pss, writer.Encode()));
    }

    /// <summary>A DSA value is r‖s in XML (XMLDSig §6.4.1) and a SEQUENCE elsewhere; null when it is none of any length in use.</summary>
    public static byte[]? DsaValue(ReadOnlySpan<byte> value)
    {
        if (value.Length is not (40 or 56 or 64)) return null;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new System.Numerics.BigInteger(value[..(value.Length / 2)], isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new System.Numerics.BigInteger(value[(value.Length / 2)..], isUnsigned: true, isBigEndian: true));
        }
        return writer.Encode();
    }

    /// <summary>Is the value of this method r‖s of DSA.</summary>
    public static bool IsDsa(string uri) => uri is Dsig + "dsa-sha1" or Dsig11 + "dsa-sha256";

    private static void WriteOid(AsnWriter writer, string oid)
    {
        using var sequence = writer.PushSequence();
        writer.WriteObjectIdentifier(oid);
    }
}
