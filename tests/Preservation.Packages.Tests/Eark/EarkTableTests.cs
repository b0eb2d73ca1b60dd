using System.Globalization;
using Preservation.Packages.Eark;
using Preservation.Testing.Rules;

namespace Preservation.Packages.Tests.Eark;

/// <summary>The table of the E-ARK requirements in <c>tests/corpora/README.md</c>.</summary>
public sealed class EarkTableTests
{
    [Test]
    public Task The_table_of_rules_is_the_one_that_the_tests_make() => RuleTable.AssertAsync(
        "E-ARK",
        EarkRules.All.OrderBy(r => new string([.. r.Code.TakeWhile(char.IsLetter)]), StringComparer.Ordinal).ThenBy(r => int.Parse(r.Code.SkipWhile(char.IsLetter).ToArray(), CultureInfo.InvariantCulture)),
        rule => EarkMutants.All.Where(m => m.Rule == rule).Select(m => $"{Name(m.Sample)} with {m.Fault}"),
        [.. Enum.GetValues<EarkSample>().Select(s => new RuleSample("good " + Name(s), async () => (await EarkSamples.CheckAsync(await EarkSamples.GetAsync(s))).Findings))]);

    private static string Name(EarkSample sample) => sample.ToString().ToUpperInvariant();
}
