using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Tests.Corpus;

/// <summary>What the corpus says of XML signatures beyond their outcome: time-stamps within, and how much is signed.</summary>
public sealed class XmlCorpusTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [TestCase("xades", 60)]
    [TestCase("asic-xades", 12)]
    [TestCase("ooxml", 0)]
    [TestCase("odf", 2)]
    public async Task Time_stamps_in_signatures_agree_with_the_corpus(string format, int agreeing)
    {
        var agree = 0;
        foreach (var row in CorpusCase.Read().Where(c => c.Format == format && c.Expected == "INTACT"))
        {
            var report = await VerifyAsync(row);
            var stamps = report.Signatures.SelectMany(s => s.Timestamps).ToList();
            var allIntact = stamps.TrueForAll(t => t.Cryptographic == VerificationOutcome.Intact);
            bool? expected = row.TimeStamps.StartsWith("all intact", StringComparison.Ordinal) ? true : row.TimeStamps.StartsWith("at least one", StringComparison.Ordinal) ? false : null;
            if (expected is null || expected == allIntact) agree++;
            var shown = string.Join(' ', stamps.Select(t => $"{t.Kind}:{t.Cryptographic}"));
            if (expected is null || expected != allIntact) await TestContext.Out.WriteLineAsync($"{row.Id} {row.File} expected {row.TimeStamps} found {shown}");
        }
        await TestContext.Out.WriteLineAsync($"{format}: {agree} rows agree");
        Assert.That(agree, Is.GreaterThanOrEqualTo(agreeing));
    }

    [Test]
    public async Task Scopes_agree_with_the_corpus()
    {
        var checkedRows = 0;
        foreach (var row in CorpusCase.Read().Where(c => c.Extra.StartsWith("scope ", StringComparison.Ordinal)))
        {
            var expected = row.Extra["scope ".Length..].Split('|').Select(s => s.Trim()).ToArray();
            var report = await VerifyAsync(row);
            Assert.That(report.Signatures.Select(s => s.Scope), Is.All.AnyOf(expected), row.File);
            checkedRows++;
        }
        Assert.That(checkedRows, Is.EqualTo(4));
    }

    private static Task<VerificationReport> VerifyAsync(CorpusCase row) => SignatureVerification.VerifyAsync(
        CorpusCase.Open(row.File), [.. row.Data.Select(CorpusCase.Open)], new VerificationPolicy { Digests = [.. row.Digests] }, Now, default);
}
