using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Digests;
using Preservation.Core.Findings;

namespace Preservation.Evidence.Planning;

/// <summary>
/// Plans renewals (RFC 4998 §5.2): every token in time before what it rests on ends, those of one quarter and function together. A tree by a function
/// that ends is renewed with its objects; a token alone by a token over it. Of two proofs of one subject the one that still stands is used.
/// Pure: the same situation and time give the same plan, in whatever order tokens and alarms are named; a further alarm makes no day later.
/// </summary>
public sealed class RenewalPlanning
{
    // A thousand years: never, in other words.
    private const long LongestDays = 365_000;
    private readonly RenewalSituation _situation;
    private readonly AlgorithmEnds _ends;
    private readonly DateTimeOffset _now;
    private readonly List<RenewalAlarm> _alarms = [];

    private RenewalPlanning(RenewalSituation situation, DateTimeOffset now) =>
        (_situation, _ends, _now) = (situation, new AlgorithmEnds(situation), now.ToUniversalTime());

    /// <summary>Makes the plan.</summary>
    /// <exception cref="ArgumentException">Two tokens have one name, or one has no certificate.</exception>
    public static RenewalPlan Plan(RenewalSituation situation, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(situation);
        if (situation.Tokens.DistinctBy(t => t.Id).Count() != situation.Tokens.Length) throw new ArgumentException("two tokens have one name", nameof(situation));
        if (situation.Tokens.FirstOrDefault(t => t.CertificateEnds.IsDefaultOrEmpty) is { } bare) throw new ArgumentException($"{bare.Id} has no certificate", nameof(situation));
        return new RenewalPlanning(situation, now).Plan();
    }

    private RenewalPlan Plan()
    {
        var needs = Standing();
        TellOverdue(needs);
        var steps = needs.SelectMany(Wanted).GroupBy(w => (w.Kind, w.Token.TreeAlgorithm, w.Day))
            .Select(g => Step(g.Key.Kind, g.Key.TreeAlgorithm, g.Key.Day, [.. g]))
            .OrderBy(s => s.By).ThenByDescending(s => s.Kind).ThenBy(s => s.Algorithm.Name, StringComparer.Ordinal).ToImmutableArray();
        TellCapacity(steps);
        TellAuthorities(steps);
        return new RenewalPlan(_now, steps, [.. _alarms.OrderBy(a => a.Finding.Rule.Code, StringComparer.Ordinal)
            .ThenBy(a => a.Finding.Path, StringComparer.Ordinal).ThenBy(a => a.Tokens.FirstOrDefault(), StringComparer.Ordinal)]);
    }

    // Every token that can be renewed; one that proves nothing any more is left where another proves the same.
    private List<TokenNeeds> Standing()
    {
        var kept = new List<TokenNeeds>();
        var lost = new List<TokenNeeds>();
        foreach (var subject in _situation.Tokens.Select(t => TokenNeeds.Of(t, _ends, _situation.Margins)).GroupBy(n => n.Token.Proves))
        {
            var all = subject.OrderBy(n => n.Token.Id, StringComparer.Ordinal).ToList();
            var standing = all.FindAll(n => n.Ends > _now);
            var ended = all.FindAll(n => n.Ends <= _now);
            if (standing.Count == 0) lost.AddRange(ended);
            if (standing.Count > 0 && ended.Count > 0) standing = Hasten(subject.Key, ended, standing);
            kept.AddRange(standing.Count > 0 ? standing : ended);
        }
        foreach (var algorithm in lost.GroupBy(n => n.Token.TreeAlgorithm)) Tell(RenewalRules.Lost, algorithm.Key, algorithm, algorithm.Min(n => n.Ends));
        return kept;
    }

    // What was asked for after the loss has made up for it.
    private List<TokenNeeds> Hasten(string subject, List<TokenNeeds> ended, List<TokenNeeds> standing)
    {
        var last = ended.Max(n => n.Ends);
        if (standing.Exists(n => n.Token.Time >= last)) return standing;
        var finding = new Finding(RenewalRules.Second, subject, string.Join(", ", standing.Select(n => n.Token.Id)), string.Join(", ", ended.Select(n => n.Token.Id)));
        _alarms.Add(new RenewalAlarm(finding, [.. standing.Select(n => n.Token.Id)]));
        return standing.ConvertAll(n => n.AtOnce(finding));
    }

