using Preservation.Signatures.Algorithms;

namespace Preservation.Evidence.Xml;

/// <summary>Digest functions by the identifiers of XML Signature and RFC 6931, RFC 9231.</summary>
internal static class XmlDigestMethods
{
    public static HashFunction? Find(string uri) => uri switch
    {
        "http://www.w3.org/2000/09/xmldsig#sha1" => HashFunction.Sha1,
        "http://www.w3.org/2001/04/xmldsig-more#sha224" => HashFunction.Sha224,
        "http://www.w3.org/2001/04/xmlenc#sha256" => HashFunction.Sha256,
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => HashFunction.Sha384,
        "http://www.w3.org/2001/04/xmlenc#sha512" => HashFunction.Sha512,
        "http://www.w3.org/2007/05/xmldsig-more#sha3-224" => HashFunction.Sha3T224,
        "http://www.w3.org/2007/05/xmldsig-more#sha3-256" => HashFunction.Sha3T256,
        "http://www.w3.org/2007/05/xmldsig-more#sha3-384" => HashFunction.Sha3T384,
        "http://www.w3.org/2007/05/xmldsig-more#sha3-512" => HashFunction.Sha3T512,
        _ => null,
    };
}
