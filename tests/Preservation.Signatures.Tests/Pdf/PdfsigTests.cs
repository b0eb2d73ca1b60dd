using System.Text.RegularExpressions;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Tests.Corpus;
using Preservation.Testing;

namespace Preservation.Signatures.Tests.Pdf;

/// <summary>Beside poppler's <c>pdfsig</c> over the corpus: what differs is listed with its reason, and nothing else differs.</summary>
public sealed partial class PdfsigTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    // By file: what pdfsig does otherwise, and why ours stands.
    private static readonly Dictionary<string, string> Explained = new()
    {
        ["BadEncodedCMS.pdf"] = "pdfsig tells no signature where the CMS is malformed; we tell it and refuse it",
        ["pades-enveloping-empty-bytes-cms.pdf"] = "pdfsig takes a detached CMS with empty eContent",
        ["pdf-spoofing-attack.pdf"] = "pdfsig does not find the replaced dictionary; we verify its bytes and call coverage unclear",
        ["pyhanko-pdf-sig-with-econtent.pdf"] = "pdfsig does not look whether a detached CMS carries content",
        ["pyhanko-sig-with-ski-sid.pdf"] = "pdfsig does not find the signer by key identifier",
        ["pdf-eof.pdf"] = "pdfsig leaves a range that ends outside the file unverified; we refuse it",
        ["pdf-signed-corrupted.pdf"] = "pdfsig leaves a range that ends outside the file unverified; we refuse it",
        ["pdf-signed-out-of-byteRange.pdf"] = "pdfsig leaves a range that ends outside the file unverified; we refuse it",
        ["pdf-double-signer-info.pdf"] = "pdfsig judges the first signer alone",
    };

    [Test]
    public async Task Every_disagreement_is_explained()
    {
        var unexplained = new List<string>();
        foreach (var row in CorpusCase.Read().Where(c => c.Format == "pades").DistinctBy(c => c.File))
        {
            var file = CorpusCase.Open(row.File);
            var report = await SignatureVerification.VerifyAsync(file, [], new VerificationPolicy(), Now, default);
            var (_, output) = await OutsideProgram.RunAsync("pdfsig", SharedFiles.Corpus("signatures"), "-nocert", row.File);
            // Document time-stamps are told by pdfsig as signatures it does not verify.
            var theirs = Sort(Verdicts().Matches(output).Select(m => m.Groups[1].Value).Where(v => !v.Contains("not yet been verified", StringComparison.Ordinal)).Select(v => v == "Signature is Valid."));
            var ours = Sort(report.Signatures.Select(s => s.Cryptographic == VerificationOutcome.Intact));
            if (theirs == ours) continue;
            var name = row.File["pades/".Length..];
            var line = $"{name}: ours {ours}, pdfsig {theirs}: {Explained.GetValueOrDefault(name, "?")}";
            await TestContext.Out.WriteLineAsync(line);
            if (!Explained.ContainsKey(name)) unexplained.Add(line);
        }
        Assert.That(unexplained, Is.Empty, string.Join('\n', unexplained));
    }

    private static string Sort(IEnumerable<bool> verdicts) => string.Concat(verdicts.Order().Select(v => v ? '+' : '-'));

    [GeneratedRegex(@"Signature Validation: (.+)")]
    private static partial Regex Verdicts();
}
