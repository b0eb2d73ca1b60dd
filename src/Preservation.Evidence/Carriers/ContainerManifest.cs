using System.Collections.Immutable;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Xml;

namespace Preservation.Evidence.Carriers;

/// <summary>An ASiCEvidenceRecordManifest (EN 319 162-1 §A.4, §A.7): which record is over which files.</summary>
/// <param name="Record">Path of the record in the container.</param>
/// <param name="Entries">Files with their digests; the function is null when it is not known.</param>
internal sealed record ContainerManifest(string Record, ImmutableArray<(string Path, HashFunction? Hash, byte[] Digest)> Entries)
{
    private const string Asic = XmlSignatureNames.Asic;
    private const string Signature = XmlSignatureNames.Signature;

    /// <summary>Null when it cannot be read.</summary>
    public static ContainerManifest? TryRead(byte[] bytes)
    {
        if (XmlTreeReader.Read(bytes, SignatureLimits.Default) is not XmlParse.Parsed { Tree: var tree }) return null;
        if (!tree.IsElement(tree.Root, Asic, "ASiCManifest")) return null;
        var reference = tree.Element(tree.Root, Asic, "SigReference");
        if (reference < 0 || tree.ValueOf(reference, "URI") is not { } record) return null;
        var entries = ImmutableArray.CreateBuilder<(string, HashFunction?, byte[])>();
        foreach (var entry in tree.Elements(tree.Root, Asic, "DataObjectReference"))
        {
            var method = tree.Element(entry, Signature, "DigestMethod");
            var value = tree.Element(entry, Signature, "DigestValue");
            if (method < 0 || value < 0 || tree.ValueOf(entry, "URI") is not { } uri) return null;
            var text = tree.TextWithin(value);
            if (!System.Buffers.Text.Base64.IsValid(text)) return null;
            entries.Add((PathOf(uri), XmlAlgorithms.Hash(tree.ValueOf(method, "Algorithm") ?? ""), Convert.FromBase64String(tree.StringValue(value))));
        }
        return new ContainerManifest(PathOf(record), entries.ToImmutable());
    }

    // Relative to the container's root, percent-encoded (EN 319 162-1 §A.4).
    private static string PathOf(string uri)
    {
        var path = Uri.UnescapeDataString(uri);
        while (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        return path.TrimStart('/');
    }
}
