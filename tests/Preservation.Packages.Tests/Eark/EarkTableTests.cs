using System.Text;
using Preservation.Packages.Eark;

namespace Preservation.Packages.Tests.Eark;

/// <summary>
/// The table of <c>tests/corpora/README.md</c> says of each requirement which fault raises it and which good packages it is silent in.
/// It is made here: <c>PRESERVATION_WRITE_TABLES=1 dotnet test --filter EarkTable</c> writes it anew.
/// </summary>
public sealed class EarkTableTests
{
    private const string Begin = "<!-- E-ARK rules: written by EarkTableTests -->";
    private const string End = "<!-- end of E-ARK rules -->";

    [Test]
    public async Task The_table_of_rules_is_the_one_that_the_tests_make()
    {
        var file = Path.Combine(RepositoryRoot(), "tests", "corpora", "README.md");
        var text = (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n");
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        Assert.That(begin, Is.Positive);
        Assert.That(end, Is.GreaterThan(begin));
        var table = await TableAsync();
        if (Environment.GetEnvironmentVariable("PRESERVATION_WRITE_TABLES") == "1")
            await File.WriteAllTextAsync(file, text[..begin] + Begin + "\n" + table + text[end..]);
        else Assert.That(text[(begin + Begin.Length + 1)..end], Is.EqualTo(table), "write it anew with PRESERVATION_WRITE_TABLES=1");
    }

    private static async Task<string> TableAsync()
    {
        var raised = new Dictionary<EarkSample, HashSet<string>>();
        foreach (var sample in Enum.GetValues<EarkSample>())
            raised[sample] = [.. (await EarkSamples.CheckAsync(await EarkSamples.GetAsync(sample))).Findings.Select(f => f.Rule.Code)];
        var table = new StringBuilder("| rule | level | raised by | silent in |\n|---|---|---|---|\n");
        foreach (var rule in EarkRules.All.OrderBy(r => new string([.. r.Code.TakeWhile(char.IsLetter)]), StringComparer.Ordinal).ThenBy(r => int.Parse(r.Code.SkipWhile(char.IsLetter).ToArray(), System.Globalization.CultureInfo.InvariantCulture)))
        {
            var faults = EarkMutants.All.Where(m => m.Rule == rule.Code).Select(m => $"{Name(m.Sample)} with {m.Fault}").ToList();
            var silent = raised.Where(r => !r.Value.Contains(rule.Code)).Select(r => "good " + Name(r.Key)).ToList();
            Assert.That(faults, Is.Not.Empty, rule.Code);
            Assert.That(silent, Is.Not.Empty, rule.Code);
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {rule.Code} | {rule.Severity} | {string.Join("; ", faults)} | {string.Join(", ", silent)} |\n");
        }
        return table.ToString();
    }

    private static string Name(EarkSample sample) => sample.ToString().ToUpperInvariant();

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props"))) folder = folder.Parent ?? throw new InvalidOperationException("no repository above the tests");
        return folder.FullName;
    }
}
