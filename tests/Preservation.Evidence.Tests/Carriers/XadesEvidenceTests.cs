using Preservation.Evidence.Tests.Corpus;
using Preservation.Signatures;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Tests.Carriers;

/// <summary>Records in XML signatures, by files of another project whose tests say what holds.</summary>
public sealed class XadesEvidenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [TestCase("X-E-ERS-LT.xml", VerificationOutcome.ErValid)]
    [TestCase("X-B-LT-with-counter-sig-X-E-ERS.xml", VerificationOutcome.ErValid)]
    [TestCase("XAdES-B_ER_Renewed_can.xml", VerificationOutcome.ErValid)]
    [TestCase("XAdES-B_ER_Renewed_no_can.xml", VerificationOutcome.ErInvalid)]
    [TestCase("X-E-ERS-DETACHED-LT.xml", VerificationOutcome.ErValid, "sample.xml")]
    [TestCase("X-E-ERS-DETACHED-LT.xml", VerificationOutcome.ErNoData, "sample.txt")]
    [TestCase("X-E-ERS-DETACHED-LT-chain-renewal.xml", VerificationOutcome.ErValid, "sample.xml")]
    [TestCase("X-E-ERS-DETACHED-LT-chain-renewal.xml", VerificationOutcome.ErNoData)]
    [TestCase("X-E-ERS-DETACHED-LT-data-not-covered.xml", VerificationOutcome.ErValid, "sample.xml")]
    [TestCase("X-E-ERS-DETACHED-LT-data-not-covered-chain-renewal.xml", VerificationOutcome.ErValid, "sample.xml")]
    [TestCase("X-E-ERS-DETACHED-LT-data-not-covered-chain-renewal-invalid.xml", VerificationOutcome.ErInvalid, "sample.xml")]
    [TestCase("X-E-ERS-MANIFEST.xml", VerificationOutcome.ErValid, "sample.xml", "sample.txt", "sample.png")]
    [TestCase("X-E-ERS-MANIFEST.xml", VerificationOutcome.ErNoData)]
    public async Task A_record_in_a_signature_is_over_what_the_signature_is_over(string file, VerificationOutcome expected, params string[] contents)
    {
        var report = await EvidenceVerification.VerifyAsync(
            EvidenceCase.Open("xades/" + file), [.. contents.Select(c => EvidenceCase.Open("xades/data/" + c))], new VerificationPolicy(), Now, CancellationToken.None);
        var said = string.Join('\n', report.Evidence.SelectMany(e => e.Findings.Concat(e.Timestamps.SelectMany(t => t.Findings))).Select(f => $"{f.Rule.Code} {f.Message.En}"));
        Assert.That(report.Evidence.Select(e => e.Outcome), Is.EqualTo(new[] { expected }), said);
        await TestContext.Out.WriteLineAsync(said);
        Assert.That(report.Signatures, Is.Not.Empty, "the outcome stays that of the signatures");
    }
}
