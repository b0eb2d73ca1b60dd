using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Canaries;

/// <summary>
/// What a round's seed says of one damage: when, how and where. Anybody who was told the seed can work it out again: HMAC-SHA-256 with the seed as key over
/// <c>STORE/ORDINAL</c>; bytes 0–7 (big endian) are the part of the round's first half at which it happens, byte 8 modulo 3 the kind, bytes 9–12 the bit.
/// </summary>
/// <param name="At">When.</param>
/// <param name="Kind">How.</param>
/// <param name="Position">Which bit is turned, modulo their number.</param>
public sealed record CanaryDraw(DateTimeOffset At, DamageKind Kind, uint Position)
{
    /// <summary>Draws one damage.</summary>
    /// <param name="seed">The round's seed.</param>
    /// <param name="store">The store.</param>
    /// <param name="ordinal">Which of the store's canaries.</param>
    /// <param name="startedAt">When the round began.</param>
    /// <param name="endsAt">When it ends.</param>
    public static CanaryDraw Of(byte[] seed, string store, int ordinal, DateTimeOffset startedAt, DateTimeOffset endsAt)
    {
        ArgumentNullException.ThrowIfNull(seed);
        var drawn = HMACSHA256.HashData(seed, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{store}/{ordinal}")));
        var part = BinaryPrimitives.ReadUInt64BigEndian(drawn) / (double)ulong.MaxValue;
        var at = startedAt + ((endsAt - startedAt) / 2 * part);
        return new CanaryDraw(at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond)), (DamageKind)(drawn[8] % 3), BinaryPrimitives.ReadUInt32BigEndian(drawn.AsSpan(9)));
    }

    /// <summary>The damaged bytes; null for a deletion.</summary>
    public byte[]? Damage(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (Kind == DamageKind.Delete) return null;
        if (Kind == DamageKind.Truncate) return content[..^1];
        var damaged = (byte[])content.Clone();
        var bit = (long)(Position % ((ulong)content.Length * 8));
        damaged[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        return damaged;
    }
}
