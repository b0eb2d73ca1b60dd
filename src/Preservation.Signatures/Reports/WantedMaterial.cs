using System.Collections.Immutable;

namespace Preservation.Signatures.Reports;

/// <summary>What a verdict lacked and where it may be had, as the certificates themselves say.</summary>
/// <param name="Kind">What is lacking.</param>
/// <param name="Certificate">The certificate it is lacking for, DER.</param>
/// <param name="Issuer">Its issuer, DER; empty when the issuer is what is lacking.</param>
/// <param name="Urls">Where it may be had, in the order of the certificate.</param>
/// <param name="NotAfter">The certificate's end, after which its authority may have forgotten it.</param>
public sealed record WantedMaterial(WantedKind Kind, ReadOnlyMemory<byte> Certificate, ReadOnlyMemory<byte> Issuer, ImmutableArray<string> Urls, DateTimeOffset NotAfter);

/// <summary>Kinds of material a verdict may lack.</summary>
public enum WantedKind
{
    /// <summary>The certificate's issuer (RFC 5280 §4.2.2.1, id-ad-caIssuers).</summary>
    Issuer,

    /// <summary>A revocation list (RFC 5280 §4.2.1.13).</summary>
    Crl,

    /// <summary>An OCSP response (RFC 6960 §4.2.2.1).</summary>
    Ocsp,
}
