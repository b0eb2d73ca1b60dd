using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Core.Findings;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.TimeStamps;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Renewal;

/// <summary>
/// One renewal of one record (RFC 4998 §5.2, RFC 6283 §4.2), in two steps: what the new token must be over (<see cref="Leaf"/>, on its own or as a leaf of a tree
/// over thousands), then the renewed record around the token (<c>Complete</c>). A record that does not verify is not renewed,
/// and neither is one whose data is missing or does not match when its hash tree is renewed.
/// </summary>
public sealed class EvidenceRenewal
{
    private const string TooLarge = "it is too large to be canonicalised";
    private readonly EvidenceRecord _record;
    private readonly IReadOnlyList<ProtectedObject> _data;
    private readonly VerificationPolicy _policy;
    private readonly string _path;
    private readonly bool _beginsChain;

    private EvidenceRenewal(
        EvidenceRecord record, IReadOnlyList<ProtectedObject> data, VerificationPolicy policy, string path, bool beginsChain, EvidenceReport report, DataGroup? leaf)
    {
        (_record, _data, _policy, _path, _beginsChain, Report, Group) = (record, data, policy, path, beginsChain, report, leaf);
    }

    /// <summary>The record as it stands; where the renewal is refused, its last finding says why (<c>ER-RENEWAL</c>).</summary>
    public EvidenceReport Report { get; }

    /// <summary>What goes into the new first list; null when the renewal is refused.</summary>
    public DataGroup? Group { get; }

    /// <summary>What the new token must be over; null when the renewal is refused.</summary>
    public Digest? Leaf => Group?.Digest;

