namespace Preservation.Server.Api.Ts119512;

/// <summary>URIs of the formats that go in and out (ETSI TS 119 512 §6.1, Annex A).</summary>
internal static class Formats
{
    /// <summary>A package of Circular 05/2025/TT-BNV (zip).</summary>
    public const string Tt05 = "urn:preservation:format:tt05";

    /// <summary>A submission package of the E-ARK SIP specification (zip).</summary>
    public const string EarkSip = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml";

    /// <summary>A bag (RFC 8493; zip).</summary>
    public const string BagIt = "urn:ietf:rfc:8493";

    /// <summary>The zip of <c>/packages/{id}/evidence/content</c>: the files together with their evidence, and how to check it.</summary>
    public const string EvidenceZip = "urn:preservation:format:evidence-zip";

    /// <summary>An evidence record in ASN.1 (Annex A.2.2).</summary>
    public const string EvidenceRecord = "urn:ietf:rfc:4998:EvidenceRecord";

    /// <summary>An evidence record in XML (Annex A.2.3).</summary>
    public const string XmlEvidenceRecord = "urn:ietf:rfc:6283:EvidenceRecord";

    /// <summary>The JSON that <c>preserve verify</c> prints.</summary>
    public const string Report = "urn:preservation:format:verification-report";

    public static readonly string[] Packages = [Tt05, EarkSip, BagIt];

    public static readonly string[] Evidence = [EvidenceRecord, XmlEvidenceRecord];

    public const string Zip = "application/zip";
}
