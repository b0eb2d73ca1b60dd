using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Preservation.Signatures.Algorithms;

/// <summary>
/// RSA verification for digests, mask functions and salts that the platform does not combine (RFC 8017 §8.1.2, §8.2.2). Only public
/// values are touched.
/// </summary>
internal sealed class RsaPublicOperation
{
    private const int MaxModulusBits = 16_384;
    private const int MaxExponentBits = 256;

    // A long exponent to a long modulus is only made to cost its reader much.
    private const int LongModulusBits = 4_096;
    private const int MaxExponentBitsOfLong = 33;
    private readonly BigInteger _modulus;
    private readonly BigInteger _exponent;

    private RsaPublicOperation(BigInteger modulus, BigInteger exponent)
    {
        _modulus = modulus;
        _exponent = exponent;
        Bits = (int)modulus.GetBitLength();
    }

    /// <summary>Length of the modulus.</summary>
    public int Bits { get; }

    private int Bytes => (Bits + 7) / 8;

    /// <summary>From RSAPublicKey (RFC 8017 §A.1.1). A key that would cost too much, or that is none, is refused by an exception.</summary>
    public static RsaPublicOperation Read(ReadOnlyMemory<byte> encoded)
    {
        var reader = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        var modulus = reader.ReadInteger();
        var exponent = reader.ReadInteger();
        reader.ThrowIfNotEmpty();
        if (modulus.Sign <= 0 || modulus.IsEven || modulus.GetBitLength() is < 256 or > MaxModulusBits)
            throw new CryptographicException("the RSA modulus cannot be used");
        if (exponent.Sign <= 0 || exponent.IsEven || exponent.IsOne
            || exponent.GetBitLength() > (modulus.GetBitLength() > LongModulusBits ? MaxExponentBitsOfLong : MaxExponentBits))
            throw new CryptographicException("the RSA exponent cannot be used");
        return new RsaPublicOperation(modulus, exponent);
    }

    /// <summary>
    /// RSASSA-PKCS1-v1_5: the whole block that should stand there is made and compared, nothing is parsed. The parameters of the digest's
    /// identifier may be NULL or absent (RFC 8017 §9.2 note 1, §B.1).
    /// </summary>
    public bool VerifyPkcs1(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, HashFunction hash)
    {
        if (digest.Length != hash.Bytes || Open(value, Bytes) is not { } block) return false;
        return CryptographicOperations.FixedTimeEquals(block, Expected(digest, hash, withNull: true))
            || CryptographicOperations.FixedTimeEquals(block, Expected(digest, hash, withNull: false));
    }

    /// <summary>RSASSA-PSS with any salt and mask (RFC 8017 §9.1.2).</summary>
    public bool VerifyPss(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> value, HashFunction hash, HashFunction maskHash, int saltBytes)
    {
        var blockBits = Bits - 1;
        var length = (blockBits + 7) / 8;
        if (digest.Length != hash.Bytes || value.Length != Bytes || length < hash.Bytes + saltBytes + 2) return false;
        if (Open(value, length) is not { } block || block[^1] != 0xBC) return false;
        var masked = block.AsSpan(0, length - hash.Bytes - 1);
        var found = block.AsSpan(masked.Length, hash.Bytes);
        var unused = (8 * length) - blockBits;
        if ((masked[0] >> (8 - unused)) != 0) return false;
        Unmask(masked, found, maskHash);
        masked[0] &= (byte)(0xFF >> unused);
        var zeros = masked.Length - saltBytes - 1;
        if (masked[..zeros].ContainsAnyExcept((byte)0) || masked[zeros] != 1) return false;
        using var state = hash.Start();
        state.AppendData(stackalloc byte[8]);
        state.AppendData(digest);
        state.AppendData(masked[(zeros + 1)..]);
        return CryptographicOperations.FixedTimeEquals(found, state.GetHashAndReset());
    }

    // The block of this length that the value opens to; null when the value is out of range (RFC 8017 §5.2.2, §8.1.2 step 1).
    private byte[]? Open(ReadOnlySpan<byte> value, int length)
    {
        if (value.Length != Bytes) return null;
        var number = new BigInteger(value, isUnsigned: true, isBigEndian: true);
        if (number >= _modulus) return null;
        var opened = BigInteger.ModPow(number, _exponent, _modulus);
        if (opened.GetByteCount(isUnsigned: true) > length) return null;
        var block = new byte[length];
        var written = opened.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(block, length - written.Length);
        return block;
    }

    // MGF1 (RFC 8017 §B.2.1), laid over the data at once.
    private static void Unmask(Span<byte> data, ReadOnlySpan<byte> seed, HashFunction hash)
    {
        using var state = hash.Start();
        Span<byte> counter = stackalloc byte[4];
        for (var (at, number) = (0, 0); at < data.Length; at += hash.Bytes, number++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(counter, number);
            state.AppendData(seed);
            state.AppendData(counter);
            var mask = state.GetHashAndReset();
            for (var i = 0; i < mask.Length && at + i < data.Length; i++) data[at + i] ^= mask[i];
        }
    }

    // Too short a key gives a block that nothing equals.
    private byte[] Expected(ReadOnlySpan<byte> digest, HashFunction hash, bool withNull)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(hash.Oid);
                if (withNull) writer.WriteNull();
            }
            writer.WriteOctetString(digest);
        }
        var info = writer.Encode();
        if (Bytes < info.Length + 11) return [];
        var block = new byte[Bytes];
        block.AsSpan().Fill(0xFF);
        block[0] = 0;
        block[1] = 1;
        block[Bytes - info.Length - 1] = 0;
        info.CopyTo(block, Bytes - info.Length);
        return block;
    }
}
