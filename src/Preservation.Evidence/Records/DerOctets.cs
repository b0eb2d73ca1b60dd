using System.Collections.Immutable;
using System.Formats.Asn1;
using Preservation.Core.Digests;
using Preservation.Evidence.TimeStamps;
using Preservation.Signatures.Algorithms;

namespace Preservation.Evidence.Records;

/// <summary>
/// RFC 4998 §5.2: a time-stamp renewal is over the timeStamp field of the archive time-stamp before, a hash-tree renewal over the DER
/// encoding of the sequence of chains so far. Both are tried as found and, where that is BER, as DER.
/// </summary>
/// <param name="chains">Every chain as encoded.</param>
/// <param name="tokens">Every token as encoded, by chain.</param>
/// <param name="stamps">Every archive time-stamp as encoded, with the object identifier of its function, by chain.</param>
/// <param name="preamble">The cryptoInfos as encoded, which a renewal keeps; empty when there are none.</param>
/// <param name="limits">Bounds on nesting.</param>
internal sealed class DerOctets(
    ImmutableArray<ReadOnlyMemory<byte>> chains, ImmutableArray<ImmutableArray<ReadOnlyMemory<byte>>> tokens,
    ImmutableArray<ImmutableArray<(string Algorithm, ReadOnlyMemory<byte> Encoded)>> stamps, ReadOnlyMemory<byte> preamble, EvidenceLimits limits) : RenewedOctets
{
    public override IEnumerable<byte[]> TimeStampHashes(int chain, int timeStamp, HashFunction hash)
    {
        var token = tokens[chain][timeStamp];
        yield return hash.Compute(token.Span);
        if (DerEncoding.TryNormalise(token, limits.MaxEncodingDepth) is { } der && !token.Span.SequenceEqual(der)) yield return hash.Compute(der);
    }

    public override IEnumerable<byte[]> SequenceHashes(int chain, HashFunction hash)
    {
        var sequence = Sequence(chain);
        yield return hash.Compute(sequence);
        if (DerEncoding.TryNormalise(sequence, limits.MaxEncodingDepth) is { } der && !sequence.AsSpan().SequenceEqual(der)) yield return hash.Compute(der);
    }

    // The last encoding is DER, which any other verifier comes to as well.
    public override byte[]? NextSequenceHash(HashFunction hash) => SequenceHashes(chains.Length, hash).Last();

    public override IEnumerable<byte[]> NextFirstList(IReadOnlyList<byte[]> data, byte[] older, HashFunction hash) => data.Select(d => hash.Compute([.. d, .. older]));

    public override ImmutableArray<byte>? Renew(bool beginsChain, HashFunction hash, IReadOnlyList<ImmutableArray<Digest>> lists, ReadOnlyMemory<byte> token)
    {
        var stamp = EvidenceRecordWriter.TimeStamp(HashOids.Find(hash.Oid)!, lists, token);
        var all = stamps.Select(c => c.Select(t => t.Encoded.ToArray()).ToList()).ToList();
        if (beginsChain) all.Add([stamp]);
        else all[^1].Add(stamp);
        return EvidenceRecordWriter.Record(stamps.SelectMany(c => c).Select(t => t.Algorithm).Append(hash.Oid), preamble, all);
    }

    private byte[] Sequence(int count)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
            foreach (var chain in chains.AsSpan(0, count)) writer.WriteEncodedValue(chain.Span);
        return writer.Encode();
    }
}
