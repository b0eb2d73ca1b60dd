using System.Buffers.Binary;
using System.Numerics;

namespace Preservation.Core.Digests;

/// <summary>SHA-224 (FIPS 180-4 §6.3): SHA-256 with other initial values, cut to 224 bits. The platform has none.</summary>
internal sealed class Sha224 : BlockHash
{
    private static readonly uint[] Initial =
        [0xC1059ED8, 0x367CD507, 0x3070DD17, 0xF70E5939, 0xFFC00B31, 0x68581511, 0x64F98FA7, 0xBEFA4FA4];

    // The high halves of SHA-512's first 64 constants (FIPS 180-4 §4.2.2, §4.2.3).
    private static readonly uint[] K = [.. Digests.Sha512Truncated.K.Take(64).Select(k => (uint)(k >> 32))];
    private readonly uint[] _state = [.. Initial];

    public Sha224()
        : base(64)
    {
    }

    protected override void Compress(ReadOnlySpan<byte> block)
    {
        unchecked
        {
            Span<uint> w = stackalloc uint[64];
            for (var t = 0; t < 16; t++) w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
            for (var t = 16; t < 64; t++)
            {
                var s0 = BitOperations.RotateRight(w[t - 15], 7) ^ BitOperations.RotateRight(w[t - 15], 18) ^ (w[t - 15] >> 3);
                var s1 = BitOperations.RotateRight(w[t - 2], 17) ^ BitOperations.RotateRight(w[t - 2], 19) ^ (w[t - 2] >> 10);
                w[t] = w[t - 16] + s0 + w[t - 7] + s1;
            }
            var (a, b, c, d, e, f, g, h) = (_state[0], _state[1], _state[2], _state[3], _state[4], _state[5], _state[6], _state[7]);
            for (var t = 0; t < 64; t++)
            {
                var s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
                var t1 = h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t];
                var s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
                var t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
                (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
            }
            _state[0] += a;
            _state[1] += b;
            _state[2] += c;
            _state[3] += d;
            _state[4] += e;
            _state[5] += f;
            _state[6] += g;
            _state[7] += h;
        }
    }

    protected override byte[] Finish(byte[] block, int filled, ulong total)
    {
        Pad(block, filled, 8, length => BinaryPrimitives.WriteUInt64BigEndian(length, unchecked(total * 8)));
        var digest = new byte[32];
        for (var i = 0; i < 8; i++) BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(4 * i), _state[i]);
        return digest[..28];
    }

    protected override void Restart() => Initial.CopyTo(_state, 0);
}
