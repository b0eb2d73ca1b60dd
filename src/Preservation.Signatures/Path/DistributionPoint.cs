using System.Collections.Immutable;
using System.Formats.Asn1;

namespace Preservation.Signatures.Path;

/// <summary>Where revocation lists for a certificate are to be had (RFC 5280 §4.2.1.13).</summary>
/// <param name="Name">The point's names; null when it has none.</param>
/// <param name="Reasons">Reasons its lists cover.</param>
/// <param name="CrlIssuer">Who signs its lists, when that is not the certificate's issuer.</param>
internal sealed record DistributionPoint(DistributionPointName? Name, RevocationReasons Reasons, ImmutableArray<GeneralName> CrlIssuer)
{
    public static ImmutableArray<DistributionPoint> ReadAll(AsnReader list)
    {
        var points = ImmutableArray.CreateBuilder<DistributionPoint>();
        while (list.HasData) points.Add(Read(list.ReadSequence()));
        return points.ToImmutable();
    }

    private static DistributionPoint Read(AsnReader reader)
    {
        DistributionPointName? name = null;
        var reasons = RevocationReasons.All;
        var issuer = ImmutableArray<GeneralName>.Empty;
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            switch (tag.TagClass == TagClass.ContextSpecific ? tag.TagValue : -1)
            {
                case 0:
                    name = DistributionPointName.Read(reader.ReadSequence(tag));
                    break;
                case 1:
                    reasons = RevocationReasonsReader.Read(reader, tag);
                    break;
                case 2:
                    issuer = GeneralName.ReadAll(reader.ReadSequence(tag));
                    break;
                default:
                    throw new AsnContentException("unknown field of a distribution point");
            }
        }
        if (name is null && issuer.IsEmpty) throw new AsnContentException("a distribution point without name and issuer");
        return new DistributionPoint(name, reasons, issuer);
    }
}
