using System.Formats.Asn1;
using System.Numerics;

namespace Preservation.Signatures.Path;

/// <summary>
/// The entries of a revocation list, which may be millions: they stay encoded. One pass checks their form and marks their serial numbers in
/// a filter of one bit for every two bytes of the list; only a number that the filter knows is looked for in a second pass.
/// </summary>
internal sealed class CrlEntries
{
    private static readonly byte[] ReasonCode = [0x55, 0x1D, 0x15];
    private static readonly byte[] HoldInstruction = [0x55, 0x1D, 0x17];
    private static readonly byte[] InvalidityDate = [0x55, 0x1D, 0x18];
    private static readonly byte[] CertificateIssuer = [0x55, 0x1D, 0x1D];
    private readonly ReadOnlyMemory<byte> _content;
    private readonly bool _isIndirect;
    private readonly ulong[] _filter;

    /// <param name="content">Contents of revokedCertificates.</param>
    /// <param name="isIndirect">May entries name an issuer of their own.</param>
    /// <exception cref="AsnContentException">An entry is malformed.</exception>
    public CrlEntries(ReadOnlyMemory<byte> content, bool isIndirect)
    {
        _content = content;
        _isIndirect = isIndirect;
        _filter = new ulong[Math.Max(1, BitOperations.RoundUpToPowerOf2((uint)(content.Length / 2)) / 64)];
        for (var rest = content.Span; !rest.IsEmpty;)
        {
            var entry = Next(ref rest);
            Mark(Hash(entry.Serial));
            HasUnknownCritical |= !Scan(entry.Extensions, out _, out _, out _);
            Count++;
        }
    }

    public int Count { get; }

    /// <summary>A critical entry extension that cannot be judged makes the whole list unusable (RFC 5280 §5.3).</summary>
    public bool HasUnknownCritical { get; }

    /// <summary>The entry of a certificate; null when it is not listed.</summary>
    /// <param name="serial">The certificate's number.</param>
    /// <param name="issuer">The certificate's issuer.</param>
    /// <param name="listIssuer">The list's issuer, whose entries are those before any that names another (RFC 5280 §5.3.3).</param>
    public CrlEntry? Find(BigInteger serial, DistinguishedName issuer, DistinguishedName listIssuer)
    {
        var wanted = serial.ToByteArray(isBigEndian: true);
        if (!MayHold(Hash(wanted))) return null;
        var current = ReadOnlySpan<byte>.Empty;
        for (var rest = _content.Span; !rest.IsEmpty;)
        {
            var entry = Next(ref rest);
            Scan(entry.Extensions, out var reason, out var invalidity, out var named);
            if (!named.IsEmpty) current = named;
            if (!entry.Serial.SequenceEqual(wanted) || !IsIssuedBy(current, issuer, listIssuer)) continue;
            return new CrlEntry(
                AsnTimes.Read(new AsnReader(entry.Time.ToArray(), AsnEncodingRules.BER)),
                reason.IsEmpty ? null : (RevocationReason)EnumeratedValue(reason),
                invalidity.IsEmpty ? null : new AsnReader(invalidity.ToArray(), AsnEncodingRules.BER).ReadGeneralizedTime());
        }
        return null;
    }

    private static bool IsIssuedBy(ReadOnlySpan<byte> named, DistinguishedName issuer, DistinguishedName listIssuer) => named.IsEmpty
        ? listIssuer.Is(issuer)
        : GeneralName.ReadAll(new AsnReader(named.ToArray(), AsnEncodingRules.BER).ReadSequence())
            .Any(n => n.Directory is { } directory && directory.Is(issuer));

    private static int EnumeratedValue(ReadOnlySpan<byte> encoded)
    {
        var value = AsnDecoder.ReadEnumeratedBytes(encoded, AsnEncodingRules.BER, out _);
        return value.Length == 1 ? value[0] : throw new AsnContentException("unknown reason");
    }

