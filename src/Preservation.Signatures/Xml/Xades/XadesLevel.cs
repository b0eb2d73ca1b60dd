using Preservation.Signatures.Facts;

namespace Preservation.Signatures.Xml.Xades;

/// <summary>What the properties amount to (EN 319 132-1 §6, TS 101 903 §4.4).</summary>
internal static class XadesLevel
{
    public static string Of(XmlSignatureParts parts, SignatureFacts facts)
    {
        if (!facts.ProtectsCertificate) return "BASIC";
        if (facts.TimeStamps.Any(t => t.Kind == "archive")) return "LTA";
        var names = parts.UnsignedProperties.Select(p => parts.Tree.NameOf(p).Local).ToHashSet(StringComparer.Ordinal);
        var isStamped = facts.TimeStamps.Any(t => t.Kind == "signature");
        var hasValues = names.Contains("RevocationValues") || names.Contains("CertificateValues") || names.Contains("TimeStampValidationData") || names.Contains("AnyValidationData");
        if (isStamped && hasValues) return "LT";
        if (facts.TimeStamps.Any(t => t.Kind == "references")) return "X";
        if (isStamped && names.Contains("CompleteRevocationRefs")) return "C";
        return isStamped ? "T" : "B";
    }
}
