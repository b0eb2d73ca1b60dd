using System.Formats.Asn1;

namespace Preservation.Signatures.Path;

/// <summary>What a revocation list is limited to (RFC 5280 §5.2.5).</summary>
internal sealed record IssuingDistributionPoint
{
    public DistributionPointName? Name { get; private init; }
    public bool OnlyUsers { get; private init; }
    public bool OnlyAuthorities { get; private init; }
    public bool OnlyAttributes { get; private init; }
    public bool IsIndirect { get; private init; }
    public RevocationReasons Reasons { get; private init; } = RevocationReasons.All;

    /// <summary>As in the list: a delta has exactly the scope of its base.</summary>
    public required ReadOnlyMemory<byte> Encoded { get; init; }

    public static IssuingDistributionPoint Read(ReadOnlyMemory<byte> encoded)
    {
        var outer = new AsnReader(encoded, AsnEncodingRules.BER);
        var reader = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var point = new IssuingDistributionPoint { Encoded = encoded };
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            point = (tag.TagClass == TagClass.ContextSpecific ? tag.TagValue : -1) switch
            {
                0 => point with { Name = DistributionPointName.Read(reader.ReadSequence(tag)) },
                1 => point with { OnlyUsers = reader.ReadBoolean(tag) },
                2 => point with { OnlyAuthorities = reader.ReadBoolean(tag) },
                3 => point with { Reasons = RevocationReasonsReader.Read(reader, tag) },
                4 => point with { IsIndirect = reader.ReadBoolean(tag) },
                5 => point with { OnlyAttributes = reader.ReadBoolean(tag) },
                _ => throw new AsnContentException("unknown field of an issuing distribution point"),
            };
        }
        return point;
    }
}
