using System.Collections.Immutable;
using Preservation.Core.Findings;
using Preservation.Signatures.Path;

namespace Preservation.Signatures.Cms;

/// <summary>The certificates a signer can be found in: those embedded, then those of the policy.</summary>
internal static class CmsCertificates
{
    public static ImmutableArray<Certificate> Decode(
        CmsSignedData cms, PathMaterial material, string file, out ImmutableArray<Finding> findings)
    {
        var certificates = ImmutableArray.CreateBuilder<Certificate>();
        var unread = false;
        foreach (var encoded in cms.Certificates)
        {
            // Attribute certificates and other choices (RFC 5652 §10.2.2) are tagged; they are no signers.
            if (encoded.Span[0] != 0x30) continue;
            if (Certificate.TryDecode(encoded, out var certificate)) certificates.Add(certificate);
            else unread = true;
        }
        findings = unread ? [new Finding(SignatureRules.CertificateMalformed, file)] : [];
        return [.. certificates, .. material.Intermediates, .. material.Anchors.Certificates];
    }
}
