namespace Preservation.Core.Files;

/// <summary>A set of numbers from 0, a bit each where they stand close together.</summary>
public sealed class NumberSet
{
    private const int PageBits = 12;
    private readonly Dictionary<int, ulong[]> _pages = [];

    /// <summary>Adds a number; false when it is in the set already.</summary>
    public bool Add(int number)
    {
        if (!_pages.TryGetValue(number >> PageBits, out var page)) _pages[number >> PageBits] = page = new ulong[1 << (PageBits - 6)];
        ref var word = ref page[(number & ((1 << PageBits) - 1)) >> 6];
        var bit = 1UL << (number & 63);
        if ((word & bit) != 0) return false;
        word |= bit;
        return true;
    }

    /// <summary>Is the number in the set?</summary>
    public bool Contains(int number) =>
        number >= 0 && _pages.TryGetValue(number >> PageBits, out var page) && (page[(number & ((1 << PageBits) - 1)) >> 6] & (1UL << (number & 63))) != 0;
}
