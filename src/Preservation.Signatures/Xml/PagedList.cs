namespace Preservation.Signatures.Xml;

/// <summary>A list that grows by pages: nothing is copied while it grows, so that its peak is its size.</summary>
internal sealed class PagedList<T>
    where T : struct
{
    private const int PageBits = 13;
    private const int PageMask = (1 << PageBits) - 1;
    private readonly List<T[]> _pages = [];

    public int Count { get; private set; }

    public ref T this[int index] => ref _pages[index >> PageBits][index & PageMask];

    public int Add(in T item)
    {
        if (Count >> PageBits == _pages.Count) _pages.Add(new T[1 << PageBits]);
        _pages[Count >> PageBits][Count & PageMask] = item;
        return Count++;
    }
}
