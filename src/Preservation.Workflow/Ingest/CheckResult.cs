using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages;

namespace Preservation.Workflow.Ingest;

/// <summary>Gathers what the steps of a check find.</summary>
internal sealed class CheckResult(Limits limits)
{
    private readonly List<Finding> _findings = [];

    public ExaminedPackage? Examined { get; set; }

    public PackageReport? Report { get; set; }

    public List<GeneratedText> Generated { get; } = [];

    public bool IsRefused => _findings.Exists(f => f.Rule.Severity == Severity.Error);

    public int Errors => _findings.Count(f => f.Rule.Severity == Severity.Error);

    public void Add(IEnumerable<Finding> findings) => _findings.AddRange(findings);

    public void Add(Finding finding) => _findings.Add(finding);

    /// <summary>Every finding once, errors first, at most so many of a rule; what is left out is counted.</summary>
    public IReadOnlyList<Finding> Findings()
    {
        var kept = new List<Finding>();
        foreach (var rule in _findings.Distinct().GroupBy(f => f.Rule.Code).OrderByDescending(g => g.First().Rule.Severity).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            var all = rule.OrderBy(f => f.Path, StringComparer.Ordinal).ToList();
            kept.AddRange(all.Take(limits.MaxFindingsPerRule));
            if (all.Count > limits.MaxFindingsPerRule)
                kept.Add(new Finding(ArchiveRules.Findings, "", rule.Key, (all.Count - limits.MaxFindingsPerRule).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
        return kept;
    }
}
