using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Tests.Path;

/// <summary>Makes certificates, revocation lists and OCSP responses field by field, also such as no authority would make.</summary>
internal static class TestPki
{
    public static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset End = new(2034, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset At = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private const string EcdsaSha256 = "1.2.840.10045.4.3.2";
    private static int _serial = 100;

    /// <summary>Somebody with a key and a certificate.</summary>
    internal sealed record Party(byte[] Name, ECDsa Key, byte[] Certificate, BigInteger Serial);

    /// <summary>How a certificate is made.</summary>
    internal sealed record Wish
    {
        public bool IsAuthority { get; init; }
        public int? PathLength { get; init; }
        public X509KeyUsageFlags? KeyUsage { get; init; }
        public bool HasBasicConstraints { get; init; } = true;
        public int Version { get; init; } = 3;
        public DateTimeOffset NotBefore { get; init; } = Start;
        public DateTimeOffset NotAfter { get; init; } = End;
        public BigInteger? Serial { get; init; }
        public ECDsa? Key { get; init; }
        public byte[]? IssuerName { get; init; }
        public (string Oid, bool Critical, byte[] Value)[] Extensions { get; init; } = [];
        public string InnerAlgorithm { get; init; } = EcdsaSha256;
        public string OuterAlgorithm { get; init; } = EcdsaSha256;
    }

    public static byte[] Name(string text) => new X500DistinguishedName(text).RawData;

    public static Party Root(string name = "CN=Root") => Issue(null, Name(name), new Wish { IsAuthority = true });

    public static Party Authority(Party issuer, string name, params (string, bool, byte[])[] extensions) =>
        Issue(issuer, Name(name), new Wish { IsAuthority = true, Extensions = extensions });

    public static Party User(Party issuer, string name = "CN=User", params (string, bool, byte[])[] extensions) =>
        Issue(issuer, Name(name), new Wish { Extensions = extensions });

    public static Party Issue(Party? issuer, byte[] name, Wish wish)
    {
        var key = wish.Key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serial = wish.Serial ?? Interlocked.Increment(ref _serial);
        var body = Encode(w =>
        {
            using (w.PushSequence())
            {
                if (wish.Version > 1)
                    using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) w.WriteInteger(wish.Version - 1);
                w.WriteInteger(serial);
                WriteAlgorithm(w, wish.InnerAlgorithm);
                w.WriteEncodedValue(wish.IssuerName ?? issuer?.Name ?? name);
                using (w.PushSequence())
                {
                    w.WriteUtcTime(wish.NotBefore);
                    w.WriteUtcTime(wish.NotAfter);
                }
                w.WriteEncodedValue(name);
                w.WriteEncodedValue(key.ExportSubjectPublicKeyInfo());
                WriteExtensions(w, 3, Defaults(wish).Concat(wish.Extensions));
            }
        });
        return new Party(name, key, Sign(body, (issuer?.Key ?? key), wish.OuterAlgorithm), serial);
    }

    private static IEnumerable<(string, bool, byte[])> Defaults(Wish wish)
    {
        if (wish.Version != 3) yield break;
        if (wish.IsAuthority && wish.HasBasicConstraints)
            yield return ("2.5.29.19", true, new X509BasicConstraintsExtension(true, wish.PathLength is not null, wish.PathLength ?? 0, true).RawData);
        var usage = wish.KeyUsage ?? (wish.IsAuthority ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign : X509KeyUsageFlags.DigitalSignature);
        if (usage != X509KeyUsageFlags.None) yield return ("2.5.29.15", true, new X509KeyUsageExtension(usage, true).RawData);
    }

