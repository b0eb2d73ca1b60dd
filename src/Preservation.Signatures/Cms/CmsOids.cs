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
    public const string CompleteCertificateReferences = "1.2.840.113549.1.9.16.2.21";
    public const string CompleteRevocationReferences = "1.2.840.113549.1.9.16.2.22";
    public const string CertificateValues = "1.2.840.113549.1.9.16.2.23";
    public const string RevocationValues = "1.2.840.113549.1.9.16.2.24";
    public const string CadesCTimeStamp = "1.2.840.113549.1.9.16.2.25";
    public const string ReferencesTimeStamp = "1.2.840.113549.1.9.16.2.26";
    public const string ArchiveTimeStampV1 = "1.2.840.113549.1.9.16.2.27";
    public const string ArchiveTimeStampV2 = "1.2.840.113549.1.9.16.2.48";
    public const string ArchiveTimeStampV3 = "0.4.0.1733.2.4";
    public const string HashIndexV1 = "0.4.0.1733.2.5";
    public const string HashIndexV2 = "0.4.0.19122.1.4";
    public const string HashIndexV3 = "0.4.0.19122.1.5";
    public const string LongTermValidation = "0.4.0.1733.2.2";
    public const string AdobeRevocation = "1.2.840.113583.1.1.8";
    public const string OcspResponse = "1.3.6.1.5.5.7.16.2";
    public const string BasicOcspResponse = "1.3.6.1.5.5.7.48.1.1";
    public const string EvidenceRecordInternal = "1.2.840.113549.1.9.16.2.49";
    public const string EvidenceRecordExternal = "1.2.840.113549.1.9.16.2.50";
}