    private static Entry Next(scoped ref ReadOnlySpan<byte> rest)
    {
        AsnDecoder.ReadSequence(rest, AsnEncodingRules.BER, out var offset, out var length, out var consumed);
        var entry = rest.Slice(offset, length);
        rest = rest[consumed..];
        var serial = AsnDecoder.ReadIntegerBytes(entry, AsnEncodingRules.BER, out consumed);
        entry = entry[consumed..];
        AsnDecoder.ReadEncodedValue(entry, AsnEncodingRules.BER, out _, out _, out consumed);
        return new Entry(serial, entry[..consumed], entry[consumed..]);
    }

    // False when there is a critical extension that is not known here.
    private bool Scan(
        ReadOnlySpan<byte> extensions, out ReadOnlySpan<byte> reason, out ReadOnlySpan<byte> invalidity, out ReadOnlySpan<byte> issuer)
    {
        reason = invalidity = issuer = default;
        if (extensions.IsEmpty) return true;
        AsnDecoder.ReadSequence(extensions, AsnEncodingRules.BER, out var offset, out var length, out var consumed);
        if (consumed != extensions.Length) throw new AsnContentException("something follows the extensions of an entry");
        var known = true;
        for (var rest = extensions.Slice(offset, length); !rest.IsEmpty;)
        {
            AsnDecoder.ReadSequence(rest, AsnEncodingRules.BER, out offset, out length, out consumed);
            var extension = rest.Slice(offset, length);
            rest = rest[consumed..];
            AsnDecoder.ReadEncodedValue(extension, AsnEncodingRules.BER, out offset, out length, out consumed);
            var oid = extension.Slice(offset, length);
            extension = extension[consumed..];
            var critical = !extension.IsEmpty && extension[0] == 1;
            if (critical)
            {
                critical = AsnDecoder.ReadBoolean(extension, AsnEncodingRules.BER, out consumed);
                extension = extension[consumed..];
            }
            if (!AsnDecoder.TryReadPrimitiveOctetString(extension, AsnEncodingRules.BER, out var value, out _))
                throw new AsnContentException("an extension value in pieces");
            if (oid.SequenceEqual(ReasonCode)) reason = value;
            else if (oid.SequenceEqual(InvalidityDate)) invalidity = value;
            else if (oid.SequenceEqual(CertificateIssuer) && _isIndirect) issuer = value;
            else if (critical && !oid.SequenceEqual(HoldInstruction)) known = false;
        }
        return known;
    }

    private static ulong Hash(ReadOnlySpan<byte> serial)
    {
        var hash = 14695981039346656037UL;
        foreach (var octet in serial) hash = unchecked((hash ^ octet) * 1099511628211UL);
        hash ^= hash >> 32;
        return unchecked(hash * 0x9E3779B97F4A7C15UL);
    }

    private void Mark(ulong hash)
    {
        foreach (var bit in Bits(hash)) _filter[bit / 64] |= 1UL << (int)(bit % 64);
    }

    private bool MayHold(ulong hash)
    {
        foreach (var bit in Bits(hash))
            if ((_filter[bit / 64] & (1UL << (int)(bit % 64))) == 0) return false;
        return true;
    }

    private Pair Bits(ulong hash)
    {
        var mask = ((ulong)_filter.Length * 64) - 1;
        return new Pair(hash & mask, (hash >> 32) & mask);
    }

    // Two places in the filter, without an array for each of millions of numbers.
    private readonly record struct Pair(ulong First, ulong Second)
    {
        public Walker GetEnumerator() => new(this);

        public struct Walker(Pair pair)
        {
            private int _at = -1;

            public readonly ulong Current => _at == 0 ? pair.First : pair.Second;

            public bool MoveNext() => ++_at < 2;
        }
    }

    private readonly ref struct Entry(ReadOnlySpan<byte> serial, ReadOnlySpan<byte> time, ReadOnlySpan<byte> extensions)
    {
        public ReadOnlySpan<byte> Serial { get; } = serial;
        public ReadOnlySpan<byte> Time { get; } = time;
        public ReadOnlySpan<byte> Extensions { get; } = extensions;
    }
}
