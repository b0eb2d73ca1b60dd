using System.Collections.Immutable;
using System.Formats.Asn1;

namespace Preservation.Signatures.Path;

/// <summary>Where an authority may issue names (RFC 5280 §4.2.1.10).</summary>
internal sealed record NameConstraints(ImmutableArray<GeneralName> Permitted, ImmutableArray<GeneralName> Excluded)
{
    public static NameConstraints Read(AsnReader reader)
    {
        var (permitted, excluded) = (ImmutableArray<GeneralName>.Empty, ImmutableArray<GeneralName>.Empty);
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            if (tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0))) permitted = ReadSubtrees(reader.ReadSequence(tag));
            else if (tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 1))) excluded = ReadSubtrees(reader.ReadSequence(tag));
            else throw new AsnContentException("unknown name constraint");
        }
        return new NameConstraints(permitted, excluded);
    }

    /// <summary>
    /// Why a name is not allowed; null when it is. Every set of permitted subtrees that has the name's form must hold it, so that laying the
    /// constraints of one authority after another is their intersection (§6.1.4 (g)).
    /// </summary>
    public string? Refusal(GeneralName name, ref int checks)
    {
        var (isConstrained, isPermitted) = (false, false);
        foreach (var subtree in Permitted)
        {
            if (subtree.Form != name.Form) continue;
            if (--checks < 0) return "too many names and constraints to compare";
            isConstrained = true;
            if (!IsJudged(name.Form)) return $"a constraint on the form {name.Form}, which is not judged";
            isPermitted |= NameSubtree.Contains(subtree, name, isExclusion: false);
        }
        if (isConstrained && !isPermitted) return $"{Text(name)} is in no permitted subtree";
        foreach (var subtree in Excluded)
        {
            if (subtree.Form != name.Form) continue;
            if (--checks < 0) return "too many names and constraints to compare";
            if (!IsJudged(name.Form)) return $"a constraint on the form {name.Form}, which is not judged";
            if (NameSubtree.Contains(subtree, name, isExclusion: true)) return $"{Text(name)} is in an excluded subtree";
        }
        return null;
    }

    private static bool IsJudged(GeneralNameForm form) => form
        is GeneralNameForm.DirectoryName or GeneralNameForm.DnsName or GeneralNameForm.Rfc822Name or GeneralNameForm.Uri or GeneralNameForm.IpAddress;

    private static string Text(GeneralName name) => name.Form switch
    {
        GeneralNameForm.DirectoryName => "the subject",
        GeneralNameForm.IpAddress => "address " + Convert.ToHexStringLower(name.Bytes.Span),
        _ => name.Text,
    };

    // Minimum must be 0 and maximum absent.
    private static ImmutableArray<GeneralName> ReadSubtrees(AsnReader list)
    {
        var subtrees = ImmutableArray.CreateBuilder<GeneralName>();
        while (list.HasData)
        {
            var subtree = list.ReadSequence();
            subtrees.Add(GeneralName.Read(subtree));
            if (!subtree.HasData) continue;
            var tag = subtree.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue != 0 || subtree.ReadInteger(tag) != 0 || subtree.HasData) throw new AsnContentException("a subtree with a minimum or maximum");
        }
        if (subtrees.Count == 0) throw new AsnContentException("no subtrees");
        return subtrees.ToImmutable();
    }
}
