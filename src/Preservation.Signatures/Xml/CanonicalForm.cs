using System.Collections.Immutable;

namespace Preservation.Signatures.Xml;

/// <summary>Which canonical form is meant (Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0).</summary>
internal enum CanonicalKind
{
    Inclusive10,
    Inclusive11,
    Exclusive10,
}

/// <summary>A canonicalisation method with its parameters.</summary>
/// <param name="Kind">The specification.</param>
/// <param name="WithComments">Are comments kept.</param>
/// <param name="InclusivePrefixes">InclusiveNamespaces PrefixList (Exclusive XML Canonicalization §2.1), <c>#default</c> as the empty prefix.</param>
internal sealed record CanonicalForm(CanonicalKind Kind, bool WithComments, ImmutableArray<string> InclusivePrefixes)
{
    public const string ExclusiveNamespace = "http://www.w3.org/2001/10/xml-exc-c14n#";

    /// <summary>What XMLDSig §4.4.3.2 falls back on.</summary>
    public static CanonicalForm Default { get; } = new(CanonicalKind.Inclusive10, false, []);

    /// <summary>The method that an element with an Algorithm attribute names; null for anything else.</summary>
    public static CanonicalForm? Read(XmlTree tree, int element) => tree.ValueOf(element, "Algorithm") switch
    {
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => Default,
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments" => Default with { WithComments = true },
        "http://www.w3.org/2006/12/xml-c14n11" => new(CanonicalKind.Inclusive11, false, []),
        "http://www.w3.org/2006/12/xml-c14n11#WithComments" => new(CanonicalKind.Inclusive11, true, []),
        ExclusiveNamespace => new(CanonicalKind.Exclusive10, false, ReadPrefixes(tree, element)),
        ExclusiveNamespace + "WithComments" => new(CanonicalKind.Exclusive10, true, ReadPrefixes(tree, element)),
        _ => null,
    };

    /// <summary>The method's name.</summary>
    public string Uri => Kind switch
    {
        CanonicalKind.Inclusive10 => "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" + (WithComments ? "#WithComments" : ""),
        CanonicalKind.Inclusive11 => "http://www.w3.org/2006/12/xml-c14n11" + (WithComments ? "#WithComments" : ""),
        _ => ExclusiveNamespace + (WithComments ? "WithComments" : ""),
    };

    private static ImmutableArray<string> ReadPrefixes(XmlTree tree, int element)
    {
        var list = tree.Element(element, ExclusiveNamespace, "InclusiveNamespaces");
        if (list < 0 || tree.ValueOf(list, "PrefixList") is not { } prefixes) return [];
        return [.. prefixes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(p => p == "#default" ? "" : p).Distinct()];
    }
}