    /// <summary>
    /// Prepares a time-stamp renewal: a further archive time-stamp of the newest chain, over the last token, by the chain's function. The data is not
    /// needed.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="policy">Trust: where anchors are given, every archive time-stamp must pass.</param>
    /// <param name="now">The time of the renewal.</param>
    /// <param name="path">The record's name for findings.</param>
    public static EvidenceRenewal PrepareTimeStamp(EvidenceRecord record, VerificationPolicy policy, DateTimeOffset now, string path)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(policy);
        var judgement = EvidenceRecordVerification.Judge(record, [], policy, now, path);
        var algorithm = AlgorithmOf(record.Chains[^1][0].Algorithm);
        var refusal = Refusal(record, judgement, policy) ?? (algorithm is null or { IsWeak: true } ? $"{record.NewestAlgorithm} is not relied on: renew the hash tree" : null);
        // The last encoding is DER, which any other verifier comes to as well.
        var before = refusal is null ? record.Octets.TimeStampHashes(record.Chains.Length - 1, record.Chains[^1].Length - 1, record.Chains[^1][0].Algorithm!).LastOrDefault() : null;
        if (refusal is null && before is null) refusal = TooLarge;
        var leaf = before is null ? null : new DataGroup([new Digest(algorithm!, [.. before])]);
        return new EvidenceRenewal(record, [], policy, path, beginsChain: false, Refuse(judgement.Report, path, refusal), leaf);
    }

    /// <summary>
    /// Prepares a hash-tree renewal: a new chain by another function, over each object together with all chains so far. Every object the record is
    /// about must be given, with its digests by the record's functions and the new one.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="algorithm">The new function.</param>
    /// <param name="data">The objects; several are a declared group.</param>
    /// <param name="policy">Trust: where anchors are given, every archive time-stamp must pass.</param>
    /// <param name="now">The time of the renewal.</param>
    /// <param name="path">The record's name for findings.</param>
    /// <exception cref="ArgumentException">The function is not relied on, or an object has no digest by it.</exception>
    public static EvidenceRenewal PrepareHashTree(
        EvidenceRecord record, DigestAlgorithm algorithm, IReadOnlyList<ProtectedObject> data, VerificationPolicy policy, DateTimeOffset now, string path)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(algorithm);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(policy);
        if (algorithm.IsWeak || HashOids.Find(algorithm) is not { } oid) throw new ArgumentException($"{algorithm} is not relied on", nameof(algorithm));
        var hash = HashFunction.Find(oid)!;
        if (data.FirstOrDefault(d => !d.Digests.By(hash).Any()) is { } lacking) throw new ArgumentException($"{lacking.Name} has no {algorithm} digest", nameof(data));
        var judgement = EvidenceRecordVerification.Judge(record, data, policy, now, path);
        var refusal = Refusal(record, judgement, policy)
            ?? (data.Count == 0 ? "no data was given" : judgement.Report.Outcome != VerificationOutcome.ErValid ? "the data given is not what it covers" : null);
        var older = refusal is null ? record.Octets.NextSequenceHash(hash) : null;
        if (older is null) return new EvidenceRenewal(record, data, policy, path, beginsChain: true, Refuse(judgement.Report, path, refusal ?? TooLarge), null);
        var digests = data.Select(d => d.Digests.By(hash).ElementAt(Math.Min(FormOf(record, d), d.Digests.By(hash).Count() - 1))).ToList();
        var leaf = new DataGroup(record.Octets.NextFirstList(digests, older, hash).Select(v => new Digest(algorithm, [.. v])));
        return new EvidenceRenewal(record, data, policy, path, beginsChain: true, judgement.Report, leaf);
    }

    /// <summary>
    /// The renewed record as DER, around the older time-stamps' own bytes; null with the report on it when it would not verify: such a record must
    /// not replace the old one.
    /// </summary>
    /// <param name="token">The new token, over <see cref="Leaf"/>.</param>
    /// <param name="now">The verification's time.</param>
    public (ImmutableArray<byte>? Record, EvidenceReport Report) Complete(ReadOnlyMemory<byte> token, DateTimeOffset now) =>
        Complete(HashTree.Build(Known.Digest.Algorithm, [Known.Digest]), 0, token, now);

    /// <summary>The same for a token over the root of a tree that <see cref="Leaf"/> is a leaf of, as when thousands are renewed at once.</summary>
    /// <param name="tree">The tree over everything that was renewed with this token.</param>
    /// <param name="leafIndex">Where <see cref="Leaf"/> stands in it.</param>
    /// <param name="token">The new token, over the tree's root.</param>
    /// <param name="now">The verification's time.</param>
    /// <exception cref="ArgumentException">The leaf is another.</exception>
    /// <exception cref="InvalidOperationException">The renewal was refused.</exception>
    public (ImmutableArray<byte>? Record, EvidenceReport Report) Complete(HashTree tree, int leafIndex, ReadOnlyMemory<byte> token, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Complete(tree.Algorithm, tree.ReducedTree(leafIndex), token, now);
    }

    /// <summary>The same with the partial hash trees of <see cref="Leaf"/>, as a <see cref="StoredHashTree"/> gives them.</summary>
    /// <param name="algorithm">The function of that tree.</param>
    /// <param name="lists">The leaf's way to the root.</param>
    /// <param name="token">The new token, over the tree's root.</param>
    /// <param name="now">The verification's time.</param>
    /// <exception cref="ArgumentException">The leaf is another.</exception>
    /// <exception cref="InvalidOperationException">The renewal was refused.</exception>
    public (ImmutableArray<byte>? Record, EvidenceReport Report) Complete(
        DigestAlgorithm algorithm, ImmutableArray<ImmutableArray<Digest>> lists, ReadOnlyMemory<byte> token, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        var hash = HashFunction.Find(HashOids.Find(algorithm) ?? "") ?? throw new ArgumentException($"{algorithm} is not relied on", nameof(algorithm));
        if (_record.Octets.Renew(_beginsChain, hash, Known.ReducedTree(lists), token) is not { } renewed) return (null, Refuse(Report, _path, TooLarge));
        var reading = EvidenceRecordReader.Read(renewed.AsMemory(), EvidenceLimits.Default, _path);
        if (reading.Record is not { } record) return (null, reading.ToReport());
        var judgement = EvidenceRecordVerification.Judge(record, _data, _policy, now, _path);
        var isGood = judgement.IsSound && (_data.Count == 0 || judgement.Report.Outcome == VerificationOutcome.ErValid);
        return (isGood ? renewed : null, judgement.Report);
    }

    // Which of an object's digests the record took: that of its bytes, or of a canonical form of XML (RFC 6283 §2.1).
    private static int FormOf(EvidenceRecord record, ProtectedObject data)
    {
        var first = record.Chains[0][0];
        var contains = PartialTrees.Contains(first.Lists.IsEmpty ? [first.Token.Imprint.AsMemory()] : first.Lists[0]);
        return Math.Max(0, data.Digests.By(first.Algorithm!).ToList().FindIndex(d => contains(d)));
    }

    private DataGroup Known => Group ?? throw new InvalidOperationException("the renewal was refused");

    private static string? Refusal(EvidenceRecord record, EvidenceJudgement judgement, VerificationPolicy policy)
    {
        if (!judgement.IsSound) return "it does not verify";
        return policy.TrustAnchors.Count > 0 && judgement.Report.Timestamps.Any(t => t.Indication != Indication.TotalPassed) ? "a time-stamp in it is not trusted" : null;
    }

    private static EvidenceReport Refuse(EvidenceReport report, string path, string? refusal) =>
        refusal is null ? report : report with { Findings = report.Findings.Add(new Finding(EvidenceRules.Renewal, path, null, refusal)) };

    private static DigestAlgorithm? AlgorithmOf(HashFunction? hash) => hash is null ? null : HashOids.Find(hash.Oid);
}
