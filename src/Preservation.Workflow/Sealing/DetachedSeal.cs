using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Preservation.Workflow.Sealing;

/// <summary>A detached signature by a key whose certificate is known beforehand: no chain is asked for, and none is believed.</summary>
internal static class DetachedSeal
{
    /// <summary>The certificate whose key signed these bytes; null when the signature does not hold or is not by one key alone.</summary>
    public static X509Certificate2? SignerOf(byte[] body, byte[] signature)
    {
        try
        {
            var cms = new SignedCms(new ContentInfo(body), detached: true);
            cms.Decode(signature);
            if (cms.SignerInfos.Count != 1 || cms.SignerInfos[0].Certificate is not { } signer) return null;
            cms.CheckSignature(verifySignatureOnly: true);
            return signer;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Is it the very certificate, and in force?</summary>
    public static bool IsIt(X509Certificate2 certificate, X509Certificate2 signer, DateTimeOffset now) =>
        certificate.RawDataMemory.Span.SequenceEqual(signer.RawDataMemory.Span) && certificate.NotBefore.ToUniversalTime() <= now.UtcDateTime && now.UtcDateTime <= certificate.NotAfter.ToUniversalTime();
}
