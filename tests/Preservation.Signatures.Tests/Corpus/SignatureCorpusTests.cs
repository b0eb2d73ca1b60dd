using System.Text.Json;
using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Tests.Corpus;

/// <summary>Agreement with the verdicts of other projects' tests. Rows that independent tools dispute are shown and not counted.</summary>
public sealed class SignatureCorpusTests
{
    private static readonly string[] Refused = ["BROKEN", "MALFORMED", "MIXED", "REJECT_DTD"];

    [TestCase("cades", 44, 42)]
    [TestCase("pades", 43, 41)]
    [TestCase("xades", 78, 77)]
    [TestCase("asic-xades", 19, 19)]
    // One row is labelled INTACT for its counter-signature: the digest of the data object differs, OpenSSL says so too.
    [TestCase("asic-cades", 18, 17)]
    [TestCase("tst-asics", 5, 5)]
    [TestCase("ooxml", 14, 14)]
    [TestCase("odf", 2, 2)]
    [TestCase("hostile-xml", 3, 3)]
    public async Task Verdicts_agree_with_the_corpus(string format, int rows, int agreeing)
    {
        var cases = (await CorpusReports.AllAsync()).Where(c => c.Row.Format == format).ToList();
        Assert.That(cases, Has.Count.EqualTo(rows));
        var (agree, counted) = (0, 0);
        foreach (var (row, report) in cases)
        {
            var found = JsonNamingPolicy.SnakeCaseUpper.ConvertName(Score(format, report).ToString());
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

    // Rows about signatures are scored by signatures alone; only tst-asics by time-stamps.
    private static VerificationOutcome Score(string format, VerificationReport report) =>
        format != "tst-asics" && report.Signatures.IsEmpty && !report.Timestamps.IsEmpty ? VerificationOutcome.NoSignature : report.Outcome;
}
