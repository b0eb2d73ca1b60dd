using Preservation.Signatures.Facts;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Pdf;

/// <summary>
/// The level that a signature's parts amount to within its document (EN 319 142-1 §6), whether they hold or not: what stands beside it in the
/// file counts as what stands in it.
/// </summary>
internal static class PdfLevels
{
    /// <param name="signature">A signature.</param>
    /// <param name="stamps">Document time-stamps over it, each as the store it covers.</param>
    /// <param name="store">What the document keeps at its end.</param>
    public static string Of(SignatureFacts signature, IReadOnlyCollection<EmbeddedMaterial> stamps, EmbeddedMaterial store)
    {
        if (signature.Level == "BASIC" || signature.Certificate is not { } certificate) return signature.Level;
        var isStamped = stamps.Count > 0 || signature.TimeStamps.Any(t => t.Kind == "signature");
        if (!isStamped) return "B";
        if (!IsEnough(store, certificate)) return signature.Level is "LT" or "LTA" ? signature.Level : "T";
        return stamps.Any(s => IsEnough(s, certificate)) ? "LTA" : "LT";
    }

    // The issuer's certificate cannot be told to be needed; its list, or an OCSP response, can.
    private static bool IsEnough(EmbeddedMaterial store, Certificate certificate) =>
        !store.OcspResponses.IsEmpty || store.Crls.Any(c => CertificateRevocationList.TryDecode(c, out var list) && list.Issuer.Span.SequenceEqual(certificate.Issuer.Span));
}
