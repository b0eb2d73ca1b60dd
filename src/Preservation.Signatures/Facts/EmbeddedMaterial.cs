using System.Collections.Immutable;

namespace Preservation.Signatures.Facts;

/// <summary>Validation material as it was found, DER; what could not be read is in it too, since nothing found is thrown away.</summary>
/// <param name="Certificates">Certificates, in the order of the file.</param>
/// <param name="Crls">Certificate revocation lists.</param>
/// <param name="OcspResponses">OCSP responses (OCSPResponse or BasicOCSPResponse, RFC 6960 §4.2.1).</param>
internal sealed record EmbeddedMaterial(
    ImmutableArray<ReadOnlyMemory<byte>> Certificates, ImmutableArray<ReadOnlyMemory<byte>> Crls, ImmutableArray<ReadOnlyMemory<byte>> OcspResponses)
{
    public static EmbeddedMaterial None { get; } = new([], [], []);

    public EmbeddedMaterial With(EmbeddedMaterial other) => other == None ? this
        : new([.. Certificates, .. other.Certificates], [.. Crls, .. other.Crls], [.. OcspResponses, .. other.OcspResponses]);
}
