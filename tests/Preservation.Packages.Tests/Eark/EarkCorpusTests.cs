using System.Text.RegularExpressions;
using Preservation.Core;
using Preservation.Packages.Eark;

namespace Preservation.Packages.Tests.Eark;

/// <summary>
/// Each public package names the requirements it violates or satisfies; packages break others too, so each is judged by those alone.
/// The shares are ratchets: they may only be raised.
/// </summary>
public sealed partial class EarkCorpusTests
{
    private const double ViolatedShare = 1.0;
    private const double SilentShare = 1.0;

    [Test]
    public async Task Violated_requirements_are_named_and_satisfied_ones_are_not()
    {
        var (violated, named, satisfied, silent) = (0, 0, 0, 0);
        var misses = new List<string>();
        foreach (var row in CorpusArchive.Rows("eark/").Where(r => r[7] is "eark-ip invalid" or "eark-ip valid"))
        {
            var report = await EarkValidator.CheckAsync(CorpusArchive.Read(Path.Combine(Shared.Corpus, row[0])), Limits.Default, default);
            var codes = report.Findings.Select(f => f.Rule.Code).ToHashSet();
            foreach (Match match in Claim().Matches(row[8]))
            {
                var (id, isViolated) = (match.Groups[1].Value, match.Groups[3].Value == "violated");
                if (match.Groups[2].Value != "ERROR") continue;
                if (isViolated) violated++;
                else satisfied++;
                if (isViolated && codes.Contains(id)) named++;
                if (!isViolated && !codes.Contains(id)) silent++;
                if (isViolated != codes.Contains(id)) misses.Add($"{id} {match.Groups[3].Value}: {row[0]}");
            }
        }
        foreach (var miss in misses) TestContext.Out.WriteLine(miss);
        TestContext.Out.WriteLine($"violated named {named}/{violated}, satisfied silent {silent}/{satisfied}");
        Assert.Multiple(() =>
        {
            Assert.That(violated, Is.GreaterThan(50));
            Assert.That((double)named / violated, Is.GreaterThanOrEqualTo(ViolatedShare));
            Assert.That((double)silent / satisfied, Is.GreaterThanOrEqualTo(SilentShare));
        });
    }

    [GeneratedRegex(@"(\w+) rule \d+: (ERROR|WARNING|INFO) (violated|satisfied)")]
    private static partial Regex Claim();
}
