using System.Collections.Immutable;

namespace Preservation.Signatures.Xml;

/// <summary>The parts of a ds:Signature (XMLDSig §4.1), as node numbers; -1 where a part is missing.</summary>
internal sealed record XmlSignatureParts
{
    public required XmlTree Tree { get; init; }
    public required int Element { get; init; }
    public required string? Id { get; init; }
    public required int SignedInfo { get; init; }
    public required int SignatureValue { get; init; }
    public required int KeyInfo { get; init; }
    public required ImmutableArray<int> Objects { get; init; }
    public required ImmutableArray<XmlReference> References { get; init; }

    /// <summary>QualifyingProperties of XAdES in one of the objects.</summary>
    public required int QualifyingProperties { get; init; }

    /// <summary>False when no reference covers SignedProperties: anyone may have written them then, and they count for nothing.</summary>
    public bool CoversProperties { get; init; } = true;

    /// <summary>SignedProperties, where they are signed.</summary>
    public int SignedProperties => CoversProperties ? Child(QualifyingProperties, "SignedProperties") : -1;

    /// <summary>Children of UnsignedSignatureProperties, in order.</summary>
    public IEnumerable<int> UnsignedProperties =>
        Child(Child(QualifyingProperties, "UnsignedProperties"), "UnsignedSignatureProperties") is var list and >= 0 ? Tree.Elements(list) : [];

    /// <summary>The first child of this local name in a namespace of XAdES.</summary>
    public int Child(int parent, string local)
    {
        if (parent < 0) return -1;
        foreach (var child in Tree.Elements(parent))
            if (Tree.NameOf(child).Local == local && XmlSignatureNames.IsXades(Tree.NameOf(child).Namespace)) return child;
        return -1;
    }

    /// <summary>Counts the references against the limit before it reads them.</summary>
    public static XmlSignatureParts Read(XmlTree tree, int signature, XmlBudget budget)
    {
        var info = tree.Element(signature, XmlSignatureNames.Signature, "SignedInfo");
        var objects = tree.Elements(signature, XmlSignatureNames.Signature, "Object").ToImmutableArray();
        var references = ImmutableArray.CreateBuilder<XmlReference>();
        if (info >= 0)
            foreach (var reference in tree.Elements(info, XmlSignatureNames.Signature, "Reference"))
            {
                budget.Reference();
                references.Add(XmlReference.Read(tree, reference));
            }
        return new XmlSignatureParts
        {
            Tree = tree,
            Element = signature,
            Id = tree.ValueOf(signature, "Id"),
            SignedInfo = info,
            SignatureValue = tree.Element(signature, XmlSignatureNames.Signature, "SignatureValue"),
            KeyInfo = tree.Element(signature, XmlSignatureNames.Signature, "KeyInfo"),
            Objects = objects,
            References = references.ToImmutable(),
            QualifyingProperties = FindProperties(tree, objects, tree.ValueOf(signature, "Id")),
        };
    }

    // TS 101 903 §6.2: Target names the signature; the earliest versions let it out.
    private static int FindProperties(XmlTree tree, ImmutableArray<int> objects, string? id)
    {
        foreach (var holder in objects)
            foreach (var child in tree.Elements(holder))
            {
                var name = tree.NameOf(child);
                if (name.Local != "QualifyingProperties" || !XmlSignatureNames.IsXades(name.Namespace)) continue;
                if (tree.ValueOf(child, "Target") is not { Length: > 0 } target || id is null || target == id || target == "#" + id) return child;
            }
        return -1;
    }
}
