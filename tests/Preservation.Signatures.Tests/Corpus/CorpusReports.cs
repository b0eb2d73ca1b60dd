using Preservation.Signatures.Reports;

namespace Preservation.Signatures.Tests.Corpus;

/// <summary>What is said of the signed files of the corpus; each is verified once a run.</summary>
internal static class CorpusReports
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Formats = ["cades", "pades", "xades", "asic-xades", "asic-cades", "tst-asics", "ooxml", "odf", "hostile-xml"];
    private static readonly Lazy<Task<IReadOnlyList<(CorpusCase Row, VerificationReport Report)>>> Once = new(ReadAsync);

    /// <summary>The rows of these formats with their reports, in the manifest's order.</summary>
    public static Task<IReadOnlyList<(CorpusCase Row, VerificationReport Report)>> AllAsync() => Once.Value;

    private static async Task<IReadOnlyList<(CorpusCase Row, VerificationReport Report)>> ReadAsync()
    {
        var reports = new List<(CorpusCase Row, VerificationReport Report)>();
        foreach (var row in CorpusCase.Read().Where(r => Formats.Contains(r.Format)))
            reports.Add((row, await SignatureVerification.VerifyAsync(CorpusCase.Open(row.File), [.. row.Data.Select(CorpusCase.Open)], new VerificationPolicy { Digests = [.. row.Digests] }, Now, default)));
        return reports;
    }
}
