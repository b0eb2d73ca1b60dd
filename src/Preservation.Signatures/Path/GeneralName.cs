using System.Collections.Immutable;
using System.Formats.Asn1;

namespace Preservation.Signatures.Path;

/// <summary>The choices of GeneralName (RFC 5280 §4.2.1.6) by their tags.</summary>
internal enum GeneralNameForm
{
    OtherName = 0,
    Rfc822Name = 1,
    DnsName = 2,
    X400Address = 3,
    DirectoryName = 4,
    EdiPartyName = 5,
    Uri = 6,
    IpAddress = 7,
    RegisteredId = 8,
}

/// <summary>One name of some form.</summary>
/// <param name="Form">Which.</param>
/// <param name="Text">Mail address, DNS name or URI; empty for other forms.</param>
/// <param name="Bytes">Address octets, or the whole name as encoded for forms that are not looked into.</param>
/// <param name="Directory">The directory name.</param>
internal sealed record GeneralName(GeneralNameForm Form, string Text, ReadOnlyMemory<byte> Bytes, DistinguishedName? Directory)
{
    public static GeneralName Of(DistinguishedName name) => new(GeneralNameForm.DirectoryName, "", default, name);

    public static GeneralName Read(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue is < 0 or > 8) throw new AsnContentException("no general name");
        var form = (GeneralNameForm)tag.TagValue;
        return form switch
        {
            GeneralNameForm.Rfc822Name or GeneralNameForm.DnsName or GeneralNameForm.Uri =>
                new(form, reader.ReadCharacterString(UniversalTagNumber.IA5String, tag), default, null),
            GeneralNameForm.DirectoryName => new(form, "", default, DistinguishedName.Read(reader.ReadSequence(tag).ReadEncodedValue())),
            GeneralNameForm.IpAddress => new(form, "", reader.ReadOctetString(tag), null),
            _ => new(form, "", reader.ReadEncodedValue(), null),
        };
    }

    /// <summary>The names up to the end of the reader.</summary>
    public static ImmutableArray<GeneralName> ReadAll(AsnReader list)
    {
        var names = ImmutableArray.CreateBuilder<GeneralName>();
        while (list.HasData) names.Add(Read(list));
        return names.ToImmutable();
    }

    /// <summary>The same name, as distribution points compare them.</summary>
    public bool Is(GeneralName other) => Form == other.Form && Form switch
    {
        GeneralNameForm.DirectoryName => Directory!.Is(other.Directory!),
        GeneralNameForm.DnsName or GeneralNameForm.Rfc822Name => string.Equals(Text, other.Text, StringComparison.OrdinalIgnoreCase),
        GeneralNameForm.Uri => string.Equals(Text, other.Text, StringComparison.Ordinal),
        _ => Bytes.Span.SequenceEqual(other.Bytes.Span),
    };
}
