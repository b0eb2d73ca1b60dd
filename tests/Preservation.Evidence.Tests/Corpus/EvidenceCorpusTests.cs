using System.Text.Json;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Tests.Corpus;

/// <summary>Agreement with the verdicts of other projects' tests: everything invalid or mismatching is refused, and all else is as expected.</summary>
public sealed class EvidenceCorpusTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Accepted = ["ER_VALID", "ER_VALID_STRUCT"];

    [TestCase("ers-asn1", 23)]
    [TestCase("ers-xml", 18)]
    [TestCase("asic-er", 11)]
    [TestCase("cades-er", 1)]
    public async Task Verdicts_agree_with_the_corpus(string format, int rows)
    {
        var cases = EvidenceCase.Read().Where(c => c.Format == format).ToList();
        Assert.That(cases, Has.Count.EqualTo(rows));
        var differences = new List<string>();
        foreach (var row in cases)
        {
            var report = await EvidenceVerification.VerifyAsync(EvidenceCase.Open(row.File), [.. row.Data.Select(EvidenceCase.Open)], row.Policy, Now, CancellationToken.None);
            var found = report.Evidence.IsEmpty ? "none" : Word(EvidenceVerification.Sum(report.Evidence));
            if (!Accepted.Contains(row.Expected)) Assert.That(Accepted, Does.Not.Contain(found), $"{row.Id} {row.File} must be refused");
            if (found == row.Expected) continue;
            differences.Add($"{row.Id} {row.File}: expected {row.Expected}, found {found}\n  "
                + string.Join("\n  ", report.Evidence.SelectMany(e => e.Findings).Concat(report.Evidence.SelectMany(e => e.Timestamps).SelectMany(t => t.Findings)).Concat(report.Findings).Select(f => $"{f.Rule.Code} {f.Message.En}")));
        }
        await TestContext.Out.WriteLineAsync($"{format}: {rows - differences.Count} of {rows} agree");
        Assert.That(differences, Is.Empty, string.Join('\n', differences));
    }

    [Test]
    public async Task The_summary_is_the_record_s_outcome()
    {
        var row = EvidenceCase.Read().First(c => c.Format == "ers-asn1" && c.Expected == "ER_VALID");
        var report = await EvidenceVerification.VerifyAsync(EvidenceCase.Open(row.File), [.. row.Data.Select(EvidenceCase.Open)], row.Policy, Now, CancellationToken.None);
        Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(report.Evidence.Single().CoveredFrom, Is.EqualTo(report.Evidence.Single().Timestamps[0].Time));
    }

    private static string Word(VerificationOutcome outcome) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(outcome.ToString());
}
