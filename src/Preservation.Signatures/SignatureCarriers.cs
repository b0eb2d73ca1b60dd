using System.Text;

namespace Preservation.Signatures;

/// <summary>Tells by name and first bytes whether a file may carry signatures, so that only such files are read whole.</summary>
public static class SignatureCarriers
{
    /// <summary>Bytes of a file's beginning that <see cref="Detect"/> makes use of.</summary>
    public const int HeadBytes = 64 * 1024;

    private static readonly byte[] SignedDataOid = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    private static readonly byte[] TstInfoOid = [0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x04];

    /// <summary>
    /// The likely carrier; a later look may find no signature in it. Every PDF is a candidate; <c>.p7s .p7m .tsr .tst</c> are candidates
    /// by their name too, so that a damaged one is called malformed and not passed over.
    /// </summary>
    /// <param name="path">The file's name; only its ending counts.</param>
    /// <param name="head">The first bytes, at best <see cref="HeadBytes"/> of them.</param>
    public static SignatureCarrier Detect(string path, ReadOnlySpan<byte> head)
    {
        ArgumentNullException.ThrowIfNull(path);
        var ending = System.IO.Path.GetExtension(path).ToLowerInvariant();
        if (head.Length > HeadBytes) head = head[..HeadBytes];
        if (head[..Math.Min(head.Length, 1024)].IndexOf("%PDF-"u8) >= 0 || ending == ".pdf") return SignatureCarrier.Pdf;
        if (head.StartsWith("PK\u0003\u0004"u8)) return DetectZip(ending, head);
        if (DetectAsn1(head) is var carrier && carrier != SignatureCarrier.None) return carrier;
        if (ending is ".tsr" or ".tst") return SignatureCarrier.TimeStampToken;
        if (ending is ".p7s" or ".p7m") return SignatureCarrier.Cms;
        if (HasXmlSignature(head)) return SignatureCarrier.Xml;
        return SignatureCarrier.None;
    }

    private static SignatureCarrier DetectAsn1(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("-----BEGIN PKCS7-----"u8) || head.StartsWith("-----BEGIN CMS-----"u8)
            || head.StartsWith("-----BEGIN PKCS #7 SIGNED DATA-----"u8)) return SignatureCarrier.Cms;
        if (head.IsEmpty || (head[0] != 0x30 && head[0] != (byte)'M')) return SignatureCarrier.None;
        if (head[0] == (byte)'M')
        {
            Span<byte> decoded = stackalloc byte[1024];
            Span<byte> bare = stackalloc byte[1024];
            var count = 0;
            foreach (var c in head[..Math.Min(head.Length, 1200)])
                if (c is not ((byte)'\r' or (byte)'\n') && count < bare.Length) bare[count++] = c;
            if (System.Buffers.Text.Base64.DecodeFromUtf8(bare[..(count / 4 * 4)], decoded, out _, out var written, false)
                is System.Buffers.OperationStatus.InvalidData) return SignatureCarrier.None;
            return DetectDer(decoded[..written]);
        }
        return DetectDer(head);
    }

    // A ContentInfo begins with its type; a TimeStampResp has its status, at most some sentences, before.
    private static SignatureCarrier DetectDer(ReadOnlySpan<byte> head)
    {
        var near = head[..Math.Min(head.Length, 1024)];
        var at = near.IndexOf(SignedDataOid);
        if (at < 0) return SignatureCarrier.None;
        var type = near[at..][..Math.Min(near.Length - at, 120)].IndexOf(TstInfoOid);
        if (type >= 0) return SignatureCarrier.TimeStampToken;
        return at <= 12 ? SignatureCarrier.Cms : SignatureCarrier.None;
    }

    private static SignatureCarrier DetectZip(string ending, ReadOnlySpan<byte> head)
    {
        if (head.IndexOf("application/vnd.etsi.asic-"u8) >= 0 || ending is ".asice" or ".asics" or ".sce" or ".scs" or ".bdoc")
            return SignatureCarrier.Asic;
        if (head.IndexOf("application/vnd.oasis.opendocument"u8) >= 0 || ending is ".odt" or ".ods" or ".odp" or ".odg")
            return SignatureCarrier.Odf;
        if (head.IndexOf("[Content_Types].xml"u8) >= 0 || ending is ".docx" or ".xlsx" or ".pptx" or ".docm" or ".xlsm" or ".pptm")
            return SignatureCarrier.Ooxml;
        return head.IndexOf("META-INF/"u8) >= 0 ? SignatureCarrier.Asic : SignatureCarrier.None;
    }

    private static bool HasXmlSignature(ReadOnlySpan<byte> head)
    {
        if (!LooksLikeXml(head)) return false;
        return head.IndexOf("http://www.w3.org/2000/09/xmldsig#"u8) >= 0
            || head.IndexOf(Encoding.Unicode.GetBytes("http://www.w3.org/2000/09/xmldsig#")) >= 0
            || head.IndexOf(Encoding.BigEndianUnicode.GetBytes("http://www.w3.org/2000/09/xmldsig#")) >= 0;
    }

    internal static bool LooksLikeXml(ReadOnlySpan<byte> head)
    {
        if (head is [0xEF, 0xBB, 0xBF, ..]) head = head[3..];
        if (head is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] or [0, (byte)'<', ..] or [(byte)'<', 0, ..]) return true;
        return head.TrimStart(" \t\r\n"u8) is [(byte)'<', ..];
    }
}
