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

    // What the sources' tests assert of coverage, later changes and levels.
    [TestCase("pyhanko-signature-gap-too-big.pdf", Coverage.Unclear, LaterChanges.Unknown, "B")]
    [TestCase("pyhanko-weird-byterange.pdf", Coverage.Unclear, LaterChanges.Unknown, "B")]
    [TestCase("pyhanko-form-update-no-override-appearance-stream-ap-indirect.pdf", Coverage.Revision, LaterChanges.Allowed, "B")]
    [TestCase("pyhanko-form-update-override-appearance-stream.pdf", Coverage.Revision, LaterChanges.Allowed, "B")]
    [TestCase("pdf-spoofing-attack.pdf", Coverage.Unclear, LaterChanges.Suspicious, "T")]
    [TestCase("pdf-signed-added-page.pdf", Coverage.Unclear, LaterChanges.Suspicious, "B")]
    [TestCase("pades-signed-annot-added.pdf", Coverage.Unclear, LaterChanges.Suspicious, "B")]
    [TestCase("pdf-structtreeroot-changes.pdf", Coverage.Revision, LaterChanges.Allowed, "BASIC")]
    [TestCase("DSS-2821.pdf", Coverage.Revision, LaterChanges.Allowed, "B")]
    [TestCase("PAdES-LT.pdf", Coverage.Revision, LaterChanges.Allowed, "LT")]
    [TestCase("pades-lt-extended-abde.pdf", Coverage.Revision, LaterChanges.Allowed, "LT")]
    [TestCase("pades-lt-extended-dss.pdf", Coverage.Revision, LaterChanges.Allowed, "LT")]
    [TestCase("pades-lta-copied-doctst.pdf", Coverage.Revision, LaterChanges.Allowed, "LTA")]
    [TestCase("pades-tst-with-null-type.pdf", Coverage.Revision, LaterChanges.Allowed, "LTA")]
    [TestCase("pades-t-duplicated-sigtst.pdf", Coverage.Full, LaterChanges.None, "T")]
    [TestCase("pdf-with-vri-timestamp.pdf", Coverage.Revision, LaterChanges.Allowed, "B")]
    public async Task Coverage_changes_and_level_are_as_the_sources_say(string file, Coverage coverage, LaterChanges changes, string level)
    {
        var signature = (await VerifyAsync("pades/" + file)).Signatures[0];
        Assert.That((signature.Coverage, signature.Changes, signature.Level), Is.EqualTo((coverage, (LaterChanges?)changes, level)), string.Join('\n', signature.Findings.Select(f => f.Message.En)));
    }

    [TestCase("pdf-eof.pdf")]
    [TestCase("pdf-signed-corrupted.pdf")]
    [TestCase("pdf-signed-out-of-byteRange.pdf")]
    public async Task An_invalid_range_is_told(string file)
    {
        var signature = (await VerifyAsync("pades/" + file)).Signatures.Single();
        Assert.That(signature.Findings.Select(f => f.Rule), Does.Contain(SignatureRules.PdfByteRange));
    }

    private static Task<VerificationReport> VerifyAsync(string file) =>
        SignatureVerification.VerifyAsync(CorpusCase.Open(file), [], new VerificationPolicy(), Now, default);
}
