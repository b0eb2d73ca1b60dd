using Preservation.Core.Findings;
using Preservation.Packages.Eark;

namespace Preservation.Packages.Tests.Eark;

/// <summary>The book of rules against the table of the specifications' requirements.</summary>
public sealed class EarkBookTests
{
    // MUST in their texts, but editions and families disagree about the address: right ones are taken, others warned of.
    private static readonly string[] Addresses = ["SIP2", "AIPM2", "DIP2"];

    // The table has no level for what the text words as COULD and "must".
    private static readonly Dictionary<string, Severity> Worded = new()
    {
        ["AIP7"] = Severity.Info, ["AIP8"] = Severity.Info, ["AIP11"] = Severity.Info, ["AIP18"] = Severity.Error,
    };

    private static IEnumerable<Dictionary<string, string>> Requirements()
    {
        var rows = CsvRows(File.ReadAllText(Path.Combine(Shared.Schemas, "requirements-eark.csv"))).ToList();
        return rows.Skip(1).Select(r => rows[0].Zip(r).ToDictionary(p => p.First, p => p.Second));
    }

    [Test]
    public void It_has_every_requirement_and_the_one_that_only_2_0_4_had() =>
        Assert.That(EarkRules.All.Select(r => r.Code).Order(), Is.EqualTo(Requirements().Select(r => r["id"]).Append("CSIP86").Order()));

    [Test]
    public void Each_has_the_level_of_its_text()
    {
        foreach (var requirement in Requirements().Where(r => !Addresses.Contains(r["id"])))
        {
            var expected = requirement["level"] switch
            {
                "MUST" => Severity.Error,
                "SHOULD" => Severity.Warning,
                "MAY" => Severity.Info,
                _ => Worded[requirement["id"]],
            };
            Assert.That(EarkRules.Get(requirement["id"]).Severity, Is.EqualTo(expected), requirement["id"]);
        }
        Assert.That(Addresses.Select(a => EarkRules.Get(a).Severity), Is.All.EqualTo(Severity.Warning));
    }

    [Test]
    public void Each_names_its_clause_and_says_the_XPath_in_both_languages()
    {
        foreach (var requirement in Requirements())
        {
            var rule = EarkRules.Get(requirement["id"]);
            Assert.That(rule.Clause, Does.StartWith($"E-ARK {requirement["spec"]} {requirement["version"]}, ").And.EndsWith(", " + rule.Code));
            if (requirement["mets_xpath"].Length == 0) continue;
            Assert.That(rule.Message.En, Does.Contain(requirement["mets_xpath"]), rule.Code);
            Assert.That(rule.Message.Vi, Does.Contain(requirement["mets_xpath"]), rule.Code);
        }
    }

    // Cells may be quoted and then hold commas and line ends.
    private static IEnumerable<string[]> CsvRows(string text)
    {
        var (row, cell, isQuoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        var previous = ',';
        foreach (var c in text.ReplaceLineEndings("\n"))
        {
            if (c == '"')
            {
                // Two in a row are one quotation mark.
                if (!isQuoted && previous == '"') cell.Append(c);
                isQuoted = !isQuoted;
            }
            else if (isQuoted || c is not (',' or '\n')) cell.Append(c);
            else
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    yield return [.. row];
                    row.Clear();
                }
            }
            previous = c;
        }
    }
}
