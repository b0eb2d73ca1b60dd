using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Preservation.Core.Digests;
using Preservation.Evidence;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.Records;
using Preservation.Evidence.TimeStamps;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Testing.Certificates;

namespace Preservation.Benchmarks;

/// <summary>
/// Evidence at scale, as user processor time (one thread), beside its targets: a tree over a million leaves with all reductions, one record from its
/// stored form, the renewal of ten years of hourly batches with one token, and records verified a second without what their tokens' signatures cost.
/// </summary>
internal static class EvidenceBenchmark
{
    private const int Batches = 87_600;
    private static readonly DigestAlgorithm Sha512 = DigestAlgorithm.Sha512;

    public static async Task RunAsync(string work, double scale)
    {
        using var root = new TestAuthority();
        var (certificate, key) = TestAuthority.ToPem(root.IssueTimeStamper());
        using var authority = new DevelopmentTimeStampAuthority(certificate, key);
        var now = TestAuthority.Start.AddYears(1);
        Console.WriteLine("| workload | measured | target |");
        Console.WriteLine("|---|---|---|");
        var count = (int)(1_000_000 * scale);
        var leaves = new Digest[count];
        for (var i = 0; i < count; i++) leaves[i] = Sha512.Compute(Data(i));
        var tree = MeasureTree(leaves);
        var token = Ask(authority, tree.Root, now);
        Write("a record of it, bytes", EvidenceRecordWriter.Initial(tree, count / 2, token).Length, "8192");
        await MeasureStoredAsync(work, tree, token);
        MeasureRenewal(authority, token, (int)(Batches * scale), now);
        MeasureVerification(tree, token, now.AddYears(1));
    }

    private static HashTree MeasureTree(Digest[] leaves)
    {
        HashTree.Build(Sha512, leaves[..Math.Min(1_000, leaves.Length)]);
        HashTree? tree = null;
        var values = 0L;
        var seconds = UserSeconds(() =>
        {
            tree = HashTree.Build(Sha512, leaves);
            for (var i = 0; i < tree.Count; i++)
                foreach (var list in tree.ReducedTree(i)) values += list.Length;
        });
        Write(string.Create(CultureInfo.InvariantCulture, $"tree over {leaves.Length} leaves with all reductions ({values} values), s"), seconds, "3");
        return tree!;
    }

    private static async Task MeasureStoredAsync(string work, HashTree tree, ReadOnlyMemory<byte> token)
    {
        var path = Path.Join(work, "tree.bin");
        await using (var file = File.Create(path)) await StoredHashTree.WriteAsync(tree, file, default);
        var random = new Random(1);
        var times = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var ordinal = random.Next(tree.Count);
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
            var stored = await StoredHashTree.OpenAsync(file, default);
            var leaf = await stored.LeafAsync(ordinal, default);
            EvidenceRecordWriter.Initial(Sha512, new DataGroup([leaf]).ReducedTree(await stored.ReducedTreeAsync(ordinal, default)), token);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        Write("one record from the stored tree, ms (median)", Program.Median(times), "50");
        Write("the stored tree beside its leaves, times", new FileInfo(path).Length / ((double)tree.Count * Sha512.LengthBytes), "");
    }

    // The last tokens of all batches are the leaves; each batch's new archive time-stamp is its way to the new root.
    private static void MeasureRenewal(DevelopmentTimeStampAuthority authority, ReadOnlyMemory<byte> token, int batches, DateTimeOffset now)
    {
        var tokens = new byte[batches][];
        for (var i = 0; i < batches; i++)
        {
            tokens[i] = token.ToArray();
            BitConverter.TryWriteBytes(tokens[i].AsSpan(tokens[i].Length - 4), i);
        }
        var bytes = 0L;
        var seconds = UserSeconds(() =>
        {
            var tree = HashTree.Build(Sha512, [.. tokens.Select(t => Sha512.Compute(t))]);
            var stamp = Ask(authority, tree.Root, now.AddYears(1));
            for (var i = 0; i < batches; i++) bytes += EvidenceRecordWriter.Initial(tree, i, stamp).Length;
        });
        Write($"renewal of {batches} batches with one token, s", seconds, "");
        Write("the same, bytes a batch", bytes / (double)batches, "");
    }

    private static void MeasureVerification(HashTree tree, ReadOnlyMemory<byte> token, DateTimeOffset now)
    {
        var count = Math.Min(20_000, tree.Count);
        var records = Enumerable.Range(0, count).Select(i => EvidenceRecordWriter.Initial(tree, i, token)).ToArray();
        var data = Enumerable.Range(0, count).Select(i => ProtectedObject.Of("data", [tree.Leaf(i)])).ToArray();
        var policy = new VerificationPolicy();
        var each = UserSeconds(() => Verify(records[..2_000], data, policy, now, null));
        Write("records verified a second, each with its token's signature", Math.Min(2_000, count) / each, "");
        var judged = new JudgedTokens(policy, now);
        for (var i = 0; i < 3; i++) Verify(records[..Math.Min(5_000, count)], data, policy, now, judged); // a service has long compiled what it runs all day
        var seconds = UserSeconds(() => Verify(records, data, policy, now, judged));
        Write("records verified a second, without their token's signature", count / seconds, "10000");
    }

    private static void Verify(ImmutableArray<byte>[] records, ProtectedObject[] data, VerificationPolicy policy, DateTimeOffset now, JudgedTokens? judged)
    {
        for (var i = 0; i < records.Length; i++)
        {
            var reading = EvidenceRecordReader.Read(records[i].AsMemory(), EvidenceLimits.Default, "r.ers");
            var report = Judge(reading.Record!, data[i]);
            if (report.Outcome != VerificationOutcome.ErValid) throw new InvalidOperationException($"record {i}: {report.Outcome}");
        }

        EvidenceReport Judge(EvidenceRecord record, ProtectedObject one) => judged is null
            ? EvidenceRecordVerification.Verify(record, [one], policy, now, "r.ers") : EvidenceRecordVerification.Verify(record, [one], judged, "r.ers");
    }

    private static ReadOnlyMemory<byte> Ask(DevelopmentTimeStampAuthority authority, Digest imprint, DateTimeOffset time) =>
        TimeStampResponse.TryDecode(authority.Answer(TimeStampRequest.Create(imprint).Encoded.AsMemory(), time), out var response)
            ? response.Token!.Encoded : throw new InvalidOperationException("no answer");

    private static double UserSeconds(Action action)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        var before = process.UserProcessorTime;
        action();
        process.Refresh();
        return (process.UserProcessorTime - before).TotalSeconds;
    }

    private static byte[] Data(int i) => Encoding.ASCII.GetBytes($"object {i}");

    private static void Write(string workload, double measured, string target) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {workload} | {measured:F2} | {target} |"));
}
