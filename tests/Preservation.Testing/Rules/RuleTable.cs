using System.Text;
using NUnit.Framework;
using Preservation.Core.Findings;

namespace Preservation.Testing.Rules;

/// <summary>
/// A table of <c>tests/corpora/README.md</c>: of each rule of a book, the faults that raise it and the sound things it is silent in. It is
/// made here; <c>PRESERVATION_WRITE_TABLES=1 dotnet test --filter FullyQualifiedName~table_of_rules</c> writes it anew.
/// </summary>
public static class RuleTable
{
    /// <summary>Holds the table against what the tests have; fails where a rule lacks a fault or a silence.</summary>
    /// <param name="title">The book; stands in the comments around the table.</param>
    /// <param name="rules">Its rules, in the order of the table.</param>
    /// <param name="raisedBy">The faults that raise a rule.</param>
    /// <param name="samples">The sound things.</param>
    public static async Task AssertAsync(string title, IEnumerable<Rule> rules, Func<string, IEnumerable<string>> raisedBy, IReadOnlyList<RuleSample> samples)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(raisedBy);
        var file = Path.Join(RepositoryRoot(), "tests/corpora/README.md");
        var text = (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n");
        var (first, last) = ($"<!-- {title} rules: written by the tests -->\n", $"<!-- end of {title} rules -->");
        var (begin, end) = (text.IndexOf(first, StringComparison.Ordinal), text.IndexOf(last, StringComparison.Ordinal));
        Assert.That(begin, Is.Positive, title);
        Assert.That(end, Is.GreaterThan(begin), title);
        begin += first.Length;
        var table = await WriteAsync(rules, raisedBy, samples);
        if (Environment.GetEnvironmentVariable("PRESERVATION_WRITE_TABLES") == "1") await File.WriteAllTextAsync(file, text[..begin] + table + text[end..]);
        else Assert.That(text[begin..end], Is.EqualTo(table), "write it anew with PRESERVATION_WRITE_TABLES=1");
    }

    /// <summary>The same for a list of cases.</summary>
    public static Task AssertAsync(string title, IEnumerable<Rule> rules, IReadOnlyList<RuleCase> cases, IReadOnlyList<RuleSample> samples)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(cases);
        var all = rules.OrderBy(r => r.Code, StringComparer.Ordinal).ToList();
        Assert.That(cases.Select(c => c.Rule).Except(all.Select(r => r.Code)), Is.Empty, "cases for rules that the book does not have");
        return AssertAsync(title, all, rule => cases.Where(c => c.Rule == rule).Select(c => c.Fault), samples);
    }

    private static async Task<string> WriteAsync(IEnumerable<Rule> rules, Func<string, IEnumerable<string>> raisedBy, IReadOnlyList<RuleSample> samples)
    {
        var told = new List<HashSet<string>>();
        foreach (var sample in samples) told.Add([.. (await sample.Check()).Select(f => f.Rule.Code)]);
        var table = new StringBuilder("| rule | level | raised by | silent in |\n|---|---|---|---|\n");
        foreach (var rule in rules)
        {
            var faults = raisedBy(rule.Code).ToList();
            var silent = samples.Where((_, i) => !told[i].Contains(rule.Code)).Select(s => s.Name).ToList();
            Assert.That(faults, Is.Not.Empty, rule.Code);
            Assert.That(silent, Is.Not.Empty, rule.Code);
            table.Append("| ").Append(rule.Code).Append(" | ").Append(rule.Severity).Append(" | ").AppendJoin("; ", faults).Append(" | ").AppendJoin(", ", silent).Append(" |\n");
        }
        return table.ToString();
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(folder.FullName, "Preservation.sln"))) folder = folder.Parent ?? throw new InvalidOperationException("no repository above the tests");
        return folder.FullName;
    }
}
