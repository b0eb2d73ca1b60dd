using System.Text;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.Renewal;
using Preservation.Evidence.Tests.Verification;
using Preservation.Evidence.Verification;
using Preservation.Evidence.Xml;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Testing;

namespace Preservation.Evidence.Tests.Foreign;

/// <summary>Our records and Bouncy Castle's, judged by each other.</summary>
public sealed class ForeignJudgeTests
{
    private static readonly DigestAlgorithm[] Functions = [DigestAlgorithm.Sha512, DigestAlgorithm.Sha384, DigestAlgorithm.Sha256];
    private readonly TestRecords _make = new();
    private ForeignJudge _judge = null!;

    [OneTimeSetUp]
    public async Task Start() => _judge = await ForeignJudge.StartAsync();

    [OneTimeTearDown]
    public void Stop()
    {
        _judge?.Dispose();
        _make.Dispose();
    }

    private static int[] Sizes => Tier.IsLong ? [1, 2, 3, 5, 1_000, 10_000, 1_000_000] : [1, 2, 3, 1_000];

    // Of large trees a sample is judged, with the first and the last; the trees and the digests of all chains are of every leaf.
    [TestCaseSource(nameof(Sizes))]
    public async Task Records_of_any_size_are_accepted_first_stamped_anew_and_hashed_anew(int leaves)
    {
        var random = new Random(Tier.Seed);
        var sample = leaves <= 100 ? [.. Enumerable.Range(0, leaves)] : Enumerable.Range(0, Tier.IsLong ? 2_000 : 40).Select(_ => random.Next(leaves)).Append(0).Append(leaves - 1).Distinct().ToArray();
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [.. Enumerable.Range(0, leaves).Select(i => DigestAlgorithm.Sha512.Compute(Data(i)))]);
        var token = _make.Token(tree.Root, TestRecords.Time);
        await JudgeAsync(i => EvidenceRecordWriter.Initial(tree, i, token), "initial");

        var stamped = _make.Token(EvidenceSequence.DigestOf(DigestAlgorithm.Sha512, token), TestRecords.Time.AddMonths(1));
        await JudgeAsync(i => Chains(i).ToRecord([], [], []), "stamped anew");

        var contents = Enumerable.Range(0, leaves).Select(i => EvidenceSequence.LeafOf(DigestAlgorithm.Sha384.Compute(Data(i)), Chains(i).Digest(DigestAlgorithm.Sha384))).ToList();
        var rehashed = HashTree.Build(DigestAlgorithm.Sha384, contents);
        var last = _make.Token(rehashed.Root, TestRecords.Time.AddMonths(2));
        await JudgeAsync(i =>
        {
            var chains = Chains(i);
            chains.BeginChain(DigestAlgorithm.Sha384, rehashed.ReducedTree(i), last);
            return chains.ToRecord([], [], []);
        }, "hashed anew");

        EvidenceSequence Chains(int i)
        {
            var sequence = new EvidenceSequence();
            sequence.BeginChain(DigestAlgorithm.Sha512, tree.ReducedTree(i), token);
            sequence.Renew([], stamped);
            return sequence;
        }

