using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Preservation.Core.Findings;
using Preservation.Evidence.Records;
using Preservation.Signatures;
using Preservation.Signatures.Algorithms;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.TimeStamps;
using Preservation.Signatures.Validation;

namespace Preservation.Evidence.Verification;

/// <summary>
/// Judges an evidence record by RFC 4998 §4.3 and §5.3 (RFC 6283 §3.3 and §4.3 alike): each tree leads to what its token is over, each renewal
/// covers what was before it, times do not run backwards, every token's signature holds, and the data given is in the first list of every
/// chain. Pure: the same record, data, policy and time give the same report.
/// </summary>
public sealed class EvidenceRecordVerification
{
    private readonly EvidenceRecord _record;
    private readonly IReadOnlyList<ProtectedObject> _data;
    private readonly ObjectStanding[] _standings;
    private readonly Lazy<PathMaterial> _material;
    private readonly JudgedTokens? _judged;
    private readonly string? _key;
    private readonly ValidationPolicy _rules;
    private readonly DateTimeOffset _now;
    private readonly string _path;
    private readonly List<Finding> _findings = [];
    private readonly List<TimeStampReport> _stamps = [];
    private bool _isInvalid;
    private bool _isUnsupported;
    private bool _needsData;

    private EvidenceRecordVerification(
        EvidenceRecord record, IReadOnlyList<ProtectedObject> data, VerificationPolicy policy, DateTimeOffset now, string path, JudgedTokens? judged)
    {
        (_record, _data, _now, _path, _judged) = (record, data, now, path, judged);
        _rules = policy.Validations[0];
        _standings = new ObjectStanding[data.Count];
        _key = judged is null ? null : JudgedTokens.KeyOf(record);
        var given = PathMaterial.From(policy, path);
        _findings.AddRange(given.Findings);
        _material = new Lazy<PathMaterial>(() => given.With(record.Material with
        {
            Certificates = [.. record.Material.Certificates, .. record.Chains.SelectMany(c => c).SelectMany(t => t.Token.Certificates).Take(policy.SignatureLimits.MaxCertificates)],
        }));
    }

    /// <summary>The report on a record that was read.</summary>
    /// <param name="record">The record.</param>
    /// <param name="data">Every object that it should cover; empty to judge the record alone.</param>
    /// <param name="policy">Trust and revocation lists; without anchors no time-stamp is believed, and the outcome is the cryptographic one all the same.</param>
    /// <param name="now">The verification's time.</param>
    /// <param name="path">The record's name for findings.</param>
    public static EvidenceReport Verify(
        EvidenceRecord record, IReadOnlyList<ProtectedObject> data, VerificationPolicy policy, DateTimeOffset now, string path) =>
        Judge(record, data, policy, now, path).Report;

    /// <summary>The same for one of many records that share their tokens.</summary>
    /// <param name="record">The record.</param>
    /// <param name="data">Every object that it should cover; empty to judge the record alone.</param>
    /// <param name="judged">Policy, time, and what was said of tokens before.</param>
    /// <param name="path">The record's name for findings.</param>
    public static EvidenceReport Verify(EvidenceRecord record, IReadOnlyList<ProtectedObject> data, JudgedTokens judged, string path)
    {
        ArgumentNullException.ThrowIfNull(judged);
        return Judge(record, data, judged.Policy, judged.Now, path, judged).Report;
    }

    internal static EvidenceJudgement Judge(
        EvidenceRecord record, IReadOnlyList<ProtectedObject> data, VerificationPolicy policy, DateTimeOffset now, string path, JudgedTokens? judged = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(path);
        return new EvidenceRecordVerification(record, data, policy, now, path, judged).Judge(policy);
    }

    private EvidenceJudgement Judge(VerificationPolicy policy)
    {
        for (var chain = 0; chain < _record.Chains.Length; chain++) JudgeChain(chain);
        JudgeOrder();
        var outcome = Conclude();
        var isTrusted = policy.TrustAnchors.Count == 0 || _stamps.All(s => s.Indication == Indication.TotalPassed);
        DateTimeOffset? coveredFrom = isTrusted && outcome is VerificationOutcome.ErValid or VerificationOutcome.ErPartial or VerificationOutcome.ErValidStruct
            ? _record.OldestTime.ToUniversalTime() : null;
        var report = new EvidenceReport(_record.Kind, outcome, coveredFrom, [.. _stamps], [.. _findings]);
        return new EvidenceJudgement(report, !_isInvalid && !_isUnsupported, [.. _standings]);
    }

