using System.Globalization;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Ocfl.Validation;

/// <summary>Gathers findings from several threads, each one once, and no more of one rule than the limits keep.</summary>
internal sealed class FindingLog(Limits limits)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Finding> _seen = [];
    private readonly List<Finding> _kept = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Add(string code, string path, string? expected = null, string? found = null) =>
        Add(new Finding(OcflRules.Of(code), path, expected, found));

    public void AddTooLarge(string path) =>
        Add(new Finding(ArchiveRules.MetadataBytes, path, Text(limits.MaxMetadataBytes), "> " + Text(limits.MaxMetadataBytes)));

    public void Add(Finding finding)
    {
        lock (_gate)
        {
            var count = _counts.GetValueOrDefault(finding.Rule.Code);
            if (count >= limits.MaxFindingsPerRule) _counts[finding.Rule.Code] = count + 1;
            else if (_seen.Add(finding))
            {
                _counts[finding.Rule.Code] = count + 1;
                _kept.Add(finding);
            }
        }
    }

    /// <summary>In the order of paths and codes, whichever thread was first.</summary>
    public List<Finding> ToList()
    {
        lock (_gate)
        {
            var all = _kept.OrderBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.Rule.Code, StringComparer.Ordinal).ToList();
            foreach (var (code, count) in _counts)
                if (count > limits.MaxFindingsPerRule)
                    all.Add(new Finding(ArchiveRules.Findings, "", code, Text(count - limits.MaxFindingsPerRule)));
            return all;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
