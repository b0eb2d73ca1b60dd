using System.Text;

namespace Preservation.Signatures.Xml;

/// <summary>What must be known of a document before it is parsed: its declared encoding, and whether it declares a document type.</summary>
internal static class XmlProlog
{
    private const int DeclarationBytes = 256;

    /// <summary>How much of a document is looked at for its document type.</summary>
    public const int LookedAtBytes = 1 << 20;

    /// <summary>Name of the encoding in the XML declaration when it is none that every XML processor knows; null otherwise.</summary>
    public static string? LegacyEncoding(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("<?xml"u8)) return null;
        var head = Encoding.ASCII.GetString(bytes[..Math.Min(bytes.Length, DeclarationBytes)]);
        var end = head.IndexOf("?>", StringComparison.Ordinal);
        var at = head.IndexOf("encoding", StringComparison.Ordinal);
        if (at < 0 || end < at) return null;
        var open = head.AsSpan(at).IndexOfAny('"', '\'');
        if (open < 0) return null;
        var rest = head.AsSpan(at + open + 1);
        var close = rest.IndexOf(head[at + open]);
        if (close <= 0) return null;
        var name = rest[..close].ToString();
        return name.ToUpperInvariant() is "UTF-8" or "UTF-16" or "UTF-16LE" or "UTF-16BE" or "US-ASCII" or "ASCII" or "ISO-8859-1" or "LATIN1" ? null : name;
    }

    /// <summary>Does a document type declaration stand before the document element (XML 1.0 §2.8).</summary>
    public static bool DeclaresDocumentType(ReadOnlySpan<byte> bytes)
    {
        var text = Decode(bytes[..Math.Min(bytes.Length, LookedAtBytes)]).AsSpan().TrimStart('\uFEFF');
        while (true)
        {
            text = text.TrimStart(" \t\r\n");
            if (text.StartsWith("<!DOCTYPE", StringComparison.Ordinal)) return true;
            var end = text.StartsWith("<!--", StringComparison.Ordinal) ? "-->" : text.StartsWith("<?", StringComparison.Ordinal) ? "?>" : null;
            if (end is null) return false;
            var at = text.IndexOf(end, StringComparison.Ordinal);
            if (at < 0) return false;
            text = text[(at + end.Length)..];
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [(byte)'<', 0, ..]) return Encoding.Unicode.GetString(bytes[..(bytes.Length / 2 * 2)]);
        if (bytes is [0xFE, 0xFF, ..] or [0, (byte)'<', ..]) return Encoding.BigEndianUnicode.GetString(bytes[..(bytes.Length / 2 * 2)]);
        return Encoding.UTF8.GetString(bytes);
    }
}
