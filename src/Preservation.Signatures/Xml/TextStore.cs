using System.Text;

namespace Preservation.Signatures.Xml;

/// <summary>
/// The character data of a tree, UTF-8, in pages; a value never crosses a page. Each value has its length before it, in as few octets as that
/// needs, so that a node has to know only where its value is.
/// </summary>
internal sealed class TextStore(int expectedBytes)
{
    public const int PageBytes = 1 << PageBits;
    private const int PageBits = 20;
    private const int MinPageBytes = 1 << 12;
    private const int MaxLengthBytes = 3;
    private readonly List<byte[]> _pages = [];
    private int _used;

    /// <summary>Puts the characters in and gives their place. No value may have more than a page of bytes.</summary>
    public int Add(ReadOnlySpan<char> text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, PageBytes);
        var needed = bytes + MaxLengthBytes;
        if (_pages.Count == 0) _pages.Add(new byte[Math.Clamp(expectedBytes, Math.Max(MinPageBytes, needed), PageBytes + MaxLengthBytes)]);
        if (_used + needed > _pages[^1].Length || _used >= PageBytes)
        {
            _pages.Add(new byte[PageBytes + MaxLengthBytes]);
            _used = 0;
        }
        var page = _pages[^1];
        var offset = ((_pages.Count - 1) << PageBits) + _used;
        for (var rest = bytes; ; rest >>= 7)
        {
            page[_used++] = (byte)(rest > 0x7F ? rest & 0x7F | 0x80 : rest);
            if (rest <= 0x7F) break;
        }
        _used += Encoding.UTF8.GetBytes(text, page.AsSpan(_used));
        return offset;
    }

    public ReadOnlySpan<byte> Read(int offset)
    {
        var page = _pages[offset >> PageBits];
        var (at, bytes, shift) = (offset & (PageBytes - 1), 0, 0);
        while (page[at] > 0x7F)
        {
            bytes |= (page[at++] & 0x7F) << shift;
            shift += 7;
        }
        bytes |= page[at++] << shift;
        return page.AsSpan(at, bytes);
    }
}
