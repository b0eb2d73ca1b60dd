namespace Preservation.Core.Files;

/// <summary>A list that grows piece by piece: nothing is copied, and no more than one piece is empty.</summary>
public sealed class PieceList<T>
{
    private const int PieceBits = 12;
    private readonly List<T[]> _pieces = [];

    /// <summary>How many items there are.</summary>
    public int Count { get; private set; }

    /// <summary>The item with this number.</summary>
    public ref T this[int number]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(number);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
            return ref _pieces[number >> PieceBits][number & ((1 << PieceBits) - 1)];
        }
    }

    /// <summary>Adds an item at the end.</summary>
    public void Add(T item)
    {
        var within = Count & ((1 << PieceBits) - 1);
        if (within == 0) _pieces.Add(new T[1 << PieceBits]);
        _pieces[^1][within] = item;
        Count++;
    }
}
