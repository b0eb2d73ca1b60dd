using Preservation.Core.Findings;
using Preservation.Ocfl.Validation;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing.Storage;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Escrow;

namespace Preservation.Workflow.Tests.Escrow;

/// <summary>Passes of an escrow over an archive that grows, errs, is attacked or away.</summary>
internal sealed class EscrowPassTests
{
    private const string First = "urn:uuid:5b1d5a3e-0001-4a5c-9a39-0242ac120002";
    private const string Second = "urn:uuid:5b1d5a3e-0002-4a5c-9a39-0242ac120002";
    private MemoryStore _from = null!;
    private MemoryStore _to = null!;
    private EscrowBench _bench = null!;

    [SetUp]
    public async Task Open()
    {
        (_from, _to) = (new MemoryStore("archive"), new MemoryStore("vault"));
        _bench = new EscrowBench(_from, _to);
        await _bench.WriteAsync(First, ("METS.xml", "một"), ("Công văn.txt", "nội dung"));
        await _bench.WriteAsync(Second, ("METS.xml", "hai"));
    }

    [TearDown]
    public async Task Close()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    [Test]
    public async Task Everything_is_taken_as_it_is_and_the_next_pass_takes_what_is_new_alone()
    {
        var first = await _bench.PassAsync();
        Assert.That((first.Number, first.Objects, first.Counts.TakenObjects, first.Counts.TakenVersions, first.Findings.Count), Is.EqualTo((1L, 2L, 2L, 2L, 0)));
        Assert.That((first.CompleteUntil, first.Newest), Is.EqualTo((first.StartedAt, first.StartedAt)));
        await AssertEqualAsync();
        _bench.Clock.Advance(TimeSpan.FromDays(1));
        await _bench.WriteAsync(First, ("METS.xml", "một hai"), ("Công văn.txt", "nội dung"));
        var second = await _bench.PassAsync();
        Assert.That((second.Number, second.Objects, second.Counts.TakenObjects, second.Counts.TakenVersions, second.Newest), Is.EqualTo((2L, 2L, 1L, 1L, second.StartedAt)));
        await AssertEqualAsync();
        Assert.That((await _bench.PassAsync()).Counts, Is.EqualTo(new EscrowCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    }

    [Test]
    public async Task An_object_that_vanished_is_kept_and_told()
    {
        await _bench.PassAsync();
        var before = await EscrowBench.BytesAsync(_to);
        foreach (var key in (await EscrowBench.BytesAsync(_from, _bench.Archive.ObjectPrefix(First))).Keys) await _from.DeleteAsync(key, default);
        var report = await _bench.PassAsync();
        Assert.That(report.Findings, Is.EqualTo(new[] { new EscrowFinding("ESCROW-VANISHED", First, null, null) }));
        Assert.That((report.Objects, report.Counts.Vanished, report.CompleteUntil), Is.EqualTo((2L, 1L, report.StartedAt)), "nothing that is there is lacking");
        Assert.That(await EscrowBench.BytesAsync(_to), Is.EqualTo(before));
    }

    [Test]
    public async Task A_history_that_was_written_anew_is_told_as_long_as_it_stands_and_nothing_of_it_is_taken()
    {
        var complete = (await _bench.PassAsync()).StartedAt;
        var before = await EscrowBench.BytesAsync(_to);
        foreach (var key in (await EscrowBench.BytesAsync(_from, _bench.Archive.ObjectPrefix(First))).Keys) await _from.DeleteAsync(key, default);
        await _bench.WriteAsync(First, ("METS.xml", "khác"));
        for (var pass = 0; pass < 2; pass++)
        {
            _bench.Clock.Advance(TimeSpan.FromHours(1));
            var report = await _bench.PassAsync();
            var finding = report.Findings.Single();
            Assert.That((finding.Code, finding.Subject, finding.Expected, finding.Found), Is.EqualTo(("ESCROW-HISTORY", First, "v1", "content v1/content/METS.xml")));
            Assert.That((report.Counts.History, report.CompleteUntil), Is.EqualTo((1L, complete)));
        }
        Assert.That(await EscrowBench.BytesAsync(_to), Is.EqualTo(before));
    }

    [Test]
    public async Task What_is_damaged_at_the_source_is_not_taken_while_the_rest_is()
    {
        var key = _bench.Archive.ObjectPrefix(First) + "v1/content/METS.xml";
        await EscrowBench.FlipAsync(_from, key);
        var report = await _bench.PassAsync();
        Assert.That(report.Findings, Is.EqualTo(new[] { new EscrowFinding("ESCROW-REFUSED", First, null, "v1/content/METS.xml is not what the inventory says") }));
        Assert.That((report.Objects, report.Counts.TakenObjects, report.Counts.Refused, report.CompleteUntil), Is.EqualTo((1L, 1L, 1L, (DateTimeOffset?)null)));
        await EscrowBench.FlipAsync(_from, key);
        report = await _bench.PassAsync();
        Assert.That((report.Findings.Count, report.CompleteUntil), Is.EqualTo((0, (DateTimeOffset?)report.StartedAt)));
        await AssertEqualAsync();
    }

    [Test]
    public async Task A_source_that_is_away_is_not_taken_for_an_archive_that_lost_everything()
    {
        await _bench.PassAsync();
        await using var empty = new MemoryStore("archive");
        var report = await _bench.PassAsync(empty);
        Assert.That(report.Findings, Is.EqualTo(new[] { new EscrowFinding("ESCROW-SOURCE", "archive", null, "it is not the storage root of an archive") }));
        Assert.That((report.Objects, report.Counts.Vanished), Is.EqualTo((2L, 0L)));
        report = await _bench.PassAsync(new DyingReads(_from, diesAt: 1));
        Assert.That(report.Findings, Is.EqualTo(new[] { new EscrowFinding("ESCROW-SOURCE", "archive", null, "the network is away") }));
    }

    [Test]
    public async Task A_source_that_fails_request_after_request_is_given_up_for_this_pass()
    {
        for (var i = 0; i < 40; i++) await _bench.WriteAsync($"urn:uuid:5b1d5a3e-0003-4a5c-9a39-0242ac12{i:D4}", ("METS.xml", "ba"));
        var source = new DyingReads(_from, diesAt: 10);
        var report = await _bench.PassAsync(source);
        Assert.That(report.Findings.Single(f => f.Code == "ESCROW-SOURCE").Found, Is.EqualTo("20 requests in a row failed, the last one: the network is away"));
        Assert.That(source.Requests, Is.LessThan(10 + 30), "the others were not asked for");
        Assert.That((report.CompleteUntil, report.Counts.Vanished), Is.EqualTo(((DateTimeOffset?)null, 0L)));
        report = await _bench.PassAsync();
        Assert.That((report.Objects, report.Findings.Count), Is.EqualTo((42L, 0)));
        await AssertEqualAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_pass_that_dies_at_any_request_of_its_own_store_is_ended_by_the_next(bool afterwards)
    {
        await _bench.WriteAsync(First, ("METS.xml", "một hai"), ("Công văn.txt", "nội dung"));
        for (var diesAt = 1; ; diesAt += 3)
        {
            await using var own = new MemoryStore("vault");
            var dying = new DyingStore(own, diesAt, afterwards);
            try
            {
                await _bench.PassAsync(own: dying);
                Assert.That(dying.Requests, Is.LessThan(diesAt));
                return;
            }
            catch (DyingStore.ProcessDiedException)
            {
            }
            var report = await _bench.PassAsync(own: own);
            Assert.That((report.Objects, report.Findings.Count), Is.EqualTo((2L, 0)), $"died at {diesAt}");
            Assert.That(await EscrowBench.BytesAsync(own), Is.EqualTo(await EscrowBench.BytesAsync(_from)));
            Assert.That(diesAt, Is.LessThan(1_000));
        }
    }

    [Test]
    public async Task What_rots_in_the_escrow_is_found_and_repaired_within_the_period_and_each_object_is_read_once_in_it()
    {
        _bench.Options.RereadWithinDays = 30;
        await _bench.PassAsync();
        var content = _bench.Held.ObjectPrefix(First) + "v1/content/METS.xml";
        await EscrowBench.FlipAsync(_to, content);
        var read = 0L;
        var found = new List<EscrowFinding>();
        for (var day = 1; day <= 30; day++)
        {
            _bench.Clock.Advance(TimeSpan.FromDays(1));
            var report = await _bench.PassAsync();
            read += report.Counts.RereadObjects;
            found.AddRange(report.Findings);
        }
        Assert.That(read, Is.EqualTo(2));
        Assert.That(found, Is.EqualTo(new[] { new EscrowFinding("ESCROW-REPAIRED", content, null, "other bytes") }));
        await AssertEqualAsync();
        var older = _bench.Held.ObjectPrefix(Second) + "v1/content/METS.xml";
        await EscrowBench.FlipAsync(_to, older);
        await EscrowBench.FlipAsync(_from, older);
        _bench.Clock.Advance(TimeSpan.FromDays(31));
        var both = await _bench.PassAsync();
        Assert.That((both.Counts.RereadObjects, both.Counts.Rotten, both.Findings.Single().Code), Is.EqualTo((2L, 1L, "ESCROW-ROT")), "a pass that comes late reads everything");
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(7)]
    public void The_turn_of_each_object_comes_once_in_every_period(int seed)
    {
        var (period, random) = (TimeSpan.FromDays(90), new Random(seed));
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(random.Next(10_000));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(seed)));
        var path = $"{hash[..3]}/{hash[3..6]}/{hash[6..9]}/{hash}/";
        var turns = 0;
        for (var until = at; until < at + period;)
        {
            var next = until + TimeSpan.FromMinutes(random.Next(1, 5_000));
            if (next > at + period) next = at + period;
            if (EscrowPass.IsDue(path, until, next, period)) turns++;
            until = next;
        }
        Assert.That(turns, Is.EqualTo(1));
    }

    [Test]
    public async Task Nothing_but_reading_leaves_for_the_source_and_not_faster_than_agreed()
    {
        var waits = new List<TimeSpan>();
        var source = new EscrowSource(_from, bytesPerHour: 0, requestsPerHour: 3_600, _bench.Clock, (pause, _) =>
        {
            waits.Add(pause);
            _bench.Clock.Advance(pause);
            return Task.CompletedTask;
        });
        for (var i = 0; i < 3; i++) await source.HeadAsync("ocfl/0=ocfl_1.1", default);
        Assert.That(waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1) }));
        var key = _bench.Archive.ObjectPrefix(First) + "v1/content/METS.xml";
        var slow = new EscrowSource(_from, bytesPerHour: 5, requestsPerHour: 0, _bench.Clock, (pause, _) =>
        {
            waits.Add(pause);
            return Task.CompletedTask;
        });
        for (var i = 0; i < 2; i++) await (await slow.OpenReadAsync(key, null, default)).DisposeAsync();
        Assert.That(waits[^1], Is.EqualTo(TimeSpan.FromHours(1)), "five bytes, an hour");
        foreach (var write in new Func<Task>[]
        {
            () => source.PutAsync(key, Stream.Null, 0, PutCondition.Any, default), () => source.DeleteAsync(key, default), () => source.RemoveUnfinishedAsync(default, default), () => source.ProbeAsync("probe/", default, default),
            () => source.RetainAsync(key, null, default, default), () => source.HoldAsync(key, null, true, default),
        })
            Assert.That(async () => await write(), Throws.InvalidOperationException);
    }

    [Test]
    public void Each_rule_is_said_in_both_languages_with_what_was_found()
    {
        foreach (var rule in new[] { EscrowRules.Source, EscrowRules.Vanished, EscrowRules.History, EscrowRules.Refused, EscrowRules.Rot, EscrowRules.Repaired, EscrowRules.Silent, EscrowRules.Behind, EscrowRules.OrderSeal, EscrowRules.OrderForm, EscrowRules.OrderPersons, EscrowRules.OrderChanged, EscrowRules.OrderContent, EscrowRules.OrderKept, EscrowRules.OrderOverdue })
        {
            var said = new Finding(rule, "urn:x", "7", "khác").Message;
            Assert.That((said.En.Contains("urn:x", StringComparison.Ordinal), said.Vi.Contains("urn:x", StringComparison.Ordinal)), Is.EqualTo((true, true)), rule.Code);
            Assert.That(said.En, Does.Not.Contain("{"), rule.Code);
        }
    }

    private async Task AssertEqualAsync()
    {
        Assert.That(await EscrowBench.BytesAsync(_to), Is.EqualTo(await EscrowBench.BytesAsync(_from)));
        await using var tree = new StoreTree(_to, StoreSet.RootPrefix);
        var judged = await OcflValidator.ValidateStorageRootAsync(tree, OcflOptions.Default, default);
        Assert.That(judged.Findings.Where(f => f.Rule.Severity != Severity.Info), Is.Empty);
    }

    /// <summary>A store that cannot be read any more from a request on, and can be listed.</summary>
    private sealed class DyingReads(IObjectStore inner, int diesAt) : IObjectStore
    {
        private int _requests;

        public int Requests => _requests;

        public string Name => inner.Name;

        public StoreCapabilities Capabilities => inner.Capabilities;

        public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => Read(() => inner.HeadAsync(key, cancellationToken));

        public Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) => Read(() => inner.OpenReadAsync(key, range, cancellationToken));

        public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

        public Task<StoredObject> PutAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private Task<T> Read<T>(Func<Task<T>> read) => Interlocked.Increment(ref _requests) >= diesAt ? throw new StoreUnavailableException("the network is away") : read();
    }
}
