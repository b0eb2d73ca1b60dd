using System.Buffers;
using System.Buffers.Text;

namespace Preservation.Signatures.Xml;

/// <summary>Base64 as XML carries it: with white space anywhere (XML Schema part 2 §3.2.16).</summary>
internal static class Base64Text
{
    /// <summary>Null when it is none.</summary>
    public static byte[]? Decode(byte[] text)
    {
        var count = 0;
        foreach (var octet in text)
            if (octet is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')) text[count++] = octet;
        return Base64.DecodeFromUtf8InPlace(text.AsSpan(0, count), out var written) == OperationStatus.Done ? text[..written] : null;
    }

    public static byte[]? Decode(XmlTree tree, int element) => Decode(tree.TextWithin(element));
}