    /// <summary>How a revocation list is made.</summary>
    internal sealed record ListWish
    {
        public DateTimeOffset ThisUpdate { get; init; } = At.AddDays(-1);
        public DateTimeOffset? NextUpdate { get; init; } = At.AddDays(30);
        public int Number { get; init; } = 1;
        public int? BaseNumber { get; init; }
        public byte[]? Scope { get; init; }
        public byte[]? IssuerName { get; init; }
        public (BigInteger Serial, int? Reason, byte[]? Issuer)[] Entries { get; init; } = [];
        public DateTimeOffset RevokedAt { get; init; } = At.AddDays(-10);
        public (string Oid, bool Critical, byte[] Value)[] Extensions { get; init; } = [];
        public (string Oid, bool Critical, byte[] Value)[] EntryExtensions { get; init; } = [];
    }

    public static byte[] List(Party signer, ListWish? wanted = null)
    {
        var wish = wanted ?? new ListWish();
        var body = Encode(w =>
        {
            using (w.PushSequence())
            {
                w.WriteInteger(1);
                WriteAlgorithm(w, EcdsaSha256);
                w.WriteEncodedValue(wish.IssuerName ?? signer.Name);
                w.WriteUtcTime(wish.ThisUpdate);
                if (wish.NextUpdate is { } next) w.WriteUtcTime(next);
                if (wish.Entries.Length > 0)
                    using (w.PushSequence())
                        foreach (var entry in wish.Entries) WriteEntry(w, wish, entry);
                var extensions = new List<(string, bool, byte[])> { ("2.5.29.20", false, Encode(n => n.WriteInteger(wish.Number))) };
                if (wish.BaseNumber is { } number) extensions.Add(("2.5.29.27", true, Encode(n => n.WriteInteger(number))));
                if (wish.Scope is { } scope) extensions.Add(("2.5.29.28", true, scope));
                WriteExtensions(w, 0, extensions.Concat(wish.Extensions));
            }
        });
        return Sign(body, signer.Key, EcdsaSha256);
    }

    private static void WriteEntry(AsnWriter w, ListWish wish, (BigInteger Serial, int? Reason, byte[]? Issuer) entry)
    {
        using (w.PushSequence())
        {
            w.WriteInteger(entry.Serial);
            w.WriteUtcTime(wish.RevokedAt);
            var extensions = new List<(string, bool, byte[])>();
            if (entry.Reason is { } reason) extensions.Add(("2.5.29.21", false, [10, 1, (byte)reason]));
            if (entry.Issuer is { } issuer) extensions.Add(("2.5.29.29", true, Sequence(Directory(issuer))));
            WriteList(w, extensions.Concat(wish.EntryExtensions).ToList());
        }
    }

    /// <summary>How an OCSP response is made.</summary>
    internal sealed record ResponseWish
    {
        /// <summary>0 good, 1 revoked, 2 unknown.</summary>
        public int State { get; init; }

        public DateTimeOffset RevokedAt { get; init; } = At.AddDays(-10);
        public DateTimeOffset ThisUpdate { get; init; } = At.AddHours(-1);
        public DateTimeOffset? NextUpdate { get; init; } = At.AddDays(1);
        public bool IsByKey { get; init; }
        public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA1;
        public string HashOid { get; init; } = "1.3.14.3.2.26";
        public bool IsBare { get; init; }
        public byte[][] Certificates { get; init; } = [];
        public (string Oid, bool Critical, byte[] Value)[] Extensions { get; init; } = [];
    }

