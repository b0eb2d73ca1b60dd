using System.Collections.Immutable;
using System.Formats.Asn1;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;

namespace Preservation.Evidence.Records;

/// <summary>Writes the initial evidence record of one object: one chain with one archive time-stamp (RFC 4998 §3, §4.1).</summary>
public static class EvidenceRecord
{
    /// <summary>The record as DER.</summary>
    /// <param name="algorithm">Function of the hash tree.</param>
    /// <param name="reduced">The object's partial hash trees; empty when its digest itself was time-stamped.</param>
    /// <param name="token">The time-stamp token over the root, as DER.</param>
    /// <exception cref="ArgumentException">The algorithm is not relied on, or a list is empty or of another algorithm.</exception>
    public static ImmutableArray<byte> EncodeInitial(
        DigestAlgorithm algorithm, IReadOnlyList<ImmutableArray<Digest>> reduced, ReadOnlyMemory<byte> token)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(reduced);
        var oid = algorithm.IsWeak ? null : HashOids.Find(algorithm);
        if (oid is null) throw new ArgumentException($"{algorithm} is not relied on", nameof(algorithm));
        if (reduced.Any(list => list.IsDefaultOrEmpty || list.Any(d => d.Algorithm != algorithm)))
            throw new ArgumentException($"a partial hash tree is a list of {algorithm} digests", nameof(reduced));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            using (writer.PushSequence()) writer.WriteObjectIdentifier(oid);
            using (writer.PushSequence())
            using (writer.PushSequence())
                WriteArchiveTimeStamp(writer, oid, reduced, token);
        }
        return [.. writer.Encode()];
    }

    private static void WriteArchiveTimeStamp(
        AsnWriter writer, string oid, IReadOnlyList<ImmutableArray<Digest>> reduced, ReadOnlyMemory<byte> token)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) writer.WriteObjectIdentifier(oid);
            if (reduced.Count > 0)
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
                    foreach (var list in reduced)
                        using (writer.PushSequence())
                            foreach (var digest in list) writer.WriteOctetString(digest.Bytes.AsSpan());
            writer.WriteEncodedValue(token.Span);
        }
    }
}
