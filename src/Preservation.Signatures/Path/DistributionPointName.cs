using System.Collections.Immutable;
using System.Formats.Asn1;

namespace Preservation.Signatures.Path;

/// <summary>DistributionPointName: full names, or a relative name to be set under the name of the list's issuer.</summary>
internal sealed class DistributionPointName
{
    private static readonly Asn1Tag Full = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Relative = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private readonly ImmutableArray<GeneralName> _full;
    private readonly ReadOnlyMemory<byte> _relative;

    private DistributionPointName(ImmutableArray<GeneralName> full, ReadOnlyMemory<byte> relative)
    {
        _full = full;
        _relative = relative;
    }

    public static DistributionPointName Read(AsnReader reader)
    {
        var tag = reader.PeekTag();
        DistributionPointName name;
        if (tag.HasSameClassAndValue(Full)) name = new(GeneralName.ReadAll(reader.ReadSequence(tag)), default);
        else if (tag.HasSameClassAndValue(Relative)) name = new([], reader.ReadEncodedValue());
        else throw new AsnContentException("unknown distribution point name");
        reader.ThrowIfNotEmpty();
        return name;
    }

    /// <summary>All names it stands for, when the lists' issuers have these names. Throws <see cref="AsnContentException"/>.</summary>
    public IEnumerable<GeneralName> Names(params IEnumerable<DistinguishedName> issuers) =>
        _relative.IsEmpty ? _full : issuers.Select(issuer => GeneralName.Of(issuer.Append(
            new AsnReader(_relative, AsnEncodingRules.BER).ReadSetOf(skipSortOrderValidation: true, Relative))));

    /// <summary>Addresses to fetch from.</summary>
    public IEnumerable<string> Urls => _full.Where(n => n.Form == GeneralNameForm.Uri).Select(n => n.Text);
}
