using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Tests.Verification;

public sealed class JudgedTokensTests
{
    private readonly TestRecords _make = new();

    [OneTimeTearDown]
    public void Stop() => _make.Dispose();

    [Test]
    public void What_is_remembered_says_the_same_as_judging_anew()
    {
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [.. Enumerable.Range(0, 5).Select(i => DigestAlgorithm.Sha512.Compute([(byte)i]))]);
        var token = _make.Token(tree.Root, TestRecords.Time);
        foreach (var policy in new[] { new VerificationPolicy(), new VerificationPolicy { TrustAnchors = Signatures.Path.TrustAnchors.FromCertificates([_make.Root.Certificate.RawDataMemory]) } })
        {
            var judged = new JudgedTokens(policy, TestRecords.Time.AddYears(1));
            for (var i = 0; i < 5; i++)
            {
                var record = TestRecords.Read(EvidenceRecordWriter.Initial(tree, i, token).AsMemory());
                foreach (var data in new[] { i, i + 1 })
                {
                    ProtectedObject[] given = [ProtectedObject.Of("d", [DigestAlgorithm.Sha512.Compute([(byte)data])])];
                    var anew = EvidenceRecordVerification.Verify(record, given, policy, judged.Now, $"{i}.ers");
                    Assert.That(Text(EvidenceRecordVerification.Verify(record, given, judged, $"{i}.ers")), Is.EqualTo(Text(anew)));
                    Assert.That(anew.Outcome, Is.EqualTo(data == i ? VerificationOutcome.ErValid : VerificationOutcome.ErDataMismatch));
                }
            }
        }
    }

    [Test]
    public void A_tree_that_does_not_lead_to_the_token_is_refused_however_well_the_token_is_known()
    {
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [DigestAlgorithm.Sha512.Compute("a"u8), DigestAlgorithm.Sha512.Compute("b"u8)]);
        var token = _make.Token(tree.Root, TestRecords.Time);
        var judged = new JudgedTokens(new VerificationPolicy(), TestRecords.Now);
        ProtectedObject[] data = [ProtectedObject.Of("a", [tree.Leaf(0)])];
        var good = EvidenceRecordWriter.Initial(tree, 0, token);
        Assert.That(EvidenceRecordVerification.Verify(TestRecords.Read(good.AsMemory()), data, judged, "r.ers").Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        var wrong = EvidenceRecordWriter.Initial(DigestAlgorithm.Sha512, [[tree.Leaf(0)], [DigestAlgorithm.Sha512.Compute("c"u8)]], token);
        Assert.That(EvidenceRecordVerification.Verify(TestRecords.Read(wrong.AsMemory()), data, judged, "r.ers").Outcome, Is.EqualTo(VerificationOutcome.ErInvalid));
        var broken = good.ToArray();
        broken[^1] ^= 1;
        Assert.That(EvidenceRecordVerification.Verify(TestRecords.Read(broken), data, judged, "r.ers").Outcome, Is.EqualTo(VerificationOutcome.ErInvalid));
    }

    private static string Text(EvidenceReport report) => $"{report.Kind} {report.Outcome} {report.CoveredFrom:O}\n"
        + string.Join('\n', report.Findings.Select(f => f.Message.En)) + string.Join('\n', report.Timestamps.Select(t => $"{t.Indication} {t.SubIndication} {t.Sha256} {t.Time:O} {string.Join(';', t.Findings.Select(f => f.Message.En))}"));
}
