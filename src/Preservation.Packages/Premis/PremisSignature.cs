using System.Collections.Immutable;

namespace Preservation.Packages.Premis;

/// <summary><c>signatureInformation/signature</c>: a signature over the object, as the object carries it.</summary>
/// <param name="Encoding">How <paramref name="Value"/> is encoded (<c>base64</c>).</param>
/// <param name="Signer">Who signed, when known.</param>
/// <param name="Method">Algorithms (<c>RSA-SHA256</c>).</param>
/// <param name="Value">The signature value.</param>
/// <param name="ValidationRules">What to do to validate it.</param>
/// <param name="Properties">Time of signing, format of the signature, result of its validation, and the like.</param>
public sealed record PremisSignature(
    string Encoding, string? Signer, string Method, string Value, string ValidationRules, ImmutableArray<string> Properties)
{
    /// <summary><c>keyInformation</c>: the signer's certificate, DER in Base64, as XMLDSig's X509Certificate; null when it is not told.</summary>
    public string? Certificate { get; init; }
}
