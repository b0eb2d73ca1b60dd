using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text;
using Preservation.Evidence.Records;
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

    // The newest chain's method goes on where it is one without parameters: data that is XML was digested by it.
    private CanonicalForm NextForm => forms[^1].InclusivePrefixes.IsEmpty ? forms[^1] : new CanonicalForm(CanonicalKind.Exclusive10, false, []);

    public override byte[]? NextSequenceHash(HashFunction hash) => Octets(sequence, NextForm, null) is { } octets ? hash.Compute(octets) : null;

    // RFC 6283 §4.2.2: the digests of the data and that of the older chains stand beside each other in the first list.
    public override IEnumerable<byte[]> NextFirstList(IReadOnlyList<byte[]> data, byte[] older, HashFunction hash) => [.. data, older];

    public override ImmutableArray<byte>? Renew(bool beginsChain, HashFunction hash, IReadOnlyList<ImmutableArray<Core.Digests.Digest>> lists, ReadOnlyMemory<byte> token)
    {
        var values = lists.Select(l => l.Select(d => d.Bytes.AsMemory()));
        if (!beginsChain) return Append(chains[^1], XmlRecordWriter.TimeStamp(OrderOf(tree.ParentOf(timeStamps[^1][^1])) + 1, values, token, Signatures.Facts.EmbeddedMaterial.None)
            .Replace("<ArchiveTimeStamp ", $"<ArchiveTimeStamp xmlns=\"{XmlErs.Namespace}\" ", StringComparison.Ordinal));
        var stamp = XmlRecordWriter.TimeStamp(1, values, token, Signatures.Facts.EmbeddedMaterial.None);
        return Append(sequence, XmlRecordWriter.Chain(OrderOf(chains[^1]) + 1, XmlAlgorithmNames.Find(hash)!, NextForm.Uri, stamp, isWithin: false));
    }

    // The record in canonical form, whose parts have the same canonical forms as before, with an element more before the end of one of its elements.
    private ImmutableArray<byte>? Append(int parent, string element)
    {
        var form = CanonicalForm.Default with { WithComments = true };
        if (Octets(0, form, null) is not { } whole || Octets(0, form, i => i < tree.EndOf(parent)) is not { } head) return null;
        var ends = 0;
        for (var at = parent; at > 0; at = tree.ParentOf(at)) ends += tree.NameOf(at).Encoded.Length + "</>".Length;
        var place = head.Length - ends;
        return [.. whole.AsSpan(0, place), .. Encoding.UTF8.GetBytes(element), .. whole.AsSpan(place)];
    }

    private BigInteger OrderOf(int element) => BigInteger.Parse(tree.ValueOf(element, "Order")!, CultureInfo.InvariantCulture);

    private byte[]? Octets(int apex, CanonicalForm form, Func<int, bool>? keeps) => XmlErs.TryCanonical(tree, apex, form, keeps);
}
