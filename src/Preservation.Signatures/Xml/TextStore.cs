using System.Text;

namespace Preservation.Signatures.Xml;

/// <summary>The character data of a tree, UTF-8, in pages; a value never crosses a page.</summary>
internal sealed class TextStore(int expectedBytes)
{
    public const int PageBytes = 1 << PageBits;
    private const int PageBits = 20;
    private const int MinPageBytes = 1 << 12;
    private readonly List<byte[]> _pages = [];
    private int _used;

    /// <summary>Puts the characters in and gives their place. No value may have more than a page of bytes.</summary>
    public (int Offset, int Bytes) Add(ReadOnlySpan<char> text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, PageBytes);
        if (_pages.Count == 0) _pages.Add(new byte[Math.Clamp(expectedBytes, Math.Max(MinPageBytes, bytes), PageBytes)]);
        if (_used + bytes > _pages[^1].Length)
        {
            _pages.Add(new byte[PageBytes]);
            _used = 0;
        }
        var offset = ((_pages.Count - 1) << PageBits) + _used;
        _used += Encoding.UTF8.GetBytes(text, _pages[^1].AsSpan(_used));
        return (offset, bytes);
    }

    public ReadOnlySpan<byte> Read(int offset, int bytes) => _pages[offset >> PageBits].AsSpan(offset & (PageBytes - 1), bytes);
}
