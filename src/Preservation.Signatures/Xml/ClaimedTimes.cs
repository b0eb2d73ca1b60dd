using System.Xml;

namespace Preservation.Signatures.Xml;

/// <summary>The signer's own statement of time: SigningTime of XAdES, else SignatureTime of a package signature (ECMA-376-2 §13.2.4.20).</summary>
internal static class ClaimedTimes
{
    private const int MaxBytes = 64;

    public static DateTimeOffset? Read(XmlSignatureParts parts)
    {
        var time = parts.Child(parts.Child(parts.SignedProperties, "SignedSignatureProperties"), "SigningTime");
        return time >= 0 ? Parse(parts.Tree, time) : ReadPackageTime(parts);
    }

    private static DateTimeOffset? ReadPackageTime(XmlSignatureParts parts)
    {
        foreach (var holder in parts.Objects)
            for (var i = holder; i < parts.Tree.EndOf(holder); i++)
                if (parts.Tree.IsElement(i, XmlSignatureNames.PackageSignature, "SignatureTime") && parts.Tree.Element(i, XmlSignatureNames.PackageSignature, "Value") is var value and >= 0)
                    return Parse(parts.Tree, value);
        return null;
    }

    // xs:dateTime. One without a zone is read as universal time, so that the answer is the same on every machine.
    private static DateTimeOffset? Parse(XmlTree tree, int element)
    {
        if (tree.TextBytes(element) > MaxBytes) return null;
        var text = tree.StringValue(element).Trim();
        if (text.Length < 19 || text[10] != 'T') return null;
        var hasZone = text.EndsWith('Z') || text.AsSpan(19).ContainsAny('+', '-');
        try
        {
            return XmlConvert.ToDateTimeOffset(hasZone ? text : text + "Z");
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException) // the second: a zone beyond 14 hours
        {
            return null;
        }
    }
}