    private void JudgeChain(int chain)
    {
        var stamps = _record.Chains[chain];
        var first = stamps[0];
        if (first.Algorithm is not { IsSupported: true } hash)
        {
            Unsupported(new Finding(EvidenceRules.Algorithm, _path, null, first.Algorithm?.Name ?? first.AlgorithmName));
            for (var i = 0; i < stamps.Length; i++) Stamp(chain, i, [stamps[i].Token.Imprint.ToArray()]);
            return;
        }
        for (var i = 0; i < stamps.Length; i++)
        {
            CheckAlgorithms(stamps[i], first, hash);
            IReadOnlyList<byte[]> roots = i == 0 ? JudgeFirst(chain, stamps[0], hash) : JudgeRenewal(chain, i, hash);
            Stamp(chain, i, stamps[i].Token.ImprintHash == hash ? roots : [[]]);
        }
    }

    private void CheckAlgorithms(ArchiveTimeStamp stamp, ArchiveTimeStamp first, HashFunction hash)
    {
        if (stamp.AlgorithmName != first.AlgorithmName)
            Invalid(new Finding(EvidenceRules.ChainAlgorithm, _path, hash.Name, stamp.Algorithm?.Name ?? stamp.AlgorithmName));
        if (stamp.Token.ImprintHash != hash)
            Invalid(new Finding(EvidenceRules.TokenAlgorithm, _path, hash.Name, stamp.Token.ImprintHash?.Name ?? stamp.Token.ImprintAlgorithm));
        foreach (var list in stamp.Lists)
            foreach (var value in list)
                if (value.Length != hash.Bytes)
                {
                    Invalid(new Finding(EvidenceRules.Node, _path, Text(hash.Bytes), Text(value.Length)));
                    return;
                }
    }

    // RFC 4998 §4.3 (1)–(3) for the first chain, §5.3 (3) for later ones; gives what the token may be over.
    private IReadOnlyList<byte[]> JudgeFirst(int chain, ArchiveTimeStamp stamp, HashFunction hash)
    {
        var values = Values(chain, hash);
        if (!stamp.Lists.IsEmpty)
        {
            var contains = PartialTrees.Contains(stamp.Lists[0]);
            for (var i = 0; i < values.Length; i++)
                if (values[i] is { } candidates && !candidates.Any(contains) && !IsListedApart(chain, i, contains, hash)) NotCovered(chain, i);
            if (chain == 0) TellGroup(stamp.Lists[0]);
            return [PartialTrees.Root(stamp.Lists, hash)];
        }
        return JudgeBare(chain, stamp, values, hash);
    }

