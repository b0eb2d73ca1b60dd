namespace Preservation.Signatures.Xml;

/// <summary>
/// Tells whether something a reader is shown as signed is not (the defence against wrapping): text or elements of the document that no
/// reference covers. Signatures themselves are no content, nor are the elements that merely hold covered ones.
/// </summary>
internal static class SignatureScope
{
    /// <summary>Is any content of the document, outside of signatures and of their wrapper, left out.</summary>
    public static bool IsPartial(XmlSignatureParts parts, IEnumerable<ReferenceOutcome> outcomes, XmlBudget budget)
    {
        var tree = parts.Tree;
        var isCovered = new System.Collections.BitArray(tree.Count);
        var coversOther = false;
        foreach (var outcome in outcomes)
        {
            var set = SetOf(outcome);
            if (set is null || set.Tree != tree) coversOther |= !outcome.IsMissing;
            else MarkCovered(set, isCovered, budget);
        }
        // A signature file of its own, enveloping or detached: its objects are the content.
        if (tree.IsElement(tree.Root, XmlSignatureNames.Signature, "Signature") || IsContainerOfSignatures(tree))
            return parts.Objects.Any(o => IsContent(parts, o) && HasUncovered(tree, o, isCovered, intoSignatures: true, budget))
                || (!coversOther && parts.References.All(r => IsOwn(parts, r)));
        return HasUncovered(tree, tree.Root, isCovered, intoSignatures: false, budget);
    }

    // XAdES signs its own properties and keys too; alone they are no content.
    private static bool IsOwn(XmlSignatureParts parts, XmlReference reference) =>
        reference.Uri is ['#', .. var id] && parts.Tree.FindId(id) is var target and > 0
        && (parts.Tree.Contains(parts.KeyInfo, target) || (parts.QualifyingProperties > 0 && parts.Tree.Contains(parts.QualifyingProperties, target)));

    private static NodeSet? SetOf(ReferenceOutcome outcome) => outcome.Data switch
    {
        ReferencedContent.Nodes nodes => nodes.Set,
        ReferencedContent.Canonical canonical => canonical.Set,
        _ => null,
    };

    private static void MarkCovered(NodeSet set, System.Collections.BitArray isCovered, XmlBudget budget)
    {
        var tree = set.Tree;
        budget.Steps(tree.EndOf(set.Apex) - set.Apex);
        for (var i = set.Apex; i < tree.EndOf(set.Apex); i++)
            if (set.Contains(i)) isCovered[i] = true;
    }

    private static bool IsContent(XmlSignatureParts parts, int holder) => !parts.Tree.Contains(holder, parts.QualifyingProperties) || parts.QualifyingProperties < 0;

    private static bool HasUncovered(XmlTree tree, int top, System.Collections.BitArray isCovered, bool intoSignatures, XmlBudget budget)
    {
        budget.Steps(tree.EndOf(top) - top);
        for (var i = top; i < tree.EndOf(top);)
        {
            if (!intoSignatures && tree.IsElement(i, XmlSignatureNames.Signature, "Signature"))
            {
                i = tree.EndOf(i);
                continue;
            }
            if (!isCovered[i])
            {
                if (tree.KindOf(i) == XmlNodeKind.Text && tree.TextOf(i).ContainsAnyExcept(" \t\r\n"u8)) return true;
                // An element whose children are judged on their own is a wrapper; an empty one says something by being there.
                if (tree.IsElement(i) && !tree.Elements(i).Any()) return true;
            }
            i++;
        }
        return false;
    }

    private static bool IsContainerOfSignatures(XmlTree tree) => tree.Root > 0
        && tree.Elements(tree.Root).All(e => tree.NameOf(e).Is(XmlSignatureNames.Signature, "Signature")) && tree.Elements(tree.Root).Any();
}
