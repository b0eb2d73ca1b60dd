using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace Preservation.Signatures.Path;

/// <summary>
/// A name as RFC 5280 §7.1 compares it: attribute by attribute, text without regard to its encoding, to case, to compatibility forms, and to
/// the number of spaces (RFC 4518); anything else by its bytes. The order of attributes within one relative name does not matter.
/// </summary>
internal sealed class DistinguishedName
{
    private const string EmailAddress = "1.2.840.113549.1.9.1";

    private DistinguishedName(ImmutableArray<string> relativeNames, ImmutableArray<string> emails)
    {
        RelativeNames = relativeNames;
        Emails = emails;
        Key = string.Join('\n', relativeNames);
    }

    /// <summary>Equal for names that are equal.</summary>
    public string Key { get; }

    /// <summary>Keys of the relative names, from the root.</summary>
    public ImmutableArray<string> RelativeNames { get; }

    /// <summary>Values of emailAddress attributes, as they are written.</summary>
    public ImmutableArray<string> Emails { get; }

    public bool IsEmpty => RelativeNames.IsEmpty;

    /// <summary>Reads a Name. Throws <see cref="AsnContentException"/> when it is malformed.</summary>
    public static DistinguishedName Read(ReadOnlyMemory<byte> encoded)
    {
        var list = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        var names = ImmutableArray.CreateBuilder<string>();
        var emails = ImmutableArray.CreateBuilder<string>();
        while (list.HasData) names.Add(ReadRelative(list.ReadSetOf(skipSortOrderValidation: true), emails));
        return new DistinguishedName(names.ToImmutable(), emails.ToImmutable());
    }

    /// <summary>This name with one more relative name (SET OF contents as encoded under a tag of another kind).</summary>
    public DistinguishedName Append(AsnReader attributes) =>
        new(RelativeNames.Add(ReadRelative(attributes, ImmutableArray.CreateBuilder<string>())), Emails);

    /// <summary>Does the name lie in this subtree.</summary>
    public bool IsWithin(DistinguishedName subtree) =>
        RelativeNames.Length >= subtree.RelativeNames.Length
        && RelativeNames.AsSpan(0, subtree.RelativeNames.Length).SequenceEqual(subtree.RelativeNames.AsSpan());

    public bool Is(DistinguishedName other) => Key == other.Key;

    private static string ReadRelative(AsnReader attributes, ImmutableArray<string>.Builder emails)
    {
        var keys = new List<string>();
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            var oid = attribute.ReadObjectIdentifier();
            var value = attribute.ReadEncodedValue();
            attribute.ThrowIfNotEmpty();
            var text = Decode(value);
            if (oid == EmailAddress && text is not null) emails.Add(text);
            var canonical = text is null ? "#" + Convert.ToHexStringLower(value.Span) : Prepare(text);
            keys.Add(string.Create(CultureInfo.InvariantCulture, $"{oid}={canonical.Length}:{canonical}"));
        }
        if (keys.Count == 0) throw new AsnContentException("a relative name without attributes");
        keys.Sort(StringComparer.Ordinal);
        return string.Join('+', keys);
    }

    // Characters outside the type's own set are common and do no harm here: the name is only compared.
    private static string? Decode(ReadOnlyMemory<byte> value)
    {
        var tag = AsnDecoder.ReadEncodedValue(value.Span, AsnEncodingRules.BER, out var offset, out var length, out _);
        if (tag.TagClass != TagClass.Universal || tag.IsConstructed) return null;
        var content = value.Span.Slice(offset, length);
        try
        {
            return (UniversalTagNumber)tag.TagValue switch
            {
                UniversalTagNumber.UTF8String => Strict.GetString(content),
                UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String or UniversalTagNumber.T61String
                    or UniversalTagNumber.VisibleString or UniversalTagNumber.NumericString => Encoding.Latin1.GetString(content),
                UniversalTagNumber.BMPString => StrictBigEndian.GetString(content),
                UniversalTagNumber.UniversalString => StrictFourBytes.GetString(content),
                _ => null,
            };
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding StrictBigEndian = new(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);
    private static readonly UTF32Encoding StrictFourBytes = new(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true);

    private static string Prepare(string text)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormKC).ToUpperInvariant().ToLowerInvariant().Normalize(NormalizationForm.FormKC))
        {
            if (char.IsWhiteSpace(c))
            {
                if (mapped.Length > 0 && mapped[^1] != ' ') mapped.Append(' ');
            }
            else if (c != '\u00AD' && CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.Control))
                mapped.Append(c);
        }
        if (mapped.Length > 0 && mapped[^1] == ' ') mapped.Length--;
        return mapped.ToString();
    }
}
