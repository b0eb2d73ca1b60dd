namespace Preservation.Signatures;

/// <summary>A signature as a file carries it, before anybody believes it.</summary>
/// <param name="Id">Unique within the file.</param>
/// <param name="Format">Name of the form: <c>CAdES</c>, <c>XAdES</c>, <c>PAdES</c>, …</param>
/// <param name="Level">What its properties amount to.</param>
/// <param name="Method">The signature algorithm as the signature names it, an OID or URI; null when it could not be read.</param>
/// <param name="DigestMethod">The OID of the digest algorithm, where the signature names it apart (CMS).</param>
/// <param name="Value">The signature value; empty when it could not be read.</param>
/// <param name="Signer">The subject of the signer's certificate (RFC 4514); null when the certificate is not at hand.</param>
/// <param name="Certificate">That certificate, DER.</param>
/// <param name="ClaimedTime">The signer's own statement; proves nothing.</param>
public sealed record FoundSignature(
    string Id, string Format, string Level, string? Method, string? DigestMethod, ReadOnlyMemory<byte> Value, string? Signer, ReadOnlyMemory<byte>? Certificate, DateTimeOffset? ClaimedTime);
