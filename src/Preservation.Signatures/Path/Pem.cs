using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Preservation.Signatures.Path;

/// <summary>RFC 7468 text, or the DER it stands for.</summary>
internal static class Pem
{
    /// <summary>The blocks with one of the labels; bytes that begin like DER are returned as they are.</summary>
    public static ImmutableArray<ReadOnlyMemory<byte>> Decode(ReadOnlyMemory<byte> bytes, params ReadOnlySpan<string> labels)
    {
        if (bytes.IsEmpty) return [];
        if (bytes.Span[0] == 0x30) return [bytes];
        var text = Encoding.ASCII.GetString(bytes.Span).AsSpan();
        var blocks = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        while (PemEncoding.TryFind(text, out var fields))
        {
            var label = text[fields.Label];
            var wanted = false;
            foreach (var candidate in labels) wanted |= label.SequenceEqual(candidate);
            if (wanted) blocks.Add(Convert.FromBase64String(text[fields.Base64Data].ToString()));
            text = text[fields.Location.End..];
        }
        return blocks.ToImmutable();
    }
}