    public static byte[] Response(Party subject, Party issuer, Party responder, ResponseWish? wanted = null)
    {
        var wish = wanted ?? new ResponseWish();
        var body = Encode(w =>
        {
            using (w.PushSequence())
            {
                if (wish.IsByKey)
                    using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2))) w.WriteOctetString(Digest(HashAlgorithmName.SHA1, KeyBits(responder)));
                else
                    using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1))) w.WriteEncodedValue(responder.Name);
                w.WriteGeneralizedTime(wish.ThisUpdate, omitFractionalSeconds: true);
                using (w.PushSequence()) WriteAnswer(w, subject, issuer, wish);
            }
        });
        var basic = Sign(body, responder.Key, EcdsaSha256, wish.Certificates);
        return wish.IsBare ? basic : Encode(w =>
        {
            using (w.PushSequence())
            {
                w.WriteEncodedValue([10, 1, 0]);
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier("1.3.6.1.5.5.7.48.1.1");
                    w.WriteOctetString(basic);
                }
            }
        });
    }

    private static void WriteAnswer(AsnWriter w, Party subject, Party issuer, ResponseWish wish)
    {
        using (w.PushSequence())
        {
            using (w.PushSequence())
            {
                WriteAlgorithm(w, wish.HashOid);
                w.WriteOctetString(Digest(wish.Hash, issuer.Name));
                w.WriteOctetString(Digest(wish.Hash, KeyBits(issuer)));
                w.WriteInteger(subject.Serial);
            }
            if (wish.State == 1)
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1))) w.WriteGeneralizedTime(wish.RevokedAt, omitFractionalSeconds: true);
            else w.WriteNull(new Asn1Tag(TagClass.ContextSpecific, wish.State));
            w.WriteGeneralizedTime(wish.ThisUpdate, omitFractionalSeconds: true);
            if (wish.NextUpdate is { } next)
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) w.WriteGeneralizedTime(next, omitFractionalSeconds: true);
            WriteExtensions(w, 1, wish.Extensions);
        }
    }

    // Extensions, by their usual names.
    public static (string, bool, byte[]) Policies(params string[] oids) =>
        ("2.5.29.32", true, Sequence([.. oids.Select(o => Encode(w =>
        {
            using (w.PushSequence()) w.WriteObjectIdentifier(o);
        }))]));

    public static (string, bool, byte[]) Mappings(params (string Issuer, string Subject)[] pairs) =>
        ("2.5.29.33", true, Sequence([.. pairs.Select(p => Encode(w =>
        {
            using (w.PushSequence())
            {
                w.WriteObjectIdentifier(p.Issuer);
                w.WriteObjectIdentifier(p.Subject);
            }
        }))]));

    public static (string, bool, byte[]) PolicyConstraints(int? explicitPolicy, int? mapping = null) => ("2.5.29.36", true, Encode(w =>
    {
        using (w.PushSequence())
        {
            if (explicitPolicy is { } e) w.WriteInteger(e, new Asn1Tag(TagClass.ContextSpecific, 0));
            if (mapping is { } m) w.WriteInteger(m, new Asn1Tag(TagClass.ContextSpecific, 1));
        }
    }));

    public static (string, bool, byte[]) InhibitAny(int count) => ("2.5.29.54", true, Encode(w => w.WriteInteger(count)));

    public static (string, bool, byte[]) AlternativeNames(params byte[][] names) => ("2.5.29.17", false, Sequence(names));

    public static (string, bool, byte[]) Purposes(bool critical, params string[] oids) =>
        ("2.5.29.37", critical, Sequence([.. oids.Select(o => Encode(w => w.WriteObjectIdentifier(o)))]));

    public static (string, bool, byte[]) Constraints(byte[][] permitted, byte[][] excluded) => ("2.5.29.30", true, Encode(w =>
    {
        using (w.PushSequence())
        {
            WriteSubtrees(w, 0, permitted);
            WriteSubtrees(w, 1, excluded);
        }
    }));

    public static (string, bool, byte[]) DistributionPoint(byte[]? name, byte[]? reasons = null, byte[]? issuer = null) => ("2.5.29.31", false, Sequence(Encode(w =>
    {
        using (w.PushSequence())
        {
            if (name is not null) WritePointName(w, name);
            if (reasons is not null) w.WriteBitString(reasons.AsSpan(1), reasons[0], new Asn1Tag(TagClass.ContextSpecific, 1));
            if (issuer is not null)
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2))) w.WriteEncodedValue(Directory(issuer));
        }
    })));

    public static byte[] Scope(byte[]? name = null, bool users = false, bool authorities = false, byte[]? reasons = null, bool indirect = false, bool attributes = false) => Encode(w =>
    {
        using (w.PushSequence())
        {
            if (name is not null) WritePointName(w, name);
            if (users) w.WriteBoolean(true, new Asn1Tag(TagClass.ContextSpecific, 1));
            if (authorities) w.WriteBoolean(true, new Asn1Tag(TagClass.ContextSpecific, 2));
            if (reasons is not null) w.WriteBitString(reasons.AsSpan(1), reasons[0], new Asn1Tag(TagClass.ContextSpecific, 3));
            if (indirect) w.WriteBoolean(true, new Asn1Tag(TagClass.ContextSpecific, 4));
            if (attributes) w.WriteBoolean(true, new Asn1Tag(TagClass.ContextSpecific, 5));
        }
    });

    public static byte[] Directory(byte[] name) => Encode(w =>
    {
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4))) w.WriteEncodedValue(name);
    });

    /// <summary>A general name of text: 1 mail, 2 DNS, 6 URI.</summary>
    public static byte[] TextName(int form, string text) =>
        Encode(w => w.WriteCharacterString(UniversalTagNumber.IA5String, text, new Asn1Tag(TagClass.ContextSpecific, form)));

    public static byte[] Address(params byte[] octets) => Encode(w => w.WriteOctetString(octets, new Asn1Tag(TagClass.ContextSpecific, 7)));

    public static byte[] Encode(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    public static byte[] Sequence(params byte[][] values) => Encode(w =>
    {
        using (w.PushSequence())
            foreach (var value in values) w.WriteEncodedValue(value);
    });

    public static PathReport Judge(Party target, Party root, IEnumerable<Party> between, IEnumerable<byte[]> lists, Func<PathRequest, PathRequest>? change = null, DateTimeOffset? at = null)
    {
        var request = new PathRequest
        {
            TrustAnchors = TrustAnchors.FromCertificates([root.Certificate]),
            Intermediates = [.. between.Select(p => (ReadOnlyMemory<byte>)p.Certificate)],
            Crls = [.. lists.Select(l => (ReadOnlyMemory<byte>)l)],
        };
        return CertificatePath.Validate(target.Certificate, change?.Invoke(request) ?? request, at ?? At);
    }

    /// <summary>Judges with an empty list of every authority at hand.</summary>
    public static PathReport Judge(Party target, Party root, params Party[] between) => Judge(target, root, between, between.Append(root).Select(p => List(p)));

    private static void WritePointName(AsnWriter w, byte[] name)
    {
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) w.WriteEncodedValue(name);
    }

    private static void WriteSubtrees(AsnWriter w, int tag, byte[][] subtrees)
    {
        if (subtrees.Length == 0) return;
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag)))
            foreach (var subtree in subtrees)
                using (w.PushSequence()) w.WriteEncodedValue(subtree);
    }

    private static byte[] KeyBits(Party party)
    {
        var point = party.Key.ExportParameters(false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    private static byte[] Digest(HashAlgorithmName name, byte[] data) => CryptographicOperations.HashData(name, data);

    private static void WriteAlgorithm(AsnWriter w, string oid)
    {
        using (w.PushSequence()) w.WriteObjectIdentifier(oid);
    }

    private static void WriteExtensions(AsnWriter w, int tag, IEnumerable<(string, bool, byte[])> extensions)
    {
        var list = extensions.ToList();
        if (list.Count == 0) return;
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, tag))) WriteList(w, list);
    }

    private static void WriteList(AsnWriter w, List<(string Oid, bool Critical, byte[] Value)> extensions)
    {
        if (extensions.Count == 0) return;
        using (w.PushSequence())
            foreach (var (oid, critical, value) in extensions)
                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier(oid);
                    if (critical) w.WriteBoolean(true);
                    w.WriteOctetString(value);
                }
    }

    private static byte[] Sign(byte[] body, ECDsa key, string algorithm, params byte[][] certificates) => Encode(w =>
    {
        using (w.PushSequence())
        {
            w.WriteEncodedValue(body);
            WriteAlgorithm(w, algorithm);
            w.WriteBitString(key.SignData(body, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            if (certificates.Length == 0) return;
            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (w.PushSequence())
                foreach (var certificate in certificates) w.WriteEncodedValue(certificate);
        }
    });
}