    private void TellOverdue(IEnumerable<TokenNeeds> needs)
    {
        var overdue = needs.Where(n => n.Ends > _now).Select(n => (Needs: n, By: Earliest(n))).Where(n => n.By > DateTimeOffset.MinValue && n.By < _now);
        foreach (var algorithm in overdue.GroupBy(n => n.Needs.Token.TreeAlgorithm))
            Tell(RenewalRules.Overdue, algorithm.Key, algorithm.Select(n => n.Needs), algorithm.Min(n => n.By));
    }

    private static DateTimeOffset Earliest(TokenNeeds needs) => needs.HashTree is { } tree && tree.By < needs.TimeStamp.By ? tree.By : needs.TimeStamp.By;

    private void Tell(Rule rule, DigestAlgorithm algorithm, IEnumerable<TokenNeeds> needs, DateTimeOffset day)
    {
        ImmutableArray<string> tokens = [.. needs.Select(n => n.Token.Id).Order(StringComparer.Ordinal)];
        _alarms.Add(new RenewalAlarm(new Finding(rule, algorithm.MetsName, TokenNeeds.Day(day), tokens.Length.ToString(CultureInfo.InvariantCulture)), tokens));
    }

    // A tree that is renewed no later has a new token too; one that is renewed later is both.
    private IEnumerable<(RenewalKind Kind, TokenStanding Token, DateTimeOffset Day, RenewalNeed Need)> Wanted(TokenNeeds needs)
    {
        var stampDay = DayOf(needs.TimeStamp);
        if (needs.HashTree is { } tree)
        {
            var treeDay = DayOf(tree);
            yield return (RenewalKind.HashTree, needs.Token, treeDay, tree);
            if (treeDay <= stampDay) yield break;
        }
        yield return (RenewalKind.TimeStamp, needs.Token, stampDay, needs.TimeStamp);
    }

    // The quarter's first day, or the day itself when the token was made in that quarter.
    private DateTimeOffset DayOf(RenewalNeed need)
    {
        var day = Quarters.Of(need.By) is var quarter && quarter > need.MadeAt ? quarter : need.By;
        return day <= _now ? _now : day;
    }

    private RenewalStep Step(RenewalKind kind, DigestAlgorithm algorithm, DateTimeOffset by, List<(RenewalKind Kind, TokenStanding Token, DateTimeOffset Day, RenewalNeed Need)> wanted)
    {
        var capacity = _situation.Capacity;
        var subjects = wanted.Select(w => w.Token).DistinctBy(t => t.Proves).ToList();
        var bytes = kind == RenewalKind.HashTree ? subjects.Sum(t => t.Bytes) : 0;
        var trees = kind == RenewalKind.HashTree ? Math.Max(1, Quotient(subjects.Sum(t => t.Leaves), capacity.LeavesPerTree)) : 1;
        var lead = _situation.Margins.Window + TimeSpan.FromDays(Math.Min(Quotient(bytes, capacity.BytesPerDay), LongestDays));
        var next = kind == RenewalKind.TimeStamp ? algorithm : NextAlgorithm(algorithm, by);
        ImmutableArray<RenewalNeed> needs = [.. wanted.Select(w => w.Need).OrderBy(n => n.Batch, StringComparer.Ordinal).ThenBy(n => n.Token, StringComparer.Ordinal)];
        if (next is null) _alarms.Add(new RenewalAlarm(new Finding(RenewalRules.NoAlgorithm, algorithm.MetsName, TokenNeeds.Day(by)), Names(needs)));
        return new RenewalStep
        {
            Kind = kind,
            Algorithm = algorithm,
            NewAlgorithm = next,
            By = by,
            NotBefore = Begin(by - _now > lead ? by - lead : _now, needs.Min(n => n.NotBefore), by),
            Needs = needs,
            Tokens = trees * capacity.TokensPerTree,
            Bytes = bytes,
        };
    }

