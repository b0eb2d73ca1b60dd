using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Xml.Xades;

/// <summary>A Cert of SigningCertificate (TS 101 903 §7.2.2) or SigningCertificateV2 (EN 319 132-1 §5.2.2).</summary>
/// <param name="Hash">Digest function; null when it is unknown.</param>
/// <param name="Digest">Digest of the certificate.</param>
/// <param name="Serial">Serial number that is stated beside it.</param>
internal sealed record XadesCertificateReference(HashFunction? Hash, ReadOnlyMemory<byte> Digest, BigInteger? Serial)
{
    private const int MaxRead = 20;

    public bool Matches(Certificate certificate) => Hash is { IsSupported: true }
        && CryptographicOperations.FixedTimeEquals(Hash.Compute(certificate.Encoded.Span), Digest.Span);

    public bool StatesOtherSerial(Certificate certificate) => Serial is { } serial && serial != certificate.SerialNumber;

    /// <summary>The references of a signature, whatever the version of XAdES; names count, since the namespace of the digest changed.</summary>
    public static List<XadesCertificateReference> ReadAll(XmlSignatureParts parts)
    {
        var found = new List<XadesCertificateReference>();
        var properties = parts.Child(parts.SignedProperties, "SignedSignatureProperties");
        foreach (var name in (ReadOnlySpan<string>)["SigningCertificateV2", "SigningCertificate"])
            if (parts.Child(properties, name) is var list and >= 0)
                foreach (var cert in parts.Tree.Elements(list))
                    if (found.Count < MaxRead) found.Add(Read(parts.Tree, cert));
        return found;
    }

    private static XadesCertificateReference Read(XmlTree tree, int cert)
    {
        var (method, value, serial) = (-1, -1, (BigInteger?)null);
        foreach (var child in tree.Elements(cert))
        {
            var local = tree.NameOf(child).Local;
            if (local == "CertDigest") (method, value) = (Named(tree, child, "DigestMethod"), Named(tree, child, "DigestValue"));
            else if (local == "IssuerSerialV2") serial = ReadSerial(Base64Text.Decode(tree, child));
            else if (local == "IssuerSerial" && Named(tree, child, "X509SerialNumber") is var number and >= 0 && tree.TextBytes(number) < 200)
                serial = BigInteger.TryParse(tree.StringValue(number).Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        }
        return new XadesCertificateReference(method < 0 ? null : XmlAlgorithms.Hash(tree.ValueOf(method, "Algorithm")), value < 0 ? [] : Base64Text.Decode(tree, value) ?? [], serial);
    }

    private static int Named(XmlTree tree, int parent, string local)
    {
        foreach (var child in tree.Elements(parent))
            if (tree.NameOf(child).Local == local) return child;
        return -1;
    }

    // IssuerSerial of RFC 5035 §5: names, then the number.
    private static BigInteger? ReadSerial(byte[]? encoded)
    {
        if (encoded is null) return null;
        try
        {
            var reader = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
            reader.ReadSequence();
            return reader.ReadInteger();
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
