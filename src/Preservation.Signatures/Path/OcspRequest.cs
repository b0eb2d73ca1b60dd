using System.Formats.Asn1;
using System.Security.Cryptography;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Path;

/// <summary>Asks a responder about one certificate (RFC 6960 §4.1). Without a nonce: answers made ahead are as good, and are kept as evidence.</summary>
public static class OcspRequest
{
    /// <summary>The request, DER; null when one of the certificates cannot be read.</summary>
    /// <param name="wanted">A wish for an OCSP response.</param>
    public static byte[]? Create(WantedMaterial wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (!Certificate.TryDecode(wanted.Certificate, out var certificate) || !Certificate.TryDecode(wanted.Issuer, out var issuer)) return null;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            // SHA-1 only names the issuer here, and is what every responder knows (RFC 5019 §2.1.1).
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.3.14.3.2.26");
                writer.WriteNull();
            }
#pragma warning disable CA5350 // a name, no protection
            writer.WriteOctetString(SHA1.HashData(issuer.Subject.Span));
            writer.WriteOctetString(SHA1.HashData(issuer.Key.KeyBits.Span));
#pragma warning restore CA5350
            writer.WriteInteger(certificate.SerialNumber);
        }
        return writer.Encode();
    }
}
