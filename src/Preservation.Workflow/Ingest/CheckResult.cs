using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Ingest;

/// <summary>Gathers what the steps of a check find: of each rule the first so many by path, each once; the rest is counted.</summary>
internal sealed class CheckResult(Limits limits) : IDisposable
{
    private static readonly Comparer<Finding> ByPath = Comparer<Finding>.Create((a, b) =>
        string.CompareOrdinal(a.Path, b.Path) is not 0 and var path ? path
        : string.CompareOrdinal(a.Expected, b.Expected) is not 0 and var expected ? expected : string.CompareOrdinal(a.Found, b.Found));

    private readonly Dictionary<string, (Rule Rule, SortedSet<Finding> Kept, HashSet<int> Dropped)> _rules = new(StringComparer.Ordinal);

    public ExaminedPackage? Examined { get; set; }

    public PackageReport? Report { get; set; }

    public List<GeneratedText> Generated { get; } = [];

    public List<PlannedVerdict> Verdicts { get; } = [];

    /// <summary>How many files carry signatures.</summary>
    public int FilesWithSignatures { get; set; }

    /// <summary>What the signature that was sent with the package came to, in a word; null when none was sent.</summary>
    public string? PackageSignature { get; set; }

    /// <summary>Files about which another verifier contradicts ours.</summary>
    public List<string> Disagreements { get; } = [];

    public bool IsRefused => _rules.Values.Any(r => r.Rule.Severity == Severity.Error);

    /// <summary>Does the agreement send the package back, although nothing refuses it.</summary>
    public bool IsReturned => !IsRefused && _rules.ContainsKey(IngestRules.SignatureReturned.Code);

    public int Errors => _rules.Values.Where(r => r.Rule.Severity == Severity.Error).Sum(r => r.Kept.Count + r.Dropped.Count);

    public void Add(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings) Add(finding);
    }

    public void Add(Finding finding)
    {
        if (!_rules.TryGetValue(finding.Rule.Code, out var rule)) _rules[finding.Rule.Code] = rule = (finding.Rule, new SortedSet<Finding>(ByPath), []);
        if (!rule.Kept.Add(finding) || rule.Kept.Count <= limits.MaxFindingsPerRule) return;
        var last = rule.Kept.Max!;
        rule.Kept.Remove(last);
        // What is left out is known by its hash alone, so that it is counted once.
        rule.Dropped.Add(HashCode.Combine(last.Path, last.Expected, last.Found));
    }

    /// <summary>Every finding once, errors first, at most so many of a rule; what is left out is counted.</summary>
    public IReadOnlyList<Finding> Findings()
    {
        var kept = new List<Finding>();
        foreach (var (code, rule) in _rules.OrderByDescending(r => r.Value.Rule.Severity).ThenBy(r => r.Key, StringComparer.Ordinal))
        {
            kept.AddRange(rule.Kept);
            if (rule.Dropped.Count > 0) kept.Add(new Finding(ArchiveRules.Findings, "", code, rule.Dropped.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
        return kept;
    }

    public void Dispose() => Examined?.Dispose();
}
