using System.Collections.Immutable;
using Preservation.Evidence.Records;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Xml;

namespace Preservation.Evidence.Xml;

/// <summary>
/// RFC 6283 §4.2: a time-stamp renewal is over the canonical TimeStamp element before it, by its chain's method; a hash-tree renewal over the
/// canonical ArchiveTimeStampSequence with the older chains alone, by the new chain's method.
/// </summary>
internal sealed class XmlOctets(
    XmlTree tree, int sequence, ImmutableArray<int> chains, ImmutableArray<ImmutableArray<int>> timeStamps, ImmutableArray<CanonicalForm> forms) : RenewedOctets
{
    /// <summary>The canonicalisation methods of all chains.</summary>
    public ImmutableArray<CanonicalForm> Forms => forms;

    public override IEnumerable<byte[]> TimeStampHashes(int chain, int timeStamp, HashFunction hash)
    {
        if (Octets(timeStamps[chain][timeStamp], forms[chain], null) is { } octets) yield return hash.Compute(octets);
    }

    // White space between chains may have come with the renewal or before it: the sequence as it was can have ended in either way.
    public override IEnumerable<byte[]> SequenceHashes(int chain, HashFunction hash)
    {
        var later = chains[chain..];
        foreach (var keeps in new Func<int, bool>[] { _ => true, i => !IsSpaceBefore(i, later), i => !IsSpaceAfter(i, later) })
            if (Octets(sequence, forms[chain], i => !later.Any(c => tree.Contains(c, i)) && keeps(i)) is { } octets) yield return hash.Compute(octets);
    }

    private bool IsSpaceBefore(int node, ImmutableArray<int> later) => IsSpace(node) && later.Contains(tree.EndOf(node));

    private bool IsSpaceAfter(int node, ImmutableArray<int> later) => IsSpace(node) && later.Any(c => tree.EndOf(c) == node);

    private bool IsSpace(int node) =>
        tree.KindOf(node) == XmlNodeKind.Text && tree.ParentOf(node) == sequence && !tree.TextOf(node).ContainsAnyExcept(" \t\r\n"u8);

    private byte[]? Octets(int apex, CanonicalForm form, Func<int, bool>? keeps)
    {
        try
        {
            return XmlErs.Canonical(tree, apex, form, keeps, SignatureLimits.Default);
        }
        catch (XmlLimitException)
        {
            return null;
        }
    }
}
