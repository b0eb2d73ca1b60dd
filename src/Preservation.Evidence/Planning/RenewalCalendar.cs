using System.Collections.Immutable;
using Preservation.Core.Digests;

namespace Preservation.Evidence.Planning;

/// <summary>
/// What the present archive will ask for in the coming years: tokens and bytes by quarter. It assumes that nothing is added, that every renewal is
/// done in its quarter, and that a token asked for later lasts as long as one asked for today.
/// </summary>
public sealed class RenewalCalendar
{
    private readonly RenewalSituation _situation;
    private readonly AlgorithmEnds _ends;
    private readonly DateTimeOffset _now;
    private readonly TimeSpan _lifetime;
    private readonly ImmutableArray<UsedAlgorithm> _algorithms;
    private List<Cohort> _cohorts;

    private RenewalCalendar(RenewalSituation situation, DateTimeOffset now)
    {
        (_situation, _ends, _now) = (situation, new AlgorithmEnds(situation), now.ToUniversalTime());
        var best = situation.Authorities.OrderByDescending(a => a.CertificateEnd).ThenBy(a => a.Name, StringComparer.Ordinal).FirstOrDefault();
        _algorithms = best?.Algorithms ?? [];
        _lifetime = best is not null ? best.CertificateEnd - _now : situation.Tokens.Select(t => t.CertificateEnds.Min() - t.Time).DefaultIfEmpty(TimeSpan.Zero).Max();
        // The tokens of one tree have the same objects: the first one bears them.
        _cohorts = [.. situation.Tokens.GroupBy(t => t.Proves).SelectMany(g => g.Select((t, i) => i == 0 ? Of(t) : Of(t) with { Leaves = 0, Bytes = 0 }))];
    }

    /// <summary>The quarters, the present one first.</summary>
    /// <param name="situation">The archive now.</param>
    /// <param name="now">The time.</param>
    /// <param name="years">How far ahead.</param>
    public static ImmutableArray<CalendarQuarter> Of(RenewalSituation situation, DateTimeOffset now, int years = 30)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentOutOfRangeException.ThrowIfNegative(years);
        return new RenewalCalendar(situation, now).Quarter(years * 4);
    }

    private ImmutableArray<CalendarQuarter> Quarter(int count)
    {
        var quarters = ImmutableArray.CreateBuilder<CalendarQuarter>(count);
        var start = Quarters.Of(_now);
        for (var i = 0; i < count; i++, start = start.AddMonths(3)) quarters.Add(Live(start, start.AddMonths(3)));
        return quarters.MoveToImmutable();
    }

    private CalendarQuarter Live(DateTimeOffset start, DateTimeOffset end)
    {
        var trees = _cohorts.FindAll(c => c.HashTreeBy < end);
        var stamps = _cohorts.FindAll(c => c.HashTreeBy >= end && c.TimeStampBy < end);
        _cohorts = _cohorts.FindAll(c => c.HashTreeBy >= end && c.TimeStampBy >= end);
        var (tokens, bytes) = (0L, 0L);
        foreach (var group in trees.GroupBy(c => c.Algorithm))
        {
            var leaves = group.Sum(c => c.Leaves);
            var needed = Math.Max(1, leaves == 0 ? 1 : (leaves - 1) / _situation.Capacity.LeavesPerTree + 1) * _situation.Capacity.TokensPerTree;
            // Where no function is left the plan's alarm says so; the calendar goes on with the time-stamps.
            var next = RenewalPlanning.NextAlgorithm(_situation, _ends, group.Key, start);
            (tokens, bytes) = (tokens + needed, bytes + group.Sum(c => c.Bytes));
            _cohorts.Add(new Cohort(next ?? group.Key, needed, leaves, group.Sum(c => c.Bytes), Renewed(start, end), next is null ? DateTimeOffset.MaxValue : HashTreeBy(next)));
        }
        foreach (var group in stamps.GroupBy(c => c.Algorithm))
        {
            tokens += _situation.Capacity.TokensPerTree;
            _cohorts.Add(new Cohort(group.Key, _situation.Capacity.TokensPerTree, group.Sum(c => c.Leaves), group.Sum(c => c.Bytes), Renewed(start, end), group.Min(c => c.HashTreeBy)));
        }
        return new CalendarQuarter(start.Year, (start.Month + 2) / 3, stamps.Sum(c => c.Tokens), trees.Sum(c => c.Tokens), tokens, bytes);
    }

    // When a token asked for in a quarter must be renewed itself: in the next one at the earliest.
    private DateTimeOffset Renewed(DateTimeOffset start, DateTimeOffset end)
    {
        var by = start + _lifetime - _situation.Margins.Certificate;
        foreach (var algorithm in _algorithms)
            if (_ends.Of(algorithm) is { At: var at } && at > end && Less(at, _situation.Margins.Algorithm) is var limit && limit < by) by = limit;
        return by > end ? by : end;
    }

    private DateTimeOffset HashTreeBy(DigestAlgorithm algorithm) => _ends.Of(algorithm) is { At: var at } ? Less(at, _situation.Margins.Algorithm) : DateTimeOffset.MaxValue;

    private Cohort Of(TokenStanding token)
    {
        var needs = TokenNeeds.Of(token, _ends, _situation.Margins);
        return new Cohort(token.TreeAlgorithm, 1, token.Leaves, token.Bytes, needs.TimeStamp.By, needs.HashTree?.By ?? DateTimeOffset.MaxValue);
    }

    private static DateTimeOffset Less(DateTimeOffset time, TimeSpan span) => time - DateTimeOffset.MinValue > span ? time - span : DateTimeOffset.MinValue;

    private sealed record Cohort(DigestAlgorithm Algorithm, long Tokens, long Leaves, long Bytes, DateTimeOffset TimeStampBy, DateTimeOffset HashTreeBy);
}
