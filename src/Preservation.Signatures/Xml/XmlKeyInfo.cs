using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Xml;

/// <summary>What ds:KeyInfo says of the signer's key (XMLDSig §4.5). All of it is a hint: nothing here is protected unless it is signed.</summary>
internal sealed class XmlKeyInfo
{
    private readonly List<BigInteger> _serials = [];
    private readonly List<byte[]> _keyIds = [];

    /// <summary>Certificates in the order found, DER, readable or not.</summary>
    public List<ReadOnlyMemory<byte>> Certificates { get; } = [];

    /// <summary>Revocation lists, DER.</summary>
    public List<ReadOnlyMemory<byte>> Crls { get; } = [];

    /// <summary>The key itself, where it is spelt out.</summary>
    public PublicKey? Key { get; private set; }

    /// <summary>A value is no base64.</summary>
    public bool HasMalformed { get; private set; }

    /// <summary>Does X509IssuerSerial or X509SKI name this certificate.</summary>
    public bool Names(Certificate certificate) =>
        _serials.Contains(certificate.SerialNumber) || (certificate.SubjectKeyId is { } id && _keyIds.Exists(k => id.Span.SequenceEqual(k)));

    /// <param name="tree">The document.</param>
    /// <param name="keyInfo">The element; -1 when there is none.</param>
    public static XmlKeyInfo Read(XmlTree tree, int keyInfo)
    {
        var info = new XmlKeyInfo();
        if (keyInfo >= 0)
            foreach (var child in tree.Elements(keyInfo)) info.ReadChild(tree, child, isRetrieved: false);
        return info;
    }

    private void ReadChild(XmlTree tree, int child, bool isRetrieved)
    {
        var name = tree.NameOf(child);
        if (name.Is(XmlSignatureNames.Signature, "X509Data")) ReadX509(tree, child);
        else if (name.Is(XmlSignatureNames.Signature, "KeyValue")) Key ??= ReadKeyValue(tree, child);
        else if (name.Is(XmlSignatureNames.Signature11, "DEREncodedKeyValue")) Key ??= Base64Text.Decode(tree, child) is { } der ? new PublicKey(der) : null;
        else if (name.Is(XmlSignatureNames.Signature, "RetrievalMethod") && !isRetrieved && tree.ValueOf(child, "URI") is ['#', .. var id] && tree.FindId(id) is var target and > 0)
            ReadChild(tree, target, isRetrieved: true);
    }

    private void ReadX509(XmlTree tree, int data)
    {
        foreach (var child in tree.Elements(data))
        {
            switch (tree.NameOf(child).Local)
            {
                case "X509Certificate": Add(Certificates, tree, child); break;
                case "X509CRL": Add(Crls, tree, child); break;
                case "X509SKI" when Base64Text.Decode(tree, child) is { } id: _keyIds.Add(id); break;
                case "X509IssuerSerial":
                    var number = tree.Element(child, XmlSignatureNames.Signature, "X509SerialNumber");
                    if (number >= 0 && tree.TextBytes(number) < 200 && BigInteger.TryParse(tree.StringValue(number).Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var serial)) _serials.Add(serial);
                    break;
                default: break;
            }
        }
    }

    private void Add(List<ReadOnlyMemory<byte>> to, XmlTree tree, int element)
    {
        if (Base64Text.Decode(tree, element) is { } bytes) to.Add(bytes);
        else HasMalformed = true;
    }

    private static PublicKey? ReadKeyValue(XmlTree tree, int value)
    {
        foreach (var child in tree.Elements(value))
        {
            var name = tree.NameOf(child);
            if (name.Is(XmlSignatureNames.Signature, "RSAKeyValue")) return ReadRsa(tree, child);
            if (name.Is(XmlSignatureNames.Signature, "DSAKeyValue")) return ReadDsa(tree, child);
            if (name.Is(XmlSignatureNames.Signature11, "ECKeyValue")) return ReadEc(tree, child);
        }
        return null;
    }

    private static PublicKey? ReadRsa(XmlTree tree, int value)
    {
        if (Number(tree, value, "Modulus") is not { } modulus || Number(tree, value, "Exponent") is not { } exponent) return null;
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(modulus);
            key.WriteInteger(exponent);
        }
        return Encode("1.2.840.113549.1.1.1", static w => w.WriteNull(), key.Encode());
    }

    private static PublicKey? ReadDsa(XmlTree tree, int value)
    {
        if (Number(tree, value, "P") is not { } p || Number(tree, value, "Q") is not { } q || Number(tree, value, "G") is not { } g || Number(tree, value, "Y") is not { } y) return null;
        var key = new AsnWriter(AsnEncodingRules.DER);
        key.WriteInteger(y);
        return Encode("1.2.840.10040.4.1", Parameters, key.Encode());

        void Parameters(AsnWriter writer)
        {
            using var sequence = writer.PushSequence();
            writer.WriteInteger(p);
            writer.WriteInteger(q);
            writer.WriteInteger(g);
        }
    }

    private static PublicKey? ReadEc(XmlTree tree, int value)
    {
        var curve = tree.Element(value, XmlSignatureNames.Signature11, "NamedCurve");
        var point = tree.Element(value, XmlSignatureNames.Signature11, "PublicKey");
        if (curve < 0 || point < 0 || tree.ValueOf(curve, "URI") is not { } uri || !uri.StartsWith("urn:oid:", StringComparison.Ordinal) || Base64Text.Decode(tree, point) is not { } bytes) return null;
        var oid = uri["urn:oid:".Length..];
        return oid.Length > 0 && oid.All(c => char.IsAsciiDigit(c) || c == '.') ? Encode("1.2.840.10045.2.1", w => w.WriteObjectIdentifier(oid), bytes) : null;
    }

    // CryptoBinary: big-endian, unsigned (XMLDSig §4.1).
    private static BigInteger? Number(XmlTree tree, int parent, string local) =>
        tree.Element(parent, XmlSignatureNames.Signature, local) is var element and >= 0 && Base64Text.Decode(tree, element) is { Length: > 0 and <= 4096 } bytes
            ? new BigInteger(bytes, isUnsigned: true, isBigEndian: true) : null;

    private static PublicKey? Encode(string oid, Action<AsnWriter> parameters, byte[] key)
    {
        try
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    parameters(writer);
                }
                writer.WriteBitString(key);
            }
            return new PublicKey(writer.Encode());
        }
        catch (ArgumentException)
        {
            // No OID, as in "urn:oid:1.": no key either.
            return null;
        }
    }
}
