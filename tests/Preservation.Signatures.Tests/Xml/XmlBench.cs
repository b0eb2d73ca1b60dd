using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Xml;

namespace Preservation.Signatures.Tests.Xml;

/// <summary>
/// Makes XML signatures from text that is in canonical form already, so that the bytes to sign are known without the canonicalisation under
/// test. Elements of a signature carry the prefix <c>ds</c>, which the canonical form of each declares.
/// </summary>
internal static class XmlBench
{
    public const string Namespace = " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
    public const string Exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    public const string RsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    private const string Sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";

    public static string Reference(string? uri, byte[] octets, string transforms = "", string type = "", string digest = Sha256, HashAlgorithmName? hash = null) =>
        "<ds:Reference" + (type.Length > 0 ? $" Type=\"{type}\"" : "") + (uri is null ? "" : $" URI=\"{uri}\"") + ">"
        + (transforms.Length > 0 ? $"<ds:Transforms>{transforms}</ds:Transforms>" : "")
        + $"<ds:DigestMethod Algorithm=\"{digest}\"></ds:DigestMethod><ds:DigestValue>{Convert.ToBase64String(CryptographicOperations.HashData(hash ?? HashAlgorithmName.SHA256, octets))}</ds:DigestValue></ds:Reference>";

    public static string Transform(string algorithm, string inner = "") => $"<ds:Transform Algorithm=\"{algorithm}\">{inner}</ds:Transform>";

    /// <summary>An Object and the octets of its canonical form.</summary>
    public static (string Text, byte[] Octets) Object(string id, string content)
    {
        var text = $"<ds:Object Id=\"{id}\">{content}</ds:Object>";
        return (text, Encoding.UTF8.GetBytes(text.Replace("<ds:Object ", $"<ds:Object{Namespace} ", StringComparison.Ordinal)));
    }

    /// <summary>The ds:Signature; <paramref name="sign"/> makes the value of SignedInfo's octets.</summary>
    public static string Signature(string references, string objects, string keyInfo, Func<byte[], byte[]> sign, string method = RsaSha256, string parameters = "")
    {
        var info = $"<ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"{Exclusive}\"></ds:CanonicalizationMethod>"
            + $"<ds:SignatureMethod Algorithm=\"{method}\">{parameters}</ds:SignatureMethod>{references}</ds:SignedInfo>";
        var octets = Encoding.UTF8.GetBytes("<ds:SignedInfo" + Namespace + info["<ds:SignedInfo".Length..]);
        return $"<ds:Signature{Namespace} Id=\"sig\">{info}<ds:SignatureValue Id=\"value\">{Convert.ToBase64String(sign(octets))}</ds:SignatureValue>{keyInfo}{objects}</ds:Signature>";
    }

    public static string Signature(string references, string objects, X509Certificate2 certificate) =>
        Signature(references, objects, X509Data(certificate), Signer(certificate), certificate.GetECDsaPublicKey() is null ? RsaSha256 : "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");

    public static Func<byte[], byte[]> Signer(X509Certificate2 certificate) => octets =>
    {
        using var ecdsa = certificate.GetECDsaPrivateKey();
        if (ecdsa is not null) return ecdsa.SignData(octets, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        using var rsa = certificate.GetRSAPrivateKey()!;
        return rsa.SignData(octets, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    };

    public static string X509Data(X509Certificate2 certificate) =>
        $"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{Convert.ToBase64String(certificate.RawData)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>";

    public static Task<VerificationReport> VerifyAsync(string xml, params SignedFile[] contents) => VerifyAsync(Encoding.UTF8.GetBytes(xml), contents);

    public static Task<VerificationReport> VerifyAsync(byte[] xml, params SignedFile[] contents) =>
        SignatureVerification.VerifyAsync(SigningBench.File("x.xml", xml), contents, new VerificationPolicy(), SigningBench.Now, default);

    public static XmlTree Parse(string xml) => Parse(Encoding.UTF8.GetBytes(xml));

    public static XmlTree Parse(byte[] xml) =>
        XmlTreeReader.Read(xml, SignatureLimits.Default) is XmlParse.Parsed parsed ? parsed.Tree : throw new ArgumentException("the test's XML is not well-formed", nameof(xml));

    public static string Canonical(NodeSet set, CanonicalKind kind = CanonicalKind.Inclusive10, bool withComments = false, params string[] prefixes)
    {
        var budget = new XmlBudget(SignatureLimits.Default);
        var sink = new OctetSink(null, budget);
        Canonicalisation.Write(set, new CanonicalForm(kind, withComments, [.. prefixes]), sink, budget);
        return Encoding.UTF8.GetString(sink.ToArray());
    }
}
