using System.Collections.Immutable;
using System.Formats.Asn1;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.TimeStamps;

namespace Preservation.Evidence.Records;

/// <summary>Writes evidence records as DER (RFC 4998 §3, §4.1): initial ones, and renewed ones around the bytes of the older time-stamps.</summary>
public static class EvidenceRecordWriter
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Two = new(TagClass.ContextSpecific, 2);

    /// <summary>The record of one leaf of a time-stamped tree: of that leaf alone, not of its neighbour.</summary>
    public static ImmutableArray<byte> Initial(HashTree tree, int leafIndex, ReadOnlyMemory<byte> token)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Initial(tree, leafIndex, new DataGroup([tree.Leaf(leafIndex)]), token);
    }

    /// <summary>The record of a declared group whose digest is a leaf of a time-stamped tree.</summary>
    public static ImmutableArray<byte> Initial(HashTree tree, int leafIndex, DataGroup group, ReadOnlyMemory<byte> token)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(group);
        return Initial(tree.Algorithm, group.ReducedTree(tree, leafIndex), token);
    }

    /// <summary>The record as DER: one chain with one archive time-stamp.</summary>
    /// <param name="algorithm">Function of the hash tree.</param>
    /// <param name="reduced">The object's partial hash trees; empty when its digest itself was time-stamped.</param>
    /// <param name="token">The time-stamp token over the root, as DER.</param>
    /// <exception cref="ArgumentException">The algorithm is not relied on, or a list is empty or of another algorithm.</exception>
    public static ImmutableArray<byte> Initial(
        DigestAlgorithm algorithm, IReadOnlyList<ImmutableArray<Digest>> reduced, ReadOnlyMemory<byte> token)
    {
        var stamp = TimeStamp(algorithm, reduced, token);
        return Record([HashOids.Find(algorithm)!], default, [[stamp]]);
    }

    /// <summary>One archive time-stamp.</summary>
    internal static byte[] TimeStamp(DigestAlgorithm algorithm, IReadOnlyList<ImmutableArray<Digest>> reduced, ReadOnlyMemory<byte> token)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(reduced);
        var oid = algorithm.IsWeak ? null : HashOids.Find(algorithm);
        if (oid is null) throw new ArgumentException($"{algorithm} is not relied on", nameof(algorithm));
        if (reduced.Any(list => list.IsDefaultOrEmpty || list.Any(d => d.Algorithm != algorithm)))
            throw new ArgumentException($"a partial hash tree is a list of {algorithm} digests", nameof(reduced));
        // Definite lengths throughout; BER is allowed only because older tokens must stay as they were found.
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Zero)) writer.WriteObjectIdentifier(oid);
            if (reduced.Count > 0)
                using (writer.PushSequence(Two))
                    foreach (var list in reduced)
                        using (writer.PushSequence())
                            foreach (var digest in list) writer.WriteOctetString(digest.Bytes.AsSpan());
            writer.WriteEncodedValue(DerEncoding.TryNormalise(token, EvidenceLimits.Default.MaxEncodingDepth) ?? token.Span);
        }
        return writer.Encode();
    }

    /// <summary>A record of archive time-stamps as encoded.</summary>
    /// <param name="algorithms">Object identifiers of all digest functions used.</param>
    /// <param name="preamble">The cryptoInfos as encoded; empty for none.</param>
    /// <param name="chains">Archive time-stamps by chain, oldest first.</param>
    internal static ImmutableArray<byte> Record(IEnumerable<string> algorithms, ReadOnlyMemory<byte> preamble, IEnumerable<IEnumerable<byte[]>> chains)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
                foreach (var oid in algorithms.Distinct())
                    using (writer.PushSequence()) writer.WriteObjectIdentifier(oid);
            if (!preamble.IsEmpty) writer.WriteEncodedValue(preamble.Span);
            using (writer.PushSequence())
                foreach (var chain in chains)
                    using (writer.PushSequence())
                        foreach (var stamp in chain) writer.WriteEncodedValue(stamp);
        }
        return [.. writer.Encode()];
    }
}
