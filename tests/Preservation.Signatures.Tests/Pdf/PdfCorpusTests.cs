using System.Text.Json;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Tests.Corpus;

namespace Preservation.Signatures.Tests.Pdf;

/// <summary>What the corpus' tests say of coverage, later changes and levels, apart from the cryptographic verdicts.</summary>
public sealed class PdfCorpusTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Verdicts_agree_in_at_least_97_of_100_rows()
    {
        var (agree, counted) = (0, 0);
        foreach (var row in CorpusCase.Read().Where(c => c.Format == "pades"))
        {
            var report = await VerifyAsync(row.File);
            var found = JsonNamingPolicy.SnakeCaseUpper.ConvertName(report.Outcome.ToString());
            var isAgreed = found == row.Expected;
            if (row.Disputed.Length == 0)
            {
                counted++;
                agree += isAgreed ? 1 : 0;
                if (row.Expected is "BROKEN" or "MALFORMED") Assert.That(found, Is.Not.EqualTo("INTACT"), row.File);
            }
            await TestContext.Out.WriteLineAsync($"{(isAgreed ? " " : row.Disputed.Length > 0 ? "d" : "!")} {row.Id} {row.Expected,-9} {found,-9} {row.File[6..]}");
            foreach (var s in report.Signatures)
                await TestContext.Out.WriteLineAsync($"      {s.Id} {s.Format} {s.Level} {s.Cryptographic} {s.Coverage} {s.Changes} {string.Join(" | ", s.Findings.Where(f => f.Rule.Code.StartsWith("SIG-PDF", StringComparison.Ordinal)).Select(f => f.Rule.Code[8..] + " " + f.Found))}");
            foreach (var s in report.Timestamps)
                await TestContext.Out.WriteLineAsync($"      t {s.Kind} {s.Cryptographic} {s.Coverage} {string.Join(" | ", s.Findings.Where(f => f.Rule.Code.StartsWith("SIG-PDF", StringComparison.Ordinal)).Select(f => f.Rule.Code[8..] + " " + f.Found))}");
            foreach (var f in report.Findings) await TestContext.Out.WriteLineAsync($"      f {f.Rule.Code} {f.Found}");
        }
        await TestContext.Out.WriteLineAsync($"pades: {agree} of {counted} undisputed rows agree");
        Assert.That(agree * 100, Is.GreaterThanOrEqualTo(counted * 97));
    }

    private static Task<VerificationReport> VerifyAsync(string file) =>
        SignatureVerification.VerifyAsync(CorpusCase.Open(file), [], new VerificationPolicy(), Now, default);
}
