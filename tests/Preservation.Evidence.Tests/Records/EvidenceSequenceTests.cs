using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.Renewal;
using Preservation.Evidence.Tests.Verification;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Reports;

namespace Preservation.Evidence.Tests.Records;

/// <summary>Records put together from trees and tokens are those that renewing record by record makes, to the byte.</summary>
public sealed class EvidenceSequenceTests
{
    private readonly TestRecords _make = new();

    [OneTimeTearDown]
    public void Stop() => _make.Dispose();

    [Test]
    public void Trees_and_tokens_give_the_record_that_renewing_gives()
    {
        var data = "object"u8.ToArray();
        var others = new[] { "a"u8.ToArray(), "b"u8.ToArray() };
        var first = HashTree.Build(DigestAlgorithm.Sha256, [DigestAlgorithm.Sha256.Compute(others[0]), DigestAlgorithm.Sha256.Compute(data), DigestAlgorithm.Sha256.Compute(others[1])]);
        var token = _make.Token(first.Root, TestRecords.Time);
        var record = EvidenceRecordWriter.Initial(first, 1, token);
        var sequence = new EvidenceSequence();
        sequence.BeginChain(DigestAlgorithm.Sha256, new DataGroup([first.Leaf(1)]).ReducedTree(first, 1), token);
        Assert.That(sequence.ToRecord([], [], []), Is.EqualTo(record));

        var stamped = EvidenceRenewal.PrepareTimeStamp(TestRecords.Read(record.AsMemory()), new VerificationPolicy(), TestRecords.Time.AddYears(1), "r.ers");
        Assert.That(EvidenceSequence.DigestOf(DigestAlgorithm.Sha256, token), Is.EqualTo(stamped.Leaf));
        var second = HashTree.Build(DigestAlgorithm.Sha256, [stamped.Leaf!, DigestAlgorithm.Sha256.Compute("another token"u8)]);
        token = _make.Token(second.Root, TestRecords.Time.AddYears(1));
        record = stamped.Complete(second, 0, token, TestRecords.Time.AddYears(1)).Record!.Value;
        sequence.Renew(new DataGroup([second.Leaf(0)]).ReducedTree(second, 0), token);
        Assert.That(sequence.ToRecord([], [], []), Is.EqualTo(record));

        var rehashed = EvidenceRenewal.PrepareHashTree(TestRecords.Read(record.AsMemory()), DigestAlgorithm.Sha512, [ProtectedObject.Of("data", DigestAlgorithm.All.Select(a => a.Compute(data)))], new VerificationPolicy(), TestRecords.Time.AddYears(2), "r.ers");
        var leaf = EvidenceSequence.LeafOf(DigestAlgorithm.Sha512.Compute(data), sequence.Digest(DigestAlgorithm.Sha512));
        Assert.That(leaf, Is.EqualTo(rehashed.Leaf));
        token = _make.Token(leaf, TestRecords.Time.AddYears(2));
        record = rehashed.Complete(token, TestRecords.Time.AddYears(2)).Record!.Value;
        sequence.BeginChain(DigestAlgorithm.Sha512, [[leaf]], token);
        Assert.That(sequence.ToRecord([], [], []), Is.EqualTo(record));
        Assert.That(TestRecords.Judge(record.AsMemory(), data).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
    }

    [Test]
    public void Certificates_and_lists_beside_the_tokens_are_read_again_by_the_verifier()
    {
        var root = DigestAlgorithm.Sha256.Compute("data"u8);
        var sequence = new EvidenceSequence();
        sequence.BeginChain(DigestAlgorithm.Sha256, [], _make.Token(root, TestRecords.Time));
        var crl = _make.Root.IssueCrl(TestRecords.Time, TestRecords.Now);
        var record = TestRecords.Read(sequence.ToRecord([_make.Root.Certificate.RawDataMemory], [crl], []).AsMemory());
        Assert.That(record.Material.Certificates.Select(c => c.ToArray()), Is.EqualTo(new[] { _make.Root.Certificate.RawData }));
        Assert.That(record.Material.Crls.Select(c => c.ToArray()), Is.EqualTo(new[] { crl }));
    }

    [Test]
    public void What_does_not_fit_together_is_refused()
    {
        Assert.That(() => new EvidenceSequence().Renew(ImmutableArray<ImmutableArray<Digest>>.Empty, default), Throws.InvalidOperationException);
        Assert.That(() => EvidenceSequence.LeafOf(DigestAlgorithm.Sha256.Compute("x"u8), DigestAlgorithm.Sha512.Compute("y"u8)), Throws.ArgumentException);
    }
}
