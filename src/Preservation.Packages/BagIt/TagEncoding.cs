using System.Text;

namespace Preservation.Packages.BagIt;

/// <summary>The character encoding of a bag's tag files, strict: bytes that mean nothing in it are an error (RFC 8493 §2.3).</summary>
/// <param name="Encoding">Decodes; for UTF-16 and UTF-32 without a byte order mark, which then are big-endian (RFC 2781 §4.3).</param>
/// <param name="NeedsMark">True where a mark may tell the byte order.</param>
internal sealed record TagEncoding(Encoding Encoding, bool NeedsMark)
{
    public static TagEncoding Utf8 { get; } = Find("UTF-8")!;

    public string Name => NeedsMark ? Encoding.WebName[..6].ToUpperInvariant() : Encoding.WebName.ToUpperInvariant();

    public bool IsUtf8 => Encoding.CodePage == Encoding.UTF8.CodePage;

    /// <summary>The encoding with this registered name, or null when nobody knows it.</summary>
    public static TagEncoding? Find(string name)
    {
        if (name.Equals("UTF-16", StringComparison.OrdinalIgnoreCase)) return new TagEncoding(new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true), NeedsMark: true);
        if (name.Equals("UTF-32", StringComparison.OrdinalIgnoreCase)) return new TagEncoding(new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true), NeedsMark: true);
        try
        {
            var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return new TagEncoding(encoding, NeedsMark: false);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null; // nobody knows it, or it is one that lets the same text be written in many ways (UTF-7)
        }
    }

    /// <summary>What decodes a file that begins so, and the bytes of the mark it begins with.</summary>
    public (Encoding Encoding, int MarkBytes) Of(ReadOnlySpan<byte> start)
    {
        if (Encoding.Preamble.Length > 0 && start.StartsWith(Encoding.Preamble)) return (Encoding, Encoding.Preamble.Length);
        if (!NeedsMark) return (Encoding, 0);
        Encoding other = Encoding is UnicodeEncoding ? new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true) : new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true);
        return start.StartsWith(other.Preamble) ? (other, other.Preamble.Length) : (Encoding, 0);
    }
}
