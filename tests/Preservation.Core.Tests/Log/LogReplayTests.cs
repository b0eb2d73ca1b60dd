using System.Text;
using Preservation.Core.Log;
using Preservation.Testing;
using Preservation.Testing.Log;

namespace Preservation.Core.Tests.Log;

internal sealed class LogReplayTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private static async Task<LogVerdict> JudgeAsync(byte[] export, params LogWitness[] witnesses)
    {
        var replay = new LogReplay(witnesses);
        await using var stream = new MemoryStream(export);
        await foreach (var line in LogExportReader.ReadAsync(stream, default)) replay.Add(line);
        return replay.End(Grace);
    }

    private static LogWitness Witness(byte[] receipt, string name = "receipt.json") => LogWitness.Read(name, receipt);

    [Test, Property("Clause", "RFC 9162 §2.1.1")]
    public void Going_through_once_gives_every_head_and_every_complete_subtree([Values(1, 2, 3, 7, 8, 33, 70)] int size)
    {
        var leaves = SampleLog.Of(size).Leaves(size);
        var log = new MerkleAccumulator();
        Assert.That(log.Head(), Is.EqualTo(MerkleLog.Head([])));
        for (var i = 0; i < size; i++)
        {
            log.Append(leaves[i].AsSpan());
            Assert.That(log.Head(), Is.EqualTo(MerkleLog.Head(leaves.AsSpan(0, i + 1))));
            for (var height = 0; height <= long.TrailingZeroCount(i + 1); height++)
                Assert.That(log.Ending(height).ToArray(), Is.EqualTo(MerkleLog.Head(leaves.AsSpan(i + 1 - (1 << height), 1 << height))));
            Assert.That(() => log.Ending((int)long.TrailingZeroCount(i + 1) + 1).ToArray(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public async Task A_log_that_grew_is_consistent_to_every_receipt_and_has_their_entries()
    {
        var log = SampleLog.Of(40);
        var receipts = new[] { Witness(log.Receipt(0)), Witness(log.Receipt(17)), Witness(log.OldReceipt(30)), Witness(log.Receipt(41)) };
        log.Heads.AddRange([17, 30, 41]);
        for (var i = 0; i < 25; i++) log.Entries.Add(SampleLog.Text(1000 + i));
        var verdict = await JudgeAsync(log.Export(), receipts);
        Assert.That((verdict.IsConsistent, verdict.First, verdict.Size), Is.EqualTo((true, (LogDifference?)null, 68L)));
        Assert.That(verdict.Head, Is.EqualTo(MerkleLog.Head(log.Leaves(68))));
        Assert.That(verdict.Witnesses.Select(w => w.Sequence), Is.EqualTo(new long?[] { 40, 41, null, 42 }));
    }

    [Test]
    public async Task One_receipt_narrows_the_place_to_a_subtree_and_several_receipts_narrow_it_further()
    {
        var log = SampleLog.Of(100);
        var (wide, near, last) = (Witness(log.Receipt(100)), Witness(log.OldReceipt(70)), Witness(log.Receipt(71)));
        log.Entries[70] = SampleLog.Text(71, "forged");
        var alone = (await JudgeAsync(log.Export(), wide)).First!;
        Assert.That((alone.From, alone.Until, alone.Kind), Is.EqualTo((64L, 96L, LogDifferenceKind.Altered)));
        var two = (await JudgeAsync(log.Export(), wide, near)).First!;
        Assert.That((two.From, two.Until), Is.EqualTo((70L, 96L)), "what the older receipt saw is as it was");
        var exact = (await JudgeAsync(log.Export(), wide, near, last)).First!;
        Assert.That((exact.From, exact.IsExact), Is.EqualTo((70L, true)));
    }

    [Test]
    public async Task A_receipts_own_entry_that_was_changed_is_named_and_one_that_was_removed_is_missed()
    {
        var log = SampleLog.Of(20);
        var receipt = Witness(log.Receipt(20));
        var text = log.Entries[20];
        for (var i = 0; i < 9; i++) log.Entries.Add(SampleLog.Text(100 + i));
        log.Entries[20] = SampleLog.Text(21, "something.else");
        var changed = (await JudgeAsync(log.Export(), receipt)).First!;
        Assert.That((changed.Kind, changed.From, changed.IsExact, changed.Entry), Is.EqualTo((LogDifferenceKind.Changed, 20L, true, 21L)));
        log.Entries.RemoveAt(20);
        var removed = (await JudgeAsync(log.Export(), receipt)).First!;
        Assert.That((removed.Kind, removed.From, removed.Entry), Is.EqualTo((LogDifferenceKind.Removed, 20L, 21L)));
        log.Entries.Insert(3, text);
        var moved = await JudgeAsync(log.Export(), receipt);
        Assert.That((moved.IsConsistent, moved.First!.From <= 3, moved.First.Until > 3), Is.EqualTo((false, true, true)));
    }

    [Test]
    public async Task A_log_that_ends_too_early_says_where()
    {
        var log = SampleLog.Of(64);
        var receipt = Witness(log.Receipt(64));
        log.Entries.RemoveRange(40, log.Entries.Count - 40);
        var alone = (await JudgeAsync(log.Export(), receipt)).First!;
        Assert.That((alone.Kind, alone.From, alone.Until), Is.EqualTo((LogDifferenceKind.Removed, 0L, 41L)), "nothing of the one subtree can be compared");
        var two = (await JudgeAsync(log.Export(), receipt, Witness(SampleLog.Of(64).OldReceipt(40)))).First!;
        Assert.That((two.Kind, two.From, two.IsExact), Is.EqualTo((LogDifferenceKind.Removed, 40L, true)));
    }

    [Test]
    public async Task A_text_that_does_not_give_its_leaf_is_named_although_every_head_is_as_it_was()
    {
        var log = SampleLog.Of(50);
        var receipt = Witness(log.Receipt(50));
        log.StatedLeaves[33] = log.Leaves(50)[33];
        log.Entries[33] = SampleLog.Text(34, "forged");
        var verdict = await JudgeAsync(log.Export(), receipt);
        Assert.That(verdict.Witnesses[0].Outcome, Is.EqualTo(WitnessOutcome.Consistent));
        Assert.That((verdict.IsConsistent, verdict.First!.From, verdict.First.IsExact, verdict.First.Kind, verdict.First.Entry), Is.EqualTo((false, 33L, true, LogDifferenceKind.Changed, 34L)));
    }

    [Test]
    public async Task Leaf_hashes_alone_are_enough_for_a_holder_who_may_not_see_the_texts()
    {
        var log = SampleLog.Of(50);
        var receipt = Witness(log.Receipt(50));
        Assert.That((await JudgeAsync(log.Export(isWhole: false), receipt)).Witnesses[0].Sequence, Is.EqualTo(50));
        log.Entries[12] = SampleLog.Text(13, "forged");
        var first = (await JudgeAsync(log.Export(isWhole: false), receipt)).First!;
        Assert.That((first.From, first.Until), Is.EqualTo((0L, 32L)));
    }

    [Test]
    public async Task A_log_of_before_the_receipt_judges_nothing_and_a_new_receipt_need_not_be_sealed()
    {
        var log = SampleLog.Of(10);
        var export = log.Export(SampleLog.Start.AddSeconds(5));
        var later = Witness(log.Receipt(10));
        for (var i = 0; i < 10; i++) log.Entries.Add(SampleLog.Text(50 + i));
        var latest = Witness(log.Receipt(20));
        var verdict = await JudgeAsync(export, later, latest);
        Assert.That((verdict.IsConsistent, verdict.First), Is.EqualTo(((bool?)null, (LogDifference?)null)));
        var fresh = SampleLog.Of(10);
        Assert.That((await JudgeAsync(fresh.Export(SampleLog.Start.AddSeconds(60)), later)).Witnesses[0].Outcome, Is.EqualTo(WitnessOutcome.NotYetSealed));
        Assert.That((await JudgeAsync(fresh.Export(SampleLog.Start.AddDays(1)), later)).First!.Kind, Is.EqualTo(LogDifferenceKind.Removed));
    }

    [Test]
    public async Task The_logs_own_heads_are_worked_out_anew()
    {
        var log = SampleLog.Of(30);
        log.Heads.AddRange([10, 20, 30]);
        var export = Encoding.UTF8.GetString(log.Export());
        var wrong = export.Replace(Convert.ToHexStringLower(MerkleLog.Head(log.Leaves(20)).AsSpan()), new string('a', 64), StringComparison.Ordinal);
        Assert.That((await JudgeAsync(Encoding.UTF8.GetBytes(export))).First, Is.Null);
        var first = (await JudgeAsync(Encoding.UTF8.GetBytes(wrong))).First!;
        Assert.That((first.From, first.Until, first.Witness), Is.EqualTo((10L, 20L, "the log's own head of 20 entries")));
    }

    [TestCase("")]
    [TestCase("nothing\n")]
    [TestCase("{}\n")]
    [TestCase("{\"n\":0,\"leaf\":\"00\"}\n")]
    [TestCase("{\"log\":\"preservation-audit\",\"version\":2,\"treeSize\":0,\"head\":\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}\n{\"end\":0}\n")]
    public void What_is_no_exported_log_is_not_judged(string export) =>
        Assert.That(async () => await JudgeAsync(Encoding.UTF8.GetBytes(export)), Throws.InstanceOf<InvalidDataException>());

    [Test]
    public void A_log_that_breaks_off_and_a_line_without_end_are_not_judged()
    {
        var export = SampleLog.Of(20).Export();
        Assert.That(async () => await JudgeAsync(export[..(export.Length / 2)]), Throws.InstanceOf<InvalidDataException>());
        Assert.That(async () => await JudgeAsync(export[..^11]), Throws.InstanceOf<InvalidDataException>(), "the last line is not there");
        Assert.That(async () => await JudgeAsync([.. Encoding.UTF8.GetBytes("{\"log\":\""), .. Enumerable.Repeat((byte)'x', 1 << 20)]), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task Whatever_is_done_every_receipt_that_saw_it_says_so_and_the_first_difference_lies_where_it_is_said()
    {
        var random = new Random(Tier.Seed);
        for (var round = 0; round < (Tier.IsLong ? 5000 : 300); round++)
        {
            var log = SampleLog.Of(random.Next(1, 90));
            var receipts = new List<LogWitness>();
            for (var i = 0; i < 4; i++)
            {
                var size = random.Next(0, log.Entries.Count + 1);
                receipts.Add(Witness(random.Next(4) == 0 && size > 0 ? log.OldReceipt(size) : log.Receipt(size), $"receipt {i}"));
                for (var more = random.Next(20); more > 0; more--) log.Entries.Add(SampleLog.Text(log.Entries.Count + 1));
            }
            List<string> before = [.. log.Entries];
            Alter(log.Entries, random);
            var first = Enumerable.Range(0, before.Count).FirstOrDefault(i => i >= log.Entries.Count || log.Entries[i] != before[i], -1);
            var verdict = await JudgeAsync(log.Export(isWhole: random.Next(2) == 0), [.. receipts]);
            foreach (var seen in verdict.Witnesses)
            {
                Assert.That(seen.Proven, Is.LessThanOrEqualTo(first < 0 ? long.MaxValue : first), $"round {round}: no more is proven than holds");
                if (first >= 0 && seen.Witness.TreeSize > first) Assert.That(seen.Outcome, Is.EqualTo(WitnessOutcome.Inconsistent), $"round {round}");
            }
            if (first >= 0 && receipts.Any(r => r.TreeSize > first)) Assert.That((verdict.First!.From <= first, first < verdict.First.Until), Is.EqualTo((true, true)), $"round {round}: {verdict.First}, and it was {first}");
        }
    }

    private static void Alter(List<string> entries, Random random)
    {
        var at = random.Next(entries.Count);
        switch (random.Next(5))
        {
            case 0: entries[at] = SampleLog.Text(at + 1, "forged"); break;
            case 1: entries.Insert(at, SampleLog.Text(9999, "forged")); break;
            case 2: entries.RemoveAt(at); break;
            case 3: (entries[at], entries[^1]) = (entries[^1], entries[at]); break;
            default: entries.RemoveRange(at, entries.Count - at); break;
        }
        if (entries.Count == 0) entries.Add(SampleLog.Text(1, "forged"));
    }

    [Test]
    public async Task The_memory_does_not_grow_with_the_log()
    {
        var entries = Tier.IsLong ? 10_000_000 : 100_000;
        var log = SampleLog.Of(50);
        var replay = new LogReplay([Witness(log.Receipt(50))]);
        long most = 0, count = 0;
        await using var lines = new EndlessLog(entries);
        await foreach (var line in LogExportReader.ReadAsync(lines, default))
        {
            replay.Add(line);
            if (++count % (entries / 10) == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        }
        Assert.That(replay.End(Grace).Size, Is.EqualTo(entries));
        Assert.That(most, Is.LessThan(100L << 20));
        await TestContext.Out.WriteLineAsync($"{entries} entries, at most {most >> 20} MB live");
    }

    // Made while it is read.
    private sealed class EndlessLog(int entries) : Stream
    {
        private byte[] _part = Encoding.UTF8.GetBytes($"{{\"log\":\"preservation-audit\",\"version\":1,\"exportedAt\":\"2026-03-02T00:00:00Z\",\"whole\":true,\"treeSize\":{entries},\"head\":\"{new string('0', 64)}\"}}\n");
        private int _at;
        private long _next;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_at == _part.Length)
            {
                if (_next > entries) return 0;
                _part = Encoding.UTF8.GetBytes(_next == entries ? $"{{\"end\":{entries}}}\n" : $"{{\"n\":{_next},\"entry\":\"{SampleLog.Text(_next + 1)}\"}}\n");
                (_at, _next) = (0, _next + 1);
            }
            var read = Math.Min(count, _part.Length - _at);
            _part.AsSpan(_at, read).CopyTo(buffer.AsSpan(offset));
            _at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
