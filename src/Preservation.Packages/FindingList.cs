using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Packages;

/// <summary>Gathers findings, keeps a bounded number of each rule and counts the rest. Safe for use from several threads.</summary>
internal sealed class FindingList(Limits limits)
{
    private readonly Lock _lock = new();
    private readonly List<Finding> _kept = [];
    private readonly Dictionary<string, int> _count = new(StringComparer.Ordinal);

    public void Add(Rule rule, string path, string? expected = null, string? found = null) =>
        Add(new Finding(rule, path, expected, found));

    public void Add(Finding finding)
    {
        lock (_lock)
        {
            var count = _count.GetValueOrDefault(finding.Rule.Code) + 1;
            _count[finding.Rule.Code] = count;
            if (count <= limits.MaxFindingsPerRule) _kept.Add(finding);
        }
    }

    /// <summary>Puts another finding in the place of each of a rule for which there is one.</summary>
    public void Replace(Rule rule, Func<Finding, Finding?> other)
    {
        List<(Finding Was, Finding Is)> changed;
        lock (_lock)
        {
            changed = [.. _kept.Where(f => f.Rule.Code == rule.Code).Select(f => (f, other(f))).Where(c => c.Item2 is not null).Select(c => (c.f, c.Item2!))];
            foreach (var (was, _) in changed) _kept.Remove(was);
            if (changed.Count > 0) _count[rule.Code] -= changed.Count;
        }
        AddRange(changed.Select(c => c.Is));
    }

    public void AddRange(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings) Add(finding);
    }

    // By path and rule, so that the order of parallel work never shows.
    public ImmutableArray<Finding> ToSorted()
    {
        lock (_lock)
        {
            if (_kept.Count == 0) return [];
            var more = _count.Where(c => c.Value > limits.MaxFindingsPerRule).OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => new Finding(ArchiveRules.Findings, "", c.Key, (c.Value - limits.MaxFindingsPerRule).ToString(CultureInfo.InvariantCulture)));
            return [.. _kept.OrderBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.Rule.Code, StringComparer.Ordinal)
                .ThenBy(f => f.Expected, StringComparer.Ordinal).ThenBy(f => f.Found, StringComparer.Ordinal), .. more];
        }
    }
}
