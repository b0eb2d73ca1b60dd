using System.Buffers.Binary;
using System.Numerics;

namespace Preservation.Core.Digests;

/// <summary>SHA3-224 and, where the platform lacks them, its longer kin (FIPS 202 §6.1): Keccak-f[1600] as a sponge.</summary>
/// <param name="bytes">Length of the digest: 28, 32, 48 or 64.</param>
internal sealed class Sha3(int bytes) : BlockHash(200 - (2 * bytes))
{
    private static readonly ulong[] RoundConstants =
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000,
        0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    private readonly ulong[] _state = new ulong[25];

    protected override void Compress(ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < block.Length / 8; i++) _state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        Permute();
    }

    protected override byte[] Finish(byte[] block, int filled, ulong total)
    {
        block.AsSpan(filled).Clear();
        block[filled] ^= 0x06;
        block[^1] ^= 0x80;
        Compress(block);
        var digest = new byte[200];
        for (var i = 0; i < 25; i++) BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(8 * i), _state[i]);
        return digest[..bytes];
    }

    protected override void Restart() => Array.Clear(_state);

    private void Permute()
    {
        Span<ulong> column = stackalloc ulong[5];
        Span<ulong> moved = stackalloc ulong[25];
        foreach (var constant in RoundConstants)
        {
            for (var x = 0; x < 5; x++) column[x] = _state[x] ^ _state[x + 5] ^ _state[x + 10] ^ _state[x + 15] ^ _state[x + 20];
            for (var x = 0; x < 5; x++)
            {
                var turn = column[(x + 4) % 5] ^ BitOperations.RotateLeft(column[(x + 1) % 5], 1);
                for (var y = 0; y < 25; y += 5) _state[x + y] ^= turn;
            }
            RotateAndMove(moved);
            for (var y = 0; y < 25; y += 5)
                for (var x = 0; x < 5; x++)
                    _state[y + x] = moved[y + x] ^ (~moved[y + ((x + 1) % 5)] & moved[y + ((x + 2) % 5)]);
            _state[0] ^= constant;
        }
    }

    // The steps ρ and π together (FIPS 202 §3.2.2, §3.2.3).
    private void RotateAndMove(Span<ulong> moved)
    {
        moved[0] = _state[0];
        var (x, y) = (1, 0);
        for (var t = 0; t < 24; t++)
        {
            var target = y + (5 * (((2 * x) + (3 * y)) % 5));
            moved[target] = BitOperations.RotateLeft(_state[x + (5 * y)], (t + 1) * (t + 2) / 2 % 64);
            (x, y) = (y, ((2 * x) + (3 * y)) % 5);
        }
    }
}
