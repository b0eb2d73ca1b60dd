using System.Collections.Immutable;
using System.Formats.Asn1;

namespace Preservation.Signatures.Cms;

/// <summary>One attribute of a signer; values as encoded (RFC 5652 §5.3).</summary>
internal sealed record CmsAttribute(string Oid, ImmutableArray<ReadOnlyMemory<byte>> Values)
{
    private const int MaxAttributes = 1000;

    public static ImmutableArray<CmsAttribute> ReadAll(AsnReader set)
    {
        var attributes = ImmutableArray.CreateBuilder<CmsAttribute>();
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            var oid = attribute.ReadObjectIdentifier();
            var values = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
            var reader = attribute.ReadSetOf(skipSortOrderValidation: true);
            while (reader.HasData) values.Add(reader.ReadEncodedValue());
            attributes.Add(new CmsAttribute(oid, values.ToImmutable()));
            if (attributes.Count > MaxAttributes) throw new AsnContentException($"more than {MaxAttributes} attributes");
        }
        return attributes.ToImmutable();
    }
}
