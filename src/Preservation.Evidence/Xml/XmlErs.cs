using Preservation.Signatures;
using Preservation.Signatures.Xml;

namespace Preservation.Evidence.Xml;

/// <summary>Names of RFC 6283 and the canonical octets of nodes.</summary>
internal static class XmlErs
{
    public const string Namespace = "urn:ietf:params:xml:ns:ers";

    /// <summary>The canonical form of an element with the nodes in it that are kept.</summary>
    /// <exception cref="XmlLimitException">Too large.</exception>
    public static byte[] Canonical(XmlTree tree, int apex, CanonicalForm form, Func<int, bool>? keeps, SignatureLimits limits)
    {
        var set = new NodeSet(tree, apex, form.WithComments);
        var budget = new XmlBudget(limits);
        var sink = new OctetSink(null, budget);
        Canonicalisation.Write(keeps is null ? set : set.Filter(keeps), form, sink, budget);
        return sink.ToArray();
    }

    /// <summary>The same; null when it is too large.</summary>
    public static byte[]? TryCanonical(XmlTree tree, int apex, CanonicalForm form, Func<int, bool>? keeps)
    {
        try
        {
            return Canonical(tree, apex, form, keeps, SignatureLimits.Default);
        }
        catch (XmlLimitException)
        {
            return null;
        }
    }
}
