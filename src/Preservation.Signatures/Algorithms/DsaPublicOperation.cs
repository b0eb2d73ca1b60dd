using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Preservation.Signatures.Algorithms;

/// <summary>DSA verification (FIPS 186-4 §4.7), for old material; not every platform still has it.</summary>
internal static class DsaPublicOperation
{
    private const int MaxPrimeBits = 4_096;

    /// <param name="digest">Cut to the length of q when it is longer.</param>
    /// <param name="value">SEQUENCE of r and s.</param>
    /// <param name="parameters">SEQUENCE of p, q and g (RFC 3279 §2.3.2).</param>
    /// <param name="key">INTEGER y.</param>
    public static bool Verify(ReadOnlySpan<byte> digest, ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> parameters, ReadOnlyMemory<byte> key)
    {
        var domain = new AsnReader(parameters, AsnEncodingRules.BER).ReadSequence();
        var (p, q, g) = (domain.ReadInteger(), domain.ReadInteger(), domain.ReadInteger());
        var y = new AsnReader(key, AsnEncodingRules.BER).ReadInteger();
        CheckDomain(p, q, g);
        var pair = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
        var (r, s) = (pair.ReadInteger(), pair.ReadInteger());
        pair.ThrowIfNotEmpty();
        if (r.Sign <= 0 || s.Sign <= 0 || r >= q || s >= q || y <= BigInteger.One || y >= p) return false;
        var w = BigInteger.ModPow(s, q - 2, q);
        var z = Cut(digest, (int)q.GetBitLength());
        var left = BigInteger.ModPow(g, z * w % q, p);
        var right = BigInteger.ModPow(y, r * w % q, p);
        return left * right % p % q == r;
    }

    /// <summary>Length of p; zero when there are no sound parameters.</summary>
    public static int Bits(ReadOnlyMemory<byte> parameters) =>
        (int)new AsnReader(parameters, AsnEncodingRules.BER).ReadSequence().ReadInteger().GetBitLength();

    private static void CheckDomain(BigInteger p, BigInteger q, BigInteger g)
    {
        if (p.Sign <= 0 || q.Sign <= 0 || p.IsEven || q.IsEven || p.GetBitLength() is < 512 or > MaxPrimeBits
            || q.GetBitLength() is not (160 or 224 or 256) || (p - 1) % q != 0 || g <= BigInteger.One || g >= p)
            throw new CryptographicException("the DSA parameters cannot be used");
    }

    private static BigInteger Cut(ReadOnlySpan<byte> digest, int bits)
    {
        var number = new BigInteger(digest, isUnsigned: true, isBigEndian: true);
        return 8 * digest.Length > bits ? number >> ((8 * digest.Length) - bits) : number;
    }
}
