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

    private static int[] Sizes => Tier.IsLong ? [1, 2, 3, 5, 1_000, 10_000, 1_000_000] : [1, 2, 3, 5, 1_000, 10_000];

    [TestCaseSource(nameof(Sizes))]
    public async Task Every_initial_record_is_accepted(int leaves)
    {
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [.. Enumerable.Range(0, leaves).Select(i => DigestAlgorithm.Sha512.Compute(Data(i)))]);
        var token = _make.Token(tree.Root, TestRecords.Time);
        for (var i = 0; i < leaves; i++)
            Assert.That(await _judge.JudgeAsync(EvidenceRecordWriter.Initial(tree, i, token).AsMemory(), Data(i)), Is.EqualTo("OK"), $"leaf {i} of {leaves}");
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

    [Test]
    public async Task One_changed_bit_in_data_tree_or_token_is_refused_by_both()
    {
        var random = new Random(Tier.Seed);
        var tree = HashTree.Build(DigestAlgorithm.Sha512, [.. Enumerable.Range(0, 6).Select(i => DigestAlgorithm.Sha512.Compute(Data(i)))]);
        var token = _make.Token(tree.Root, TestRecords.Time);
        var initial = EvidenceRecordWriter.Initial(tree, 2, token);
        var renewal = RenewTimeStamp(initial, TestRecords.Time.AddYears(1));
        var second = _make.Token(renewal.Leaf!, TestRecords.Time.AddYears(1));
        var record = renewal.Complete(second, TestRecords.Time.AddYears(1)).Record!.Value.ToArray();
        var places = TestRecords.Protected(record, tree.ReducedTree(2).SelectMany(l => l), [token, second]);
        Assert.That(TestRecords.Judge(record, Data(2)).Outcome, Is.EqualTo(VerificationOutcome.ErValid));
        var bits = places.SelectMany(p => Enumerable.Range(p.Start * 8, p.Length * 8)).Distinct().ToArray();
        random.Shuffle(bits);
        foreach (var place in bits.Take(Tier.IsLong ? bits.Length : 150))
        {
            var (at, bit) = (place / 8, (byte)(1 << place % 8));
            record[at] ^= bit;
            Assert.That(TestRecords.Judge(record, Data(2)).Outcome, Is.EqualTo(VerificationOutcome.ErInvalid).Or.EqualTo(VerificationOutcome.ErMalformed)
                .Or.EqualTo(VerificationOutcome.ErDataMismatch).Or.EqualTo(VerificationOutcome.Unsupported), $"seed {Tier.Seed}: bit {bit} of byte {at}");
            Assert.That(await _judge.JudgeAsync(record, Data(2)), Is.Not.EqualTo("OK"), $"seed {Tier.Seed}: bit {bit} of byte {at}");
            record[at] ^= bit;
        }
        var data = Data(2);
        for (var i = 0; i < data.Length * 8; i++)
        {
            data[i / 8] ^= (byte)(1 << i % 8);
            Assert.That(TestRecords.Judge(record, data).Outcome, Is.EqualTo(VerificationOutcome.ErDataMismatch));
            Assert.That(await _judge.JudgeAsync(record, data), Is.Not.EqualTo("OK"));
            data[i / 8] ^= (byte)(1 << i % 8);
        }
    }

    private static byte[] Data(int i) => Encoding.ASCII.GetBytes($"object {i}");

    private static EvidenceRenewal RenewTimeStamp(System.Collections.Immutable.ImmutableArray<byte> record, DateTimeOffset now) =>
        EvidenceRenewal.PrepareTimeStamp(TestRecords.Read(record.AsMemory()), new VerificationPolicy(), now, "r.ers");

    private static EvidenceRenewal RenewHashTree(System.Collections.Immutable.ImmutableArray<byte> record, byte[] data, DigestAlgorithm function, DateTimeOffset now) =>
        EvidenceRenewal.PrepareHashTree(TestRecords.Read(record.AsMemory()), function, [ProtectedObject.Of("data", DigestAlgorithm.All.Select(a => a.Compute(data)))], new VerificationPolicy(), now, "r.ers");
}
