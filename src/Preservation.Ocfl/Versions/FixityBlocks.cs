using System.Text;
using Preservation.Core.Files;

namespace Preservation.Ocfl.Versions;

/// <summary>Gathers additional digests (OCFL §3.5.4). No <c>size</c> block: a public validator rejects it, and METS has the sizes.</summary>
internal sealed class FixityBlocks : IDisposable
{
    private const byte End = 0;
    private readonly SortedDictionary<string, SpooledRecords> _blocks = new(StringComparer.Ordinal);

    /// <summary>The algorithms, in the order they are written.</summary>
    public IEnumerable<string> Algorithms => _blocks.Keys;

    public void Add(string algorithm, string value, string contentPath)
    {
        if (!_blocks.TryGetValue(algorithm, out var block)) _blocks[algorithm] = block = new SpooledRecords();
        block.Add([.. Encoding.UTF8.GetBytes(value), End, .. Encoding.UTF8.GetBytes(contentPath)]);
    }

    /// <summary>What a block says, by value and path, each once.</summary>
    /// <exception cref="ArgumentException">Two values for the same content.</exception>
    public IEnumerable<(string Value, string ContentPath)> Read(string algorithm)
    {
        var block = _blocks[algorithm];
        ThrowIfContradictory(block, algorithm);
        var order = block.Sort(PlannedState.RankOf, (a, b) => a.SequenceCompareTo(b));
        var reader = block.ByNumber();
        byte[] before = [];
        foreach (var number in order)
        {
            var record = reader.Get(number);
            if (record.SequenceEqual(before)) continue;
            before = record.ToArray();
            yield return (Encoding.UTF8.GetString(before.AsSpan(0, before.AsSpan().IndexOf(End))), PathOf(before));
        }
    }

    public void Dispose()
    {
        foreach (var block in _blocks.Values) block.Dispose();
    }

    private static void ThrowIfContradictory(SpooledRecords block, string algorithm)
    {
        var order = block.Sort(HashOf, ComparePaths);
        var (reader, other) = (block.ByNumber(), block.ByNumber());
        for (var i = 1; i < order.Length; i++)
        {
            var one = reader.Get(order[i - 1]);
            var two = other.Get(order[i]);
            if (ComparePaths(one, two) == 0 && !one.SequenceEqual(two)) throw new ArgumentException($"two {algorithm} values for {PathOf(two)}");
        }
    }

    // Paths begin alike: by their first bytes they could not be told apart.
    private static ulong HashOf(ReadOnlySpan<byte> record)
    {
        var hash = new HashCode();
        hash.AddBytes(Utf8PathOf(record));
        return unchecked((uint)hash.ToHashCode());
    }

    private static int ComparePaths(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => Utf8PathOf(one).SequenceCompareTo(Utf8PathOf(other));

    private static ReadOnlySpan<byte> Utf8PathOf(ReadOnlySpan<byte> record) => record[(record.IndexOf(End) + 1)..];

    private static string PathOf(ReadOnlySpan<byte> record) => Encoding.UTF8.GetString(Utf8PathOf(record));
}