    private static DateTimeOffset Begin(DateTimeOffset window, DateTimeOffset notBefore, DateTimeOffset by) => notBefore <= window ? window : notBefore < by ? notBefore : by;

    /// <summary>The function for trees made at a time: of those that outlast it by the margin the one that stands longest.</summary>
    internal static DigestAlgorithm? NextAlgorithm(RenewalSituation situation, AlgorithmEnds ends, DigestAlgorithm present, DateTimeOffset at) =>
        situation.TreeAlgorithms.Where(a => a != present && !a.IsWeak).Select(a => (Algorithm: a, End: ends.Of(a)?.At ?? DateTimeOffset.MaxValue))
            .Where(a => a.End > at && a.End - at > situation.Margins.Algorithm).OrderByDescending(a => a.End).Select(a => a.Algorithm).FirstOrDefault();

    /// <summary>The function for new trees in place of a configured one: that one as long as it stands longer than the margin, then the one that stands longest; null when none does.</summary>
    /// <param name="situation">Catalogues, alarms, margins and the functions there are.</param>
    /// <param name="configured">The one to be replaced.</param>
    /// <param name="now">The time.</param>
    public static DigestAlgorithm? FunctionFor(RenewalSituation situation, DigestAlgorithm configured, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(configured);
        var ends = new AlgorithmEnds(situation);
        return (ends.Of(configured)?.At ?? DateTimeOffset.MaxValue) is var end && end > now && end - now > situation.Margins.Algorithm ? configured : NextAlgorithm(situation, ends, configured, now);
    }

    private DigestAlgorithm? NextAlgorithm(DigestAlgorithm present, DateTimeOffset at) => NextAlgorithm(_situation, _ends, present, at);

    // The earliest first: when is each ready, if nothing else is done.
    private void TellCapacity(ImmutableArray<RenewalStep> steps)
    {
        var (bytes, tokens) = (0L, 0L);
        foreach (var step in steps)
        {
            (bytes, tokens) = (bytes + step.Bytes, tokens + step.Tokens);
            var days = Math.Max(step.Bytes > 0 ? Quotient(bytes, _situation.Capacity.BytesPerDay) : 0, Quotient(tokens, _situation.Capacity.TokensPerDay) - 1);
            var ready = _now.AddDays(Math.Min(days, LongestDays));
            var limit = step.By > _now ? step.By : step.Needs.Min(n => n.Ends);
            if (ready <= limit || (ready == _now && limit <= _now)) continue;
            _alarms.Add(new RenewalAlarm(new Finding(RenewalRules.Capacity, step.Algorithm.MetsName, TokenNeeds.Day(limit), TokenNeeds.Day(ready)), Names(step.Needs)));
        }
    }

    private void TellAuthorities(ImmutableArray<RenewalStep> steps)
    {
        if (_situation.Authorities.IsEmpty) return;
        var until = _now + _situation.Margins.NewCertificate;
        if (_situation.Authorities.Any(a => a.CertificateEnd >= until && a.Algorithms.All(u => ends(u) > until))) return;
        foreach (var step in steps.Where(s => s.IsDue(_now)))
            _alarms.Add(new RenewalAlarm(new Finding(RenewalRules.NoAuthority, step.Algorithm.MetsName, TokenNeeds.Day(until),
                string.Join(", ", _situation.Authorities.Select(a => a.Name).Order(StringComparer.Ordinal))), Names(step.Needs)));

        DateTimeOffset ends(UsedAlgorithm algorithm) => _ends.Of(algorithm)?.At ?? DateTimeOffset.MaxValue;
    }

    private static ImmutableArray<string> Names(ImmutableArray<RenewalNeed> needs) => [.. needs.Select(n => n.Token).Order(StringComparer.Ordinal)];

    private static long Quotient(long amount, long rate) => amount == 0 ? 0 : (amount - 1) / Math.Max(1, rate) + 1;
}