        async Task JudgeAsync(Func<int, System.Collections.Immutable.ImmutableArray<byte>> record, string which)
        {
            var records = sample.Select(i => (Record: (ReadOnlyMemory<byte>)record(i).AsMemory(), Content: Data(i))).ToList();
            foreach (var (one, content) in records) Assert.That(TestRecords.Judge(one, content).Outcome, Is.EqualTo(VerificationOutcome.ErValid), which);
            Assert.That(await _judge.JudgeAllAsync(records, TestRecords.Now), Is.All.EqualTo("OK"), which);
            TestContext.Out.WriteLine($"{leaves} leaves, {which}: {records.Count} records accepted by both");
        }
    }

    [TestCase("SHA3-256", "sha3-256")]
    [TestCase("SHA3-384", "sha3-384")]
    [TestCase("SHA3-512", "sha3-512")]
    public async Task Records_by_SHA3_are_accepted_and_so_are_their_tokens_by_openssl(string function, string openssl)
    {
        var algorithm = DigestAlgorithm.Find(function)!;
        Assert.That((algorithm.Name, DigestAlgorithm.FindInPackage(function)), Is.EqualTo((openssl, (DigestAlgorithm?)null)), "no package format knows it");
        var tree = HashTree.Build(algorithm, [.. Enumerable.Range(0, 5).Select(i => algorithm.Compute(Data(i)))]);
        var token = _make.Token(tree.Root, TestRecords.Time);
        var record = EvidenceRecordWriter.Initial(tree, 3, token).AsMemory();
        Assert.That(await _judge.JudgeAsync(record, Data(3)), Is.EqualTo("OK"));
        Assert.That(await _judge.JudgeAsync(record, Data(4)), Is.Not.EqualTo("OK"));
        Assert.That(TestRecords.Judge(record, Data(3)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        Assert.That(TestRecords.Judge(record, Data(4)).Outcome, Is.EqualTo(VerificationOutcome.ErDataMismatch));
        Assert.That(TestRecords.Judge(XmlRecordWriter.Initial(tree, 3, token).AsMemory(), Data(3)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        var folder = Directory.CreateTempSubdirectory("sha3");
        await File.WriteAllBytesAsync(Path.Join(folder.FullName, "token.tst"), token.ToArray());
        await File.WriteAllTextAsync(Path.Join(folder.FullName, "root.pem"), _make.Root.Certificate.ExportCertificatePem());
        var (exit, output) = await OutsideProgram.RunAsync("openssl", folder.FullName, "ts", "-verify", "-digest", tree.Root.Hex, "-in", "token.tst", "-token_in", "-CAfile", "root.pem", "-attime", TestRecords.Time.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        folder.Delete(recursive: true);
        Assert.That((exit, output), Is.EqualTo((0, output)), output);
        // FIPS 202's own example: of nothing.
        if (algorithm == DigestAlgorithm.Sha3T256) Assert.That(algorithm.Compute([]).Hex, Is.EqualTo("a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"));
    }

    [Test]
    public async Task A_declared_group_is_accepted_with_all_its_members()
    {
        var group = new DataGroup([.. Enumerable.Range(0, 4).Select(i => DigestAlgorithm.Sha256.Compute(Data(i % 3)))]);
        var tree = HashTree.Build(DigestAlgorithm.Sha256, [DigestAlgorithm.Sha256.Compute("x"u8), group.Digest, DigestAlgorithm.Sha256.Compute("y"u8)]);
        var record = EvidenceRecordWriter.Initial(tree, 1, group, _make.Token(tree.Root, TestRecords.Time));
        Assert.That(await _judge.JudgeAsync(record.AsMemory(), Data(0), Data(1), Data(2)), Is.EqualTo("OK"));
        Assert.That(await _judge.JudgeAsync(record.AsMemory(), Data(0), Data(7)), Is.Not.EqualTo("OK"));
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(40)]
    public async Task Renewed_records_are_accepted_after_each_renewal(int leaves)
    {
        var tree = HashTree.Build(DigestAlgorithm.Sha256, [.. Enumerable.Range(0, leaves).Select(i => DigestAlgorithm.Sha256.Compute(Data(i)))]);
        var token = _make.Token(tree.Root, TestRecords.Time);
        var records = Enumerable.Range(0, leaves).Select(i => EvidenceRecordWriter.Initial(tree, i, token)).ToArray();
        for (var round = 0; round < 6; round++)
        {
            var time = TestRecords.Time.AddMonths(round + 1);
            // One token renews them all.
            var renewals = records.Select((r, i) => round is 2 or 4 ? RenewHashTree(r, Data(i), Functions[round / 2 - 1], time) : RenewTimeStamp(r, time)).ToArray();
            var renewed = HashTree.Build(renewals[0].Leaf!.Algorithm, [.. renewals.Select(r => r.Leaf!)]);
            var stamp = _make.Token(renewed.Root, time);
            for (var i = 0; i < leaves; i++)
            {
                var (record, report) = renewals[i].Complete(renewed, i, stamp, time);
                Assert.That(record, Is.Not.Null, () => string.Join('\n', report.Findings.Select(f => f.Message.En)));
                records[i] = record!.Value;
                Assert.That(await _judge.JudgeAsync(records[i].AsMemory(), Data(i)), Is.EqualTo("OK"), $"round {round}, leaf {i}");
                Assert.That(TestRecords.Judge(records[i].AsMemory(), Data(i)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
                Assert.That(TestRecords.Judge(records[i].AsMemory(), Data(i + 1)).Outcome, Is.EqualTo(VerificationOutcome.ErDataMismatch));
            }
        }
    }

    [Test]
    public async Task Records_of_the_foreign_library_are_accepted_here()
    {
        var folder = await _judge.MakeAsync(9);
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(27));
        foreach (var file in Directory.GetFiles(folder))
        {
            var data = Encoding.ASCII.GetBytes("object " + Path.GetFileNameWithoutExtension(file));
            var report = TestRecords.Judge(await TestRecords.ReadAsync(file), data);
            Assert.That(report.Outcome, Is.EqualTo(VerificationOutcome.ErValid), () => file + string.Join('\n', report.Findings.Select(f => f.Message.En)));
            Assert.That(await _judge.JudgeAsync(await TestRecords.ReadAsync(file), data), Is.EqualTo("OK"));
        }
    }

    // An initial token, one over it, and a new chain by another function: every protected bit of the three.
    [Test]
    public async Task One_changed_bit_in_data_tree_or_token_is_refused_by_both()
    {
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [.. Enumerable.Range(0, 6).Select(i => DigestAlgorithm.Sha512.Compute(Data(i)))]);
        var token = _make.Token(tree.Root, TestRecords.Time);
        var stamp = RenewTimeStamp(EvidenceRecordWriter.Initial(tree, 2, token), TestRecords.Time.AddYears(1));
        var second = _make.Token(stamp.Leaf!, TestRecords.Time.AddYears(1));
        var rehash = RenewHashTree(stamp.Complete(second, TestRecords.Time.AddYears(1)).Record!.Value, Data(2), DigestAlgorithm.Sha384, TestRecords.Time.AddYears(2));
        var newTree = HashTree.Build(DigestAlgorithm.Sha384, [DigestAlgorithm.Sha384.Compute("a"u8), rehash.Leaf!, DigestAlgorithm.Sha384.Compute("b"u8)]);
        var third = _make.Token(newTree.Root, TestRecords.Time.AddYears(2));
        var record = rehash.Complete(newTree, 1, third, TestRecords.Time.AddYears(2)).Record!.Value.ToArray();
        var places = TestRecords.Protected(record, [.. tree.ReducedTree(2).SelectMany(l => l), .. newTree.ReducedTree(1).SelectMany(l => l)], [token, second, third]);
        Assert.That(TestRecords.Judge(record, Data(2)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        var bits = places.SelectMany(p => Enumerable.Range(p.Start * 8, p.Length * 8)).Distinct().ToArray();
        new Random(Tier.Seed).Shuffle(bits);
        bits = bits[..(Tier.IsLong ? bits.Length : 150)];
        var changed = bits.Select(b => ((ReadOnlyMemory<byte>)Flip(record, b), Data(2))).ToList();
        foreach (var (one, bit) in changed.Zip(bits))
            Assert.That(TestRecords.Judge(one.Item1, one.Item2).Outcome, Is.EqualTo(VerificationOutcome.ErInvalid).Or.EqualTo(VerificationOutcome.ErMalformed)
                .Or.EqualTo(VerificationOutcome.ErDataMismatch).Or.EqualTo(VerificationOutcome.Unsupported), $"seed {Tier.Seed}: bit {bit % 8} of byte {bit / 8}");
        foreach (var (answer, bit) in (await _judge.JudgeAllAsync(changed, TestRecords.Now)).Zip(bits)) Assert.That(answer, Is.Not.EqualTo("OK"), $"seed {Tier.Seed}: bit {bit % 8} of byte {bit / 8}");
        var others = Enumerable.Range(0, Data(2).Length * 8).Select(b => ((ReadOnlyMemory<byte>)record, Flip(Data(2), b))).ToList();
        foreach (var (one, data) in others) Assert.That(TestRecords.Judge(one, data).Outcome, Is.EqualTo(VerificationOutcome.ErDataMismatch));
        Assert.That(await _judge.JudgeAllAsync(others, TestRecords.Now), Has.None.EqualTo("OK"));
        TestContext.Out.WriteLine($"{bits.Length} bits of the record and {others.Count} of the data, each refused by both");

        static byte[] Flip(byte[] bytes, int bit)
        {
            var copy = bytes.ToArray();
            copy[bit / 8] ^= (byte)(1 << bit % 8);
            return copy;
        }
    }

    private static byte[] Data(int i) => Encoding.ASCII.GetBytes($"object {i}");

    private static EvidenceRenewal RenewTimeStamp(System.Collections.Immutable.ImmutableArray<byte> record, DateTimeOffset now) =>
        EvidenceRenewal.PrepareTimeStamp(TestRecords.Read(record.AsMemory()), new VerificationPolicy(), now, "r.ers");

    private static EvidenceRenewal RenewHashTree(System.Collections.Immutable.ImmutableArray<byte> record, byte[] data, DigestAlgorithm function, DateTimeOffset now) =>
        EvidenceRenewal.PrepareHashTree(TestRecords.Read(record.AsMemory()), function, [ProtectedObject.Of("data", DigestAlgorithm.All.Select(a => a.Compute(data)))], new VerificationPolicy(), now, "r.ers");
}
