using System.Globalization;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Xml;

/// <summary>ds:SignatureMethod (XMLDSig §4.4.2) with its parameters.</summary>
/// <param name="Uri">The algorithm as named.</param>
/// <param name="Scheme">How a value is checked.</param>
internal sealed record XmlSignatureMethod(string Uri, SignatureScheme Scheme)
{
    public static XmlSignatureMethod Read(XmlTree tree, int signedInfo)
    {
        var method = tree.Element(signedInfo, XmlSignatureNames.Signature, "SignatureMethod");
        var uri = method < 0 ? "" : tree.ValueOf(method, "Algorithm") ?? "";
        return new XmlSignatureMethod(uri, uri == XmlAlgorithms.PssWithParameters ? ReadPss(tree, method) : XmlAlgorithms.Scheme(uri));
    }

    /// <summary>The value as the key checks it.</summary>
    public KeyAnswer Verify(PublicKey key, ReadOnlySpan<byte> digest, byte[] value)
    {
        if (Scheme.Hash is not { } hash) return KeyAnswer.Unsupported;
        var encoded = XmlAlgorithms.IsDsa(Uri) ? XmlAlgorithms.DsaValue(value) : value;
        return encoded is null ? KeyAnswer.No : key.Verify(digest, encoded, Scheme, hash);
    }

    // RFC 9231 §2.3.9: SHA-256 where no digest is named, the mask by the same digest, a salt as long as it.
    private static SignatureScheme ReadPss(XmlTree tree, int method)
    {
        var parameters = tree.Elements(method).FirstOrDefault(e => tree.NameOf(e).Local == "RSAPSSParams", -1);
        var hash = HashAt(tree, parameters);
        var mask = hash;
        var salt = hash?.Bytes ?? 0;
        if (parameters >= 0)
            foreach (var child in tree.Elements(parameters))
            {
                var local = tree.NameOf(child).Local;
                if (local == "MaskGenerationFunction") mask = tree.ValueOf(child, "Algorithm") == XmlAlgorithms.Mgf1Uri ? HashAt(tree, child) : null;
                else if (local == "SaltLength" && !int.TryParse(tree.StringValue(child).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out salt)) return Unknown("PSS salt length");
                else if (local == "TrailerField" && tree.StringValue(child).Trim() != "1") return Unknown("PSS trailer field");
            }
        return hash is null || mask is null ? Unknown("PSS digest") : XmlAlgorithms.Pss(hash, mask, salt);
    }

    private static HashFunction? HashAt(XmlTree tree, int parent)
    {
        var method = parent < 0 ? -1 : tree.Element(parent, XmlSignatureNames.Signature, "DigestMethod");
        return method < 0 ? HashFunction.Sha256 : XmlAlgorithms.Hash(tree.ValueOf(method, "Algorithm"));
    }

    private static SignatureScheme Unknown(string what) => new(SchemeFamily.Unknown, null, what);
}
