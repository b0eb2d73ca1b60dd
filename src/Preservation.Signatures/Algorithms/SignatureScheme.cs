using System.Collections.Frozen;
using System.Formats.Asn1;

namespace Preservation.Signatures.Algorithms;

/// <summary>How a signature value is to be checked: family, digest. An unknown OID gives no scheme; nothing is guessed.</summary>
internal sealed record SignatureScheme(SchemeFamily Family, HashFunction? Hash, string? Unsupported)
{
    /// <summary>PSS: digest of the mask generation function; null when it is <see cref="Hash"/>.</summary>
    public HashFunction? MaskHash { get; init; }

    /// <summary>PSS: length of the salt; null when it is that of the digest.</summary>
    public int? SaltBytes { get; init; }

    public const string Pss = "1.2.840.113549.1.1.10";
    private const string Mgf1 = "1.2.840.113549.1.1.8";

    private static readonly FrozenDictionary<string, (SchemeFamily Family, HashFunction? Hash)> Known =
        new Dictionary<string, (SchemeFamily, HashFunction?)>
        {
            ["1.2.840.113549.1.1.1"] = (SchemeFamily.RsaPkcs1, null),
            ["1.2.840.113549.1.1.4"] = (SchemeFamily.RsaPkcs1, HashFunction.Md5),
            ["1.2.840.113549.1.1.5"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha1),
            ["1.3.14.3.2.29"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha1),
            ["1.2.840.113549.1.1.14"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha224),
            ["1.2.840.113549.1.1.11"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha256),
            ["1.2.840.113549.1.1.12"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha384),
            ["1.2.840.113549.1.1.13"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha512),
            ["1.2.840.113549.1.1.15"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha512T224),
            ["1.2.840.113549.1.1.16"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha512T256),
            ["1.2.840.10040.4.1"] = (SchemeFamily.Dsa, null),
            ["1.2.840.10040.4.3"] = (SchemeFamily.Dsa, HashFunction.Sha1),
            ["1.3.14.3.2.27"] = (SchemeFamily.Dsa, HashFunction.Sha1),
            ["2.16.840.1.101.3.4.3.1"] = (SchemeFamily.Dsa, HashFunction.Sha224),
            ["2.16.840.1.101.3.4.3.2"] = (SchemeFamily.Dsa, HashFunction.Sha256),
            ["2.16.840.1.101.3.4.3.3"] = (SchemeFamily.Dsa, HashFunction.Sha384),
            ["2.16.840.1.101.3.4.3.4"] = (SchemeFamily.Dsa, HashFunction.Sha512),
            ["2.16.840.1.101.3.4.3.5"] = (SchemeFamily.Dsa, HashFunction.Sha3T224),
            ["2.16.840.1.101.3.4.3.6"] = (SchemeFamily.Dsa, HashFunction.Sha3T256),
            ["2.16.840.1.101.3.4.3.7"] = (SchemeFamily.Dsa, HashFunction.Sha3T384),
            ["2.16.840.1.101.3.4.3.8"] = (SchemeFamily.Dsa, HashFunction.Sha3T512),
            ["2.16.840.1.101.3.4.3.13"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha3T224),
            ["2.16.840.1.101.3.4.3.14"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha3T256),
            ["2.16.840.1.101.3.4.3.15"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha3T384),
            ["2.16.840.1.101.3.4.3.16"] = (SchemeFamily.RsaPkcs1, HashFunction.Sha3T512),
            ["1.2.840.10045.2.1"] = (SchemeFamily.Ecdsa, null),
            ["1.2.840.10045.4.1"] = (SchemeFamily.Ecdsa, HashFunction.Sha1),
            ["1.2.840.10045.4.3.1"] = (SchemeFamily.Ecdsa, HashFunction.Sha224),
            ["1.2.840.10045.4.3.2"] = (SchemeFamily.Ecdsa, HashFunction.Sha256),
            ["1.2.840.10045.4.3.3"] = (SchemeFamily.Ecdsa, HashFunction.Sha384),
            ["1.2.840.10045.4.3.4"] = (SchemeFamily.Ecdsa, HashFunction.Sha512),
            ["2.16.840.1.101.3.4.3.9"] = (SchemeFamily.Ecdsa, HashFunction.Sha3T224),
            ["2.16.840.1.101.3.4.3.10"] = (SchemeFamily.Ecdsa, HashFunction.Sha3T256),
            ["2.16.840.1.101.3.4.3.11"] = (SchemeFamily.Ecdsa, HashFunction.Sha3T384),
            ["2.16.840.1.101.3.4.3.12"] = (SchemeFamily.Ecdsa, HashFunction.Sha3T512),
            ["0.4.0.127.0.7.1.1.4.1.1"] = (SchemeFamily.EcdsaPlain, HashFunction.Sha1),
            ["0.4.0.127.0.7.1.1.4.1.2"] = (SchemeFamily.EcdsaPlain, HashFunction.Sha224),
            ["0.4.0.127.0.7.1.1.4.1.3"] = (SchemeFamily.EcdsaPlain, HashFunction.Sha256),
            ["0.4.0.127.0.7.1.1.4.1.4"] = (SchemeFamily.EcdsaPlain, HashFunction.Sha384),
            ["0.4.0.127.0.7.1.1.4.1.5"] = (SchemeFamily.EcdsaPlain, HashFunction.Sha512),
        }.ToFrozenDictionary();

