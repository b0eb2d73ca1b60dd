using System.Text;

namespace Preservation.Testing.Fuzzing;

/// <summary>Spoils bytes: turns, inserts, deletes, doubles and splices pieces, and puts tokens of other files in the place of tokens.</summary>
/// <param name="seeds">What it begins with.</param>
/// <param name="random">Where the choices come from.</param>
public sealed class ByteMutator(IReadOnlyList<byte[]> seeds, Random random)
{
    private const int MaxBytes = 1 << 20;
    private static readonly string[] Odd =
        ["", "0", "-1", "9223372036854775808", "99999999999999999999", "\u0000", "\uFEFF", "\uFFFF", "ấ", "a\u0323", "../", "/", "\\", "%", "%0A", "%25", "\r", "\n", "\"", "<", ">", "&", "&#0;", "{", "}", "[", "]", ":", ",", "null", "<!--", "<![CDATA[", "v0", "v1", "data/"];

    private readonly List<byte[]> _tokens = [.. seeds.SelectMany(Tokens).Concat(Odd.Select(Encoding.UTF8.GetBytes)).DistinctBy(Convert.ToHexString).Take(5_000)];

    /// <summary>One of the seeds, spoilt in one to eight places.</summary>
    public byte[] Next() => Spoil(seeds[random.Next(seeds.Count)]);

    /// <summary>These bytes, spoilt in one to eight places.</summary>
    public byte[] Spoil(byte[] from)
    {
        ArgumentNullException.ThrowIfNull(from);
        var bytes = new List<byte>(from);
        for (var i = random.Next(1, 9); i > 0; i--) Once(bytes);
        if (bytes.Count > MaxBytes) bytes.RemoveRange(MaxBytes, bytes.Count - MaxBytes);
        return [.. bytes];
    }

    private void Once(List<byte> bytes)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(bytes.Count - at, random.Next(4) == 0 ? random.Next(4_096) : random.Next(16));
        switch (random.Next(9))
        {
            case 0 when at < bytes.Count: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
            case 2: bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 9)).Select(_ => (byte)random.Next(256))); break;
            case 3: bytes.RemoveRange(at, length); break;
            case 4: bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length)); break;
            case 5: bytes.InsertRange(at, Piece(seeds[random.Next(seeds.Count)])); break;
            case 6: bytes.InsertRange(at, _tokens[random.Next(_tokens.Count)]); break;
            case 7: Replace(bytes, at); break;
            default: bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : length); break;
        }
    }

    // The token that begins here or later.
    private void Replace(List<byte> bytes, int at)
    {
        while (at < bytes.Count && !IsWord(bytes[at])) at++;
        var end = at;
        while (end < bytes.Count && IsWord(bytes[end])) end++;
        bytes.RemoveRange(at, end - at);
        bytes.InsertRange(at, _tokens[random.Next(_tokens.Count)]);
    }

    private ReadOnlySpan<byte> PieceOf(byte[] other)
    {
        var at = random.Next(other.Length + 1);
        return other.AsSpan(at, Math.Min(other.Length - at, random.Next(512)));
    }

    private byte[] Piece(byte[] other) => PieceOf(other).ToArray();

    private static IEnumerable<byte[]> Tokens(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            var start = at;
            while (at < bytes.Length && IsWord(bytes[at])) at++;
            if (at > start && at - start < 200) yield return bytes[start..at];
        }
    }

    private static bool IsWord(byte b) => b is >= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'a' and <= (byte)'z' or (byte)'-' or (byte)'_' or >= 0x80;
}
