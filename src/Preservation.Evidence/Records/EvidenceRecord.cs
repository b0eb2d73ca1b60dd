using System.Collections.Immutable;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Facts;

namespace Preservation.Evidence.Records;

/// <summary>
/// An evidence record as it was read, RFC 4998 or RFC 6283 (XMLERS): chains of archive time-stamps, oldest first. What it is over is not
/// written in it; whether it holds is <see cref="Verification.EvidenceRecordVerification"/>'s question. Made by <see cref="EvidenceRecordReader"/>.
/// </summary>
public sealed class EvidenceRecord
{
    internal EvidenceRecord(
        string kind, ReadOnlyMemory<byte> encoded, ImmutableArray<ImmutableArray<ArchiveTimeStamp>> chains, EmbeddedMaterial material, RenewedOctets octets)
    {
        (Kind, Encoded, Chains, Material, Octets) = (kind, encoded, chains, material, octets);
    }

    /// <summary><c>RFC4998</c> or <c>RFC6283</c>.</summary>
    public string Kind { get; }

    /// <summary>The bytes it was read from.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Number of archive time-stamp chains: one more than there were hash-tree renewals.</summary>
    public int ChainCount => Chains.Length;

    /// <summary>Number of archive time-stamps in all chains.</summary>
    public int TimeStampCount => Chains.Sum(c => c.Length);

    /// <summary>The time its oldest token states.</summary>
    public DateTimeOffset OldestTime => Chains[0][0].Token.Time;

    /// <summary>The time its newest token states.</summary>
    public DateTimeOffset NewestTime => Chains[^1][^1].Token.Time;

    /// <summary>Name of the digest function of the newest chain, as <c>SHA-512</c>; its object identifier or URI when it is not known.</summary>
    public string NewestAlgorithm => Chains[^1][0].Algorithm?.Name ?? Chains[^1][0].AlgorithmName;

    /// <summary>The newest token, by whose trust the whole record stands now.</summary>
    public ReadOnlyMemory<byte> NewestToken => Chains[^1][^1].TokenEncoded;

    internal ImmutableArray<ImmutableArray<ArchiveTimeStamp>> Chains { get; }

    /// <summary>Certificates, lists and answers that the record carries outside its tokens (cryptoInfos, SupportingInformationList).</summary>
    internal EmbeddedMaterial Material { get; }

    internal RenewedOctets Octets { get; }

    /// <summary>The functions by which the data must be digested to judge the record, as far as they can be computed.</summary>
    internal IReadOnlyCollection<HashFunction> DataAlgorithms =>
        [.. Chains.Select(c => c[0].Algorithm).OfType<HashFunction>().Where(h => h.IsSupported).Distinct()];
}
