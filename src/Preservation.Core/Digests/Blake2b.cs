using System.Buffers.Binary;
using System.Numerics;

namespace Preservation.Core.Digests;

/// <summary>BLAKE2b without a key (RFC 7693), of 1 to 64 bytes. The platform has none.</summary>
internal sealed class Blake2b : RunningHash
{
    private const int BlockBytes = 128;

    private static readonly ulong[] Initial =
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ];

    // RFC 7693 §2.7; the last two rounds begin again.
    private static readonly byte[][] Schedule =
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ];

    private readonly int _bytes;
    private readonly ulong[] _state = new ulong[8];
    private readonly byte[] _block = new byte[BlockBytes];
    private int _filled;
    private ulong _total;

    /// <param name="bytes">Length of the digest, 1 to 64 bytes.</param>
    public Blake2b(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, 64);
        _bytes = bytes;
        Restart();
    }

    public override void AppendData(ReadOnlySpan<byte> data)
    {
        // The last block is compressed in another way than the others, so a full one waits until more has come.
        while (data.Length > 0)
        {
            if (_filled == BlockBytes)
            {
                Compress(_block, BlockBytes, isLast: false);
                _filled = 0;
            }
            if (_filled == 0)
                for (; data.Length > BlockBytes; data = data[BlockBytes..]) Compress(data[..BlockBytes], BlockBytes, isLast: false);
            var taken = Math.Min(data.Length, BlockBytes - _filled);
            data[..taken].CopyTo(_block.AsSpan(_filled));
            _filled += taken;
            data = data[taken..];
        }
    }

    public override byte[] GetHashAndReset()
    {
        _block.AsSpan(_filled).Clear();
        Compress(_block, _filled, isLast: true);
        var digest = new byte[64];
        for (var i = 0; i < 8; i++) BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(8 * i), _state[i]);
        Restart();
        return digest[.._bytes];
    }

    private void Restart()
    {
        Initial.CopyTo(_state, 0);
        _state[0] ^= 0x01010000UL ^ (ulong)_bytes;
        (_filled, _total) = (0, 0);
    }

    private void Compress(ReadOnlySpan<byte> block, int count, bool isLast)
    {
        unchecked
        {
            _total += (ulong)count;
            Span<ulong> m = stackalloc ulong[16];
            for (var i = 0; i < 16; i++) m[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
            Span<ulong> v = stackalloc ulong[16];
            _state.CopyTo(v);
            Initial.CopyTo(v[8..]);
            v[12] ^= _total;
            if (isLast) v[14] = ~v[14];
            for (var round = 0; round < 12; round++)
            {
                var s = Schedule[round % 10];
                Mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
                Mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
                Mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
                Mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
                Mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
                Mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
                Mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
                Mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
            }
            for (var i = 0; i < 8; i++) _state[i] ^= v[i] ^ v[i + 8];
        }
    }

    private static void Mix(Span<ulong> v, int a, int b, int c, int d, ulong x, ulong y)
    {
        unchecked
        {
            v[a] += v[b] + x;
            v[d] = BitOperations.RotateRight(v[d] ^ v[a], 32);
            v[c] += v[d];
            v[b] = BitOperations.RotateRight(v[b] ^ v[c], 24);
            v[a] += v[b] + y;
            v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
            v[c] += v[d];
            v[b] = BitOperations.RotateRight(v[b] ^ v[c], 63);
        }
    }
}
