using System.Text.Json;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Tests.Corpus;

/// <summary>Agreement with the verdicts of other projects' tests. Rows that independent tools dispute are shown and not counted.</summary>
public sealed class SignatureCorpusTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Refused = ["BROKEN", "MALFORMED", "MIXED", "REJECT_DTD"];

    [TestCase("cades", 44, 40)]
    [TestCase("pades", 43, 41)]
    public async Task Verdicts_agree_with_the_corpus(string format, int rows, int agreeing)
    {
        var cases = CorpusCase.Read().Where(c => c.Format == format).ToList();
        Assert.That(cases, Has.Count.EqualTo(rows));
        var (agree, counted) = (0, 0);
        foreach (var row in cases)
        {
            var found = JsonNamingPolicy.SnakeCaseUpper.ConvertName((await VerifyAsync(row)).Outcome.ToString());
            if (row.Disputed.Length == 0)
            {
                counted++;
                if (found == row.Expected) agree++;
                if (Refused.Contains(row.Expected))
                    Assert.That(found, Is.Not.EqualTo("INTACT"), $"{row.Id} {row.File} must be refused");
            }
            if (found != row.Expected)
                await TestContext.Out.WriteLineAsync($"{row.Id,-12} expected {row.Expected,-12} found {found,-12} {row.File} {row.Disputed}");
        }
        await TestContext.Out.WriteLineAsync($"{format}: {agree} of {counted} undisputed rows agree");
        Assert.That(agree, Is.GreaterThanOrEqualTo(agreeing));
    }

    [TestCase("tst-asics")]
    [TestCase("asic-cades")]
    [TestCase("asic-xades")]
    [TestCase("xades")]
    [TestCase("odf")]
    [TestCase("ooxml")]
    [TestCase("hostile-xml")]
    public async Task Forms_not_supported_yet_are_recognised_and_never_called_intact(string format)
    {
        var outcomes = new Dictionary<string, int>();
        foreach (var row in CorpusCase.Read().Where(c => c.Format == format))
        {
            var found = JsonNamingPolicy.SnakeCaseUpper.ConvertName((await VerifyAsync(row)).Outcome.ToString());
            var key = $"{row.Expected} -> {found}";
            outcomes[key] = outcomes.GetValueOrDefault(key) + 1;
            Assert.That(found, Is.Not.EqualTo("INTACT"), row.File);
            if (row.Expected is "INTACT" or "BROKEN" or "MALFORMED")
                Assert.That(found, Is.EqualTo("UNSUPPORTED").Or.EqualTo("REJECT_DTD"), $"{row.File} carries a signature");
            if (row.Expected == "REJECT_DTD") Assert.That(found, Is.EqualTo("REJECT_DTD"), row.File);
        }
        foreach (var (key, count) in outcomes) await TestContext.Out.WriteLineAsync($"{format}: {key}: {count}");
    }

    private static Task<VerificationReport> VerifyAsync(CorpusCase row) => SignatureVerification.VerifyAsync(
        CorpusCase.Open(row.File), [.. row.Data.Select(CorpusCase.Open)], new VerificationPolicy { Digests = [.. row.Digests] }, Now, default);
}
