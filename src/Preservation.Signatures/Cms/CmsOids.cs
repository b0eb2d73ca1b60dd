namespace Preservation.Signatures.Cms;

/// <summary>Object identifiers of RFC 5652, RFC 5035, RFC 3161, RFC 4998 and EN 319 122-1.</summary>
internal static class CmsOids
{
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string TstInfo = "1.2.840.113549.1.9.16.1.4";
    public const string ContentType = "1.2.840.113549.1.9.3";
    public const string MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningTime = "1.2.840.113549.1.9.5";
    public const string CounterSignature = "1.2.840.113549.1.9.6";
    public const string SigningCertificate = "1.2.840.113549.1.9.16.2.12";
    public const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
    public const string ContentTimeStamp = "1.2.840.113549.1.9.16.2.20";
    public const string SignatureTimeStamp = "1.2.840.113549.1.9.16.2.14";
    public const string ArchiveTimeStampV2 = "1.2.840.113549.1.9.16.2.48";
    public const string ArchiveTimeStampV3 = "0.4.0.1733.2.4";
    public const string EvidenceRecordInternal = "1.2.840.113549.1.9.16.2.49";
    public const string EvidenceRecordExternal = "1.2.840.113549.1.9.16.2.50";
}
