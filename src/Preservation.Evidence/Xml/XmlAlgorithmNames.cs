using Preservation.Signatures.Algorithms;

namespace Preservation.Evidence.Xml;

/// <summary>The URIs by which XML names digest functions (RFC 9231 §2.1, XML Encryption 1.1 §5.7).</summary>
internal static class XmlAlgorithmNames
{
    private static readonly string[] All =
    [
        "http://www.w3.org/2001/04/xmldsig-more#sha224", "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384",
        "http://www.w3.org/2001/04/xmlenc#sha512", "http://www.w3.org/2007/05/xmldsig-more#sha3-224", "http://www.w3.org/2007/05/xmldsig-more#sha3-256",
        "http://www.w3.org/2007/05/xmldsig-more#sha3-384", "http://www.w3.org/2007/05/xmldsig-more#sha3-512", "http://www.w3.org/2000/09/xmldsig#sha1",
    ];

    /// <summary>Null for a function without a name in XML.</summary>
    public static string? Find(HashFunction function) => Array.Find(All, uri => XmlAlgorithms.Hash(uri) == function);
}
