using System.Collections.Immutable;
using System.Formats.Asn1;

namespace Preservation.Signatures.Cms;

/// <summary>One attribute of a signer (RFC 5652 §5.3).</summary>
/// <param name="Oid">Its type.</param>
/// <param name="Values">Its values, as encoded.</param>
/// <param name="Encoded">The whole attribute, as encoded.</param>
/// <param name="TypeEncoded">Its type, as encoded.</param>
internal sealed record CmsAttribute(string Oid, ImmutableArray<ReadOnlyMemory<byte>> Values, ReadOnlyMemory<byte> Encoded, ReadOnlyMemory<byte> TypeEncoded)
{
    private const int MaxAttributes = 1000;

    public static ImmutableArray<CmsAttribute> ReadAll(AsnReader set)
    {
        var attributes = ImmutableArray.CreateBuilder<CmsAttribute>();
        while (set.HasData)
        {
            var encoded = set.PeekEncodedValue();
            var attribute = set.ReadSequence();
            var type = attribute.PeekEncodedValue();
            var oid = attribute.ReadObjectIdentifier();
            var values = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
            var reader = attribute.ReadSetOf(skipSortOrderValidation: true);
            while (reader.HasData) values.Add(reader.ReadEncodedValue());
            attributes.Add(new CmsAttribute(oid, values.ToImmutable(), encoded, type));
            if (attributes.Count > MaxAttributes) throw new AsnContentException($"more than {MaxAttributes} attributes");
        }
        return attributes.ToImmutable();
    }
}
