using System.Text;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.Renewal;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Testing;

namespace Preservation.Evidence.Tests.Verification;

/// <summary>
/// Changes of single bits: one in what is protected is refused, and none anywhere makes a verdict better, be it of the record's own data, of other
/// data, or of a record that does not hold. All bits in the long tier, a sample otherwise; <c>ForeignJudgeTests</c> asks the other judge.
/// </summary>
public sealed class BitChangeTests
{
    private readonly TestRecords _make = new();
    private byte[] _record = [];
    private List<(int Start, int Length)> _protected = [];

    [OneTimeSetUp]
    public void Start()
    {
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [.. Enumerable.Range(0, 6).Select(i => DigestAlgorithm.Sha512.Compute(Data(i)))]);
        var token = _make.Token(tree.Root, TestRecords.Time);
        var later = TestRecords.Time.AddYears(1);
        var renewal = EvidenceRenewal.PrepareTimeStamp(TestRecords.Read(EvidenceRecordWriter.Initial(tree, 2, token).AsMemory()), new VerificationPolicy(), later, "r.ers");
        var second = _make.Token(renewal.Leaf!, later);
        _record = [.. renewal.Complete(second, later).Record!.Value];
        _protected = TestRecords.Protected(_record, tree.ReducedTree(2).SelectMany(l => l), [token, second]);
    }

    [OneTimeTearDown]
    public void Stop() => _make.Dispose();

    [Test]
    public void One_changed_bit_in_tree_or_token_is_refused() => ForBits(_record, _protected, 200, at =>
        Assert.That(TestRecords.Judge(_record, Data(2)).Outcome, Is.Not.EqualTo(VerificationOutcome.ErValid).And.Not.EqualTo(VerificationOutcome.ErValidStruct), at));

    [Test]
    public void No_changed_bit_proves_other_data_or_an_earlier_time() => ForBits(_record, [(0, _record.Length)], 250, at =>
    {
        Assert.That(TestRecords.Judge(_record, Data(3)).Outcome, Is.Not.EqualTo(VerificationOutcome.ErValid).And.Not.EqualTo(VerificationOutcome.ErPartial), at);
        Assert.That(TestRecords.Judge(_record, Data(2)).CoveredFrom ?? TestRecords.Time, Is.EqualTo(TestRecords.Time), at);
    });

    [Test]
    public void No_changed_bit_makes_a_broken_record_hold()
    {
        var broken = _record.ToArray();
        var (start, length) = _protected[^1];
        broken[start + length - 3] ^= 8;
        var healed = (start + length - 3) * 8 + 3;
        ForBits(broken, [(0, broken.Length)], 150, at => Assert.That(TestRecords.Judge(broken, Data(2)).Outcome, Is.Not.EqualTo(VerificationOutcome.ErValid), at), healed);
    }

    // The bit that heals the break again is left out.
    private static void ForBits(byte[] record, List<(int Start, int Length)> places, int sample, Action<string> judge, int except = -1)
    {
        var all = places.SelectMany(p => Enumerable.Range(p.Start * 8, p.Length * 8)).Distinct().Where(b => b != except).ToArray();
        if (!Tier.IsLong)
        {
            new Random(Tier.Seed).Shuffle(all);
            all = all[..Math.Min(sample, all.Length)];
        }
        foreach (var bit in all)
        {
            record[bit / 8] ^= (byte)(1 << bit % 8);
            judge($"seed {Tier.Seed}: bit {bit % 8} of byte {bit / 8}");
            record[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    private static byte[] Data(int i) => Encoding.ASCII.GetBytes($"object {i}");
}
