namespace Preservation.Signatures.Xml;

/// <summary>Namespaces and types of XML signatures, as their specifications write them.</summary>
internal static class XmlSignatureNames
{
    public const string Signature = "http://www.w3.org/2000/09/xmldsig#";
    public const string Signature11 = "http://www.w3.org/2009/xmldsig11#";
    public const string Filter2 = "http://www.w3.org/2002/06/xmldsig-filter2";
    public const string XPath = "http://www.w3.org/TR/1999/REC-xpath-19991116";
    public const string Xslt = "http://www.w3.org/TR/1999/REC-xslt-19991116";
    public const string Base64 = Signature + "base64";
    public const string Enveloped = Signature + "enveloped-signature";
    public const string ManifestType = Signature + "Manifest";
    public const string ObjectType = Signature + "Object";
    public const string RelationshipTransform = "http://schemas.openxmlformats.org/package/2006/RelationshipTransform";
    public const string Relationships = "http://schemas.openxmlformats.org/package/2006/relationships";
    public const string PackageSignature = "http://schemas.openxmlformats.org/package/2006/digital-signature";
    public const string Asic = "http://uri.etsi.org/02918/v1.2.1#";
    public const string Xades111 = "http://uri.etsi.org/01903/v1.1.1#";
    public const string Xades122 = "http://uri.etsi.org/01903/v1.2.2#";
    public const string Xades132 = "http://uri.etsi.org/01903/v1.3.2#";
    public const string Xades141 = "http://uri.etsi.org/01903/v1.4.1#";

    public static bool IsXades(string @namespace) => @namespace is Xades132 or Xades141 or Xades122 or Xades111;

    /// <summary>Type of a reference to SignedProperties; it changed from version to version (TS 101 903 §6.3.1).</summary>
    public static bool IsSignedPropertiesType(string? type) => type is "http://uri.etsi.org/01903#SignedProperties"
        or Xades111 + "SignedProperties" or Xades122 + "SignedProperties" or Xades132 + "SignedProperties";

    public static bool IsCountersignedType(string? type) => type is "http://uri.etsi.org/01903#CountersignedSignature"
        or Xades122 + "CountersignedSignature" or Xades132 + "CountersignedSignature" or Xades111 + "CountersignedSignature";
}