    /// <summary>What a signature by this scheme and key rests on, as the catalogue names it; a key that cannot be read adds nothing.</summary>
    public IEnumerable<AlgorithmUse> Uses(PublicKey key)
    {
        if (Hash is not null) yield return new AlgorithmUse(Hash.Name, 0);
        if (key.Strength() is { Bits: > 0 } strength)
            yield return new AlgorithmUse(Family == SchemeFamily.RsaPss ? "RSASSA-PSS" : strength.Name, strength.Bits);
    }

    /// <summary>The scheme that an AlgorithmIdentifier names. Throws <see cref="AsnContentException"/> on malformed parameters.</summary>
    public static SignatureScheme Read(AlgorithmId algorithm)
    {
        if (algorithm.Oid == Pss) return ReadPss(algorithm);
        return Known.TryGetValue(algorithm.Oid, out var known)
            ? new SignatureScheme(known.Family, known.Hash, known.Hash is { IsSupported: false } ? known.Hash.Name : null)
            : new SignatureScheme(SchemeFamily.Unknown, null, algorithm.Oid);
    }

    // RFC 4055 §3.1: all fields have defaults, and those are SHA-1.
    private static SignatureScheme ReadPss(AlgorithmId algorithm)
    {
        var hash = HashFunction.Sha1;
        var maskHash = HashFunction.Sha1;
        string? unsupported = null;
        var salt = 20;
        if (algorithm.Parameters is { IsEmpty: false } parameters)
        {
            var reader = new AsnReader(parameters, AsnEncodingRules.BER).ReadSequence();
            while (reader.HasData)
            {
                var tag = reader.PeekTag();
                if (tag.TagClass != TagClass.ContextSpecific) throw new AsnContentException("unknown PSS parameter");
                var field = reader.ReadSequence(tag);
                switch (tag.TagValue)
                {
                    case 0:
                        hash = FindHash(AlgorithmId.Read(field).Oid, ref unsupported);
                        break;
                    case 1:
                        var mask = AlgorithmId.Read(field);
                        if (mask.Oid != Mgf1 || mask.Parameters is null) unsupported = mask.Oid;
                        else maskHash = FindHash(AlgorithmId.Read(new AsnReader(mask.Parameters.Value, AsnEncodingRules.BER)).Oid, ref unsupported);
                        break;
                    case 2:
                        if (!field.TryReadInt32(out salt) || salt is < 0 or > 2048) unsupported = "PSS salt length";
                        break;
                    default:
                        if (!field.TryReadInt32(out var trailer) || trailer != 1) unsupported = "PSS trailer field";
                        break;
                }
            }
        }
        if (!hash.IsSupported) unsupported ??= hash.Name;
        return new SignatureScheme(SchemeFamily.RsaPss, hash, unsupported) { MaskHash = maskHash, SaltBytes = salt };
    }

    private static HashFunction FindHash(string oid, ref string? unsupported)
    {
        var hash = HashFunction.Find(oid);
        if (hash is null) unsupported = oid;
        return hash ?? HashFunction.Md5;
    }
}