    // Without a tree the token is over the object itself, or over the group of all of them (RFC 4998 §4.2).
    private IReadOnlyList<byte[]> JudgeBare(int chain, ArchiveTimeStamp stamp, List<byte[]>?[] values, HashFunction hash)
    {
        var own = stamp.Token.Imprint.ToArray();
        if (values.All(v => v is null))
        {
            _needsData = true;
            return [own];
        }
        if (values.Length > 1 && values.All(v => v is not null)
            && Same(PartialTrees.Node([.. values.Select(v => new ReadOnlyMemory<byte>(v![0]))], hash), own)) return [own];
        var isCovered = false;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } candidates) continue;
            if (candidates.Any(c => Same(c, own))) isCovered = true;
            else NotCovered(chain, i);
        }
        // Data that was never covered says nothing about the token; data that was covered once must be so now.
        return isCovered || chain == 0 ? [own] : [[]];
    }

    // What must stand in the first list, an entry for each object that is still in question.
    private List<byte[]>?[] Values(int chain, HashFunction hash)
    {
        var values = new List<byte[]>?[_data.Count];
        var older = chain == 0 ? [] : _record.Octets.SequenceHashes(chain, hash).ToList();
        for (var i = 0; i < _data.Count; i++)
        {
            if (_standings[i] != ObjectStanding.Covered) continue;
            var digests = _data[i].Digests.By(hash).ToList();
            if (digests.Count == 0)
            {
                _standings[i] = ObjectStanding.Unknown;
                _findings.Add(new Finding(EvidenceRules.DigestMissing, _path, hash.Name, _data[i].Name));
                continue;
            }
            values[i] = chain == 0 ? digests : [.. digests.SelectMany(d => older.SelectMany(o => Joined(d, o, hash)))];
        }
        return values;
    }

    private IEnumerable<byte[]> Joined(byte[] data, byte[] older, HashFunction hash)
    {
        yield return hash.Compute([.. data, .. older]);
        // RFC 6283 §4.2.2 makes one list of the two, whose order is that of its values; without a tree its digest is what the token is over.
        if (_record.Kind == "RFC6283" && data.AsSpan().SequenceCompareTo(older) > 0) yield return hash.Compute([.. older, .. data]);
    }

    // RFC 6283 §4.2.2: the object's digest and that of the older chains stand in the first list, each for itself.
    private bool IsListedApart(int chain, int index, Func<byte[], bool> contains, HashFunction hash) => chain > 0 && _record.Kind == "RFC6283"
        && _data[index].Digests.By(hash).Any(contains) && _record.Octets.SequenceHashes(chain, hash).Any(contains);

    private List<byte[]> JudgeRenewal(int chain, int index, HashFunction hash)
    {
        var stamp = _record.Chains[chain][index];
        var before = _record.Octets.TimeStampHashes(chain, index - 1, hash).ToList();
        if (stamp.Lists.IsEmpty)
        {
            if (!before.Any(b => Same(b, stamp.Token.Imprint.AsSpan()))) Invalid(new Finding(EvidenceRules.TimeStampRenewal, _path, null, Name(chain, index)));
            return before;
        }
        var contains = PartialTrees.Contains(stamp.Lists[0]);
        if (!before.Any(contains)) Invalid(new Finding(EvidenceRules.TimeStampRenewal, _path, null, Name(chain, index)));
        return [PartialTrees.Root(stamp.Lists, hash)];
    }

    private void Stamp(int chain, int index, IReadOnlyList<byte[]> roots)
    {
        var stamp = _record.Chains[chain][index];
        var leads = roots.Any(r => Same(r, stamp.Token.Imprint.AsSpan()));
        var number = _stamps.Count;
        if (leads && _key is not null && _judged!.Find(_key, number, _path) is { } known)
        {
            _stamps.Add(known);
            return;
        }
        var facts = TimeStampReader.Read("archive", stamp.Token, _ => roots, _path, _material.Value.Known);
        var next = index + 1 < _record.Chains[chain].Length ? _record.Chains[chain][index + 1]
            : chain + 1 < _record.Chains.Length ? _record.Chains[chain + 1][0] : null;
        _stamps.Add(new ArchiveTimeStampTrust(_material.Value, _rules, _now, _path).Judge(facts, next?.Token.Time ?? _now));
        if (facts.Cryptographic == VerificationOutcome.Intact)
        {
            if (_key is not null) _judged!.Keep(_key, number, _path, _stamps[^1]);
            return;
        }
        if (facts.Cryptographic == VerificationOutcome.Unsupported)
        {
            _isUnsupported = true;
            return;
        }
        Invalid(new Finding(leads ? EvidenceRules.TimeStamp : EvidenceRules.Root, _path, null, Name(chain, index)));
    }

    private void JudgeOrder()
    {
        ArchiveTimeStamp? before = null;
        for (var chain = 0; chain < _record.Chains.Length; chain++)
            for (var i = 0; i < _record.Chains[chain].Length; i++)
            {
                var stamp = _record.Chains[chain][i];
                if (before is not null && stamp.Token.Time < before.Token.Time)
                    Invalid(new Finding(EvidenceRules.Order, _path, before.Token.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), Name(chain, i)));
                before = stamp;
            }
    }

    private VerificationOutcome Conclude()
    {
        if (_isInvalid) return VerificationOutcome.ErInvalid;
        if (_isUnsupported) return VerificationOutcome.Unsupported;
        if (_data.Count == 0)
        {
            _findings.Add(new Finding(EvidenceRules.NoData, _path));
            // A single list shows every value that was time-stamped; a path through a tree, or no tree at all, says nothing without its object.
            return _needsData || _record.Chains[0][0].Lists.Length > 1 ? VerificationOutcome.ErNoData : VerificationOutcome.ErValidStruct;
        }
        if (_standings.All(s => s == ObjectStanding.Covered)) return VerificationOutcome.ErValid;
        if (_standings.Contains(ObjectStanding.NotCovered))
            return _standings.Contains(ObjectStanding.Covered) ? VerificationOutcome.ErPartial : VerificationOutcome.ErDataMismatch;
        return VerificationOutcome.ErNoData;
    }

    private void NotCovered(int chain, int index)
    {
        if (chain > 0)
        {
            Invalid(new Finding(EvidenceRules.HashTreeRenewal, _path, _data[index].Name, Text(chain + 1)));
            return;
        }
        _standings[index] = ObjectStanding.NotCovered;
        _findings.Add(new Finding(EvidenceRules.Data, _path, null, _data[index].Name));
    }

    private void TellGroup(ImmutableArray<ReadOnlyMemory<byte>> list)
    {
        var covered = _standings.Count(s => s == ObjectStanding.Covered);
        if (_data.Count > 0 && list.Length > covered) _findings.Add(new Finding(EvidenceRules.Group, _path, Text(covered), Text(list.Length)));
    }

    private void Invalid(Finding finding)
    {
        _isInvalid = true;
        _findings.Add(finding);
    }

    private void Unsupported(Finding finding)
    {
        _isUnsupported = true;
        _findings.Add(finding);
    }

    private static bool Same(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => CryptographicOperations.FixedTimeEquals(a, b);

    private static string Name(int chain, int index) => string.Create(CultureInfo.InvariantCulture, $"{chain + 1}.{index + 1}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
