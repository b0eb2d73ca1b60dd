using Preservation.Catalogue.Model;
using Preservation.Core;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Testing.Storage;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.Tests.Sealing;
using EscrowReport = Preservation.Workflow.Escrow.EscrowReport;

namespace Preservation.Workflow.Tests.Escrow;

/// <summary>What an escrow does by an order of destruction, and what it does not do whoever orders it.</summary>
internal sealed class EscrowOrdersTests
{
    private const string First = "urn:uuid:5b1d5a3e-0001-4a5c-9a39-0242ac120002";
    private const string Second = "urn:uuid:5b1d5a3e-0002-4a5c-9a39-0242ac120002";
    private const string Third = "urn:uuid:5b1d5a3e-0003-4a5c-9a39-0242ac120002";
    private string _folder = "";
    private SealingKey _key = null!;
    private MemoryStore _from = null!;
    private MemoryStore _to = null!;
    private EscrowBench _bench = null!;

    [SetUp]
    public async Task Open()
    {
        _folder = Directory.CreateTempSubdirectory("orders-").FullName;
        var key = SealBench.Make(_folder, "archive");
        _key = new SealingKey(key);
        (_from, _to) = (new MemoryStore("archive"), new MemoryStore("vault"));
        _bench = new EscrowBench(_from, _to);
        _bench.Options.OrdersCertificateFile = key.CertificateFile;
        await _bench.WriteAsync(First, ("METS.xml", "một"), ("Công văn.txt", "nội dung"));
        await _bench.WriteAsync(First, ("METS.xml", "một hai"), ("Công văn.txt", "nội dung"));
        await _bench.WriteAsync(Second, ("METS.xml", "hai"));
        await _bench.PassAsync();
    }

    [TearDown]
    public async Task Close()
    {
        _key.Dispose();
        await _from.DisposeAsync();
        await _to.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task An_order_is_acknowledged_when_it_comes_waits_until_it_is_due_and_then_for_the_operator()
    {
        var order = await OrderAsync([First]);
        var before = await EscrowBench.BytesAsync(_to);
        Assert.That(Word(await PassAsync(Offer(order))), Is.EqualTo((DestructionState.Received, 0, (DateTimeOffset?)order.NotBefore, "")));
        _bench.Clock.Advance(TimeSpan.FromDays(8));
        for (var pass = 0; pass < 2; pass++) Assert.That(Word(await PassAsync(Offer(order))), Is.EqualTo((DestructionState.AwaitsOperator, 0, (DateTimeOffset?)null, "")), "however often the service asks");
        Assert.That(await EscrowBench.BytesAsync(_to), Is.EqualTo(before));
        var report = await PassAsync(Offer(order));
        Assert.That(report.Orders.Single().Sha512, Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(order.ToBytes()))));
        Assert.That(EscrowReport.Read(report.ToBytes())!.ToBytes(), Is.EqualTo(report.ToBytes()), "what is read is what was written");
    }

    [Test]
    public async Task What_the_operator_confirmed_is_destroyed_key_by_key_and_is_taken_from_nowhere_any_more()
    {
        var order = await OrderAsync([First]);
        await PassAsync(Offer(order));
        Assert.That((await ConfirmAsync(order.Id))?.Id, Is.EqualTo(order.Id));
        Assert.That(Word(await PassAsync(Offer(order))).State, Is.EqualTo(DestructionState.Received), "not before it is due");
        _bench.Clock.Advance(TimeSpan.FromDays(8));
        Assert.That(Word(await PassAsync()), Is.EqualTo(default((DestructionState, int, DateTimeOffset?, string))), "not while the service does not give it out");
        var report = await PassAsync(Offer(order));
        Assert.That(Word(report), Is.EqualTo((DestructionState.Destroyed, 1, (DateTimeOffset?)null, "")));
        Assert.That((report.Objects, report.Findings.Count), Is.EqualTo((1L, 0)));
        Assert.That(await EscrowBench.BytesAsync(_to, _bench.Held.ObjectPrefix(First)), Is.Empty);
        var stone = EscrowTombstone.Read(Convert.FromBase64String((await EscrowBench.BytesAsync(_to, "escrow/tombstones/")).Values.Single()));
        Assert.That((stone.Object, stone.Order, stone.Version, stone.InventorySha512, stone.WasHeld, stone.DestroyedAt, stone.Kept.Count), Is.EqualTo((First, order.Id, 2, order.Objects[0].InventorySha512, true, (DateTimeOffset?)_bench.Clock.GetUtcNow(), 0)));
        // The archive still has it, and another version of it.
        await _bench.WriteAsync(First, ("METS.xml", "ba"));
        _bench.Clock.Advance(TimeSpan.FromDays(100));
        report = await PassAsync(Offer(order));
        Assert.That((report.Counts.TakenObjects, report.Counts.Vanished, report.Objects, report.CompleteUntil), Is.EqualTo((0L, 0L, 1L, (DateTimeOffset?)report.StartedAt)));
        Assert.That(Word(report).State, Is.EqualTo(DestructionState.Destroyed));
        Assert.That(await EscrowBench.BytesAsync(_to, _bench.Held.ObjectPrefix(First)), Is.Empty);
        Assert.That((await EscrowBench.BytesAsync(_to, _bench.Held.ObjectPrefix(Second))), Is.EqualTo(await EscrowBench.BytesAsync(_from, _bench.Archive.ObjectPrefix(Second))));
    }

    [Test]
    public async Task An_operator_who_allows_it_is_obeyed_after_the_escrows_own_time_whatever_the_order_says()
    {
        _bench.Options.DestroyUnaskedAfter = TimeSpan.FromDays(30);
        var order = await OrderAsync([First], o => o with { NotBefore = _bench.Clock.GetUtcNow().AddYears(-1) });
        var received = _bench.Clock.GetUtcNow();
        Assert.That(Word(await PassAsync(Offer(order))), Is.EqualTo((DestructionState.AwaitsOperator, 0, (DateTimeOffset?)received.AddDays(30), "")));
        _bench.Clock.Advance(TimeSpan.FromDays(29));
        Assert.That(Word(await PassAsync(Offer(order))).State, Is.EqualTo(DestructionState.AwaitsOperator));
        _bench.Clock.Advance(TimeSpan.FromDays(1));
        Assert.That(Word(await PassAsync(Offer(order))).State, Is.EqualTo(DestructionState.Destroyed));
    }

    [Test]
    public async Task An_order_that_is_not_as_it_must_be_is_refused_and_cannot_be_confirmed()
    {
        _bench.Options.DestroyUnaskedAfter = TimeSpan.FromDays(1);
        var before = await EscrowBench.BytesAsync(_to);
        using var stranger = new SealingKey(SealBench.Make(_folder, "stranger"));
        var due = _bench.Clock.GetUtcNow().AddDays(-1);
        var good = await OrderAsync([First], o => o with { NotBefore = due });

        await RefusesAsync("ESCROW-ORDER-SEAL", Offer(good) with { Seal = stranger.Seal(good.ToBytes(), due) });
        await RefusesAsync("ESCROW-ORDER-SEAL", Offer(good) with { Order = [.. good.ToBytes(), (byte)' '] });
        await RefusesAsync("ESCROW-ORDER-SEAL", Offer(good) with { Seal = "rubbish"u8.ToArray() });
        await RefusesAsync("ESCROW-ORDER-FORM", Offer(good) with { Id = Guid.CreateVersion7() });
        await RefusesAsync("ESCROW-ORDER-FORM", Sealed(good.Id, "{}"u8.ToArray()));
        await RefusesAsync("ESCROW-ORDER-FORM", Sealed(good.Id, "[1"u8.ToArray()));
        await RefusesAsync("ESCROW-ORDER-FORM", Offer(good with { Objects = [] }));
        await RefusesAsync("ESCROW-ORDER-FORM", Offer(good with { Objects = [good.Objects[0] with { InventorySha512 = "abc" }] }));
        await RefusesAsync("ESCROW-ORDER-PERSONS", Offer(good with { ApprovedBy = good.AskedBy with { Principal = Guid.NewGuid() } }), "another account of the same person");
        await RefusesAsync("ESCROW-ORDER-PERSONS", Offer(good with { ApprovedBy = good.ApprovedBy with { Person = Guid.Empty } }));
        await RefusesAsync("ESCROW-ORDER-CONTENT", Offer(await OrderAsync([First], o => o with { NotBefore = due, Objects = [o.Objects[0] with { InventorySha512 = new string('0', 128) }] })));
        await RefusesAsync("ESCROW-ORDER-CONTENT", Offer(await OrderAsync([First, Second], o => o with { NotBefore = due, Objects = [o.Objects[0], o.Objects[1] with { Version = 7 }] })), "one object that is something else stops the whole order");

        await RefusesAsync(null, Offer(good), "the order itself is good");
        await RefusesAsync("ESCROW-ORDER-CHANGED", Offer(good with { Objects = [(await OrderAsync([Second])).Objects[0]] }), "another one under the same name");
        Assert.That(await EscrowBench.BytesAsync(_to), Is.EqualTo(before));

        async Task RefusesAsync(string? code, OfferedOrder offered, string why = "")
        {
            var report = await PassAsync(offered);
            Assert.That((report.Orders.Single().State, report.Orders.Single().Findings is [var finding, ..] ? finding.Code : null), Is.EqualTo((code is null ? DestructionState.AwaitsOperator : DestructionState.Refused, code)), why);
            if (code is not null and not "ESCROW-ORDER-CONTENT" and not "ESCROW-ORDER-CHANGED") Assert.That(await ConfirmAsync(offered.Id), Is.Null, code);
        }
    }

    [Test]
    public async Task What_was_withdrawn_is_not_destroyed_and_a_withdrawal_under_another_key_destroys_nothing_either()
    {
        var order = await OrderAsync([First]);
        await PassAsync(Offer(order));
        await ConfirmAsync(order.Id);
        _bench.Clock.Advance(TimeSpan.FromDays(8));
        var before = await EscrowBench.BytesAsync(_to);
        using var stranger = new SealingKey(SealBench.Make(_folder, "stranger"));
        var withdrawal = new OrderWithdrawal(order.Id, Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(order.ToBytes())), order.AskedBy, "nhầm gói").ToBytes();
        var forged = await PassAsync(Offer(order) with { Withdrawal = withdrawal, WithdrawalSeal = stranger.Seal(withdrawal, _bench.Clock.GetUtcNow()) });
        Assert.That(Word(forged), Is.EqualTo((DestructionState.Refused, 0, (DateTimeOffset?)null, "ESCROW-ORDER-SEAL")));
        Assert.That(Word(await PassAsync(Offer(order) with { Withdrawal = withdrawal, WithdrawalSeal = _key.Seal(withdrawal, _bench.Clock.GetUtcNow()) })), Is.EqualTo((DestructionState.Withdrawn, 0, (DateTimeOffset?)null, "")));
        Assert.That(await EscrowBench.BytesAsync(_to), Is.EqualTo(before));
    }

    [Test]
    public async Task What_a_withdrawn_order_began_is_taken_and_made_whole_again()
    {
        var order = await ConfirmedAsync([First]);
        var content = _bench.Held.ObjectPrefix(First) + "v1/content/METS.xml";
        var report = await _bench.PassAsync(own: new KeptKeys(_to, content, _bench.Clock.GetUtcNow().AddDays(40)), orders: [Offer(order)]);
        Assert.That(Word(report).State, Is.EqualTo(DestructionState.NotPossible));
        var withdrawal = new OrderWithdrawal(order.Id, report.Orders[0].Sha512!, order.AskedBy, "nhầm gói").ToBytes();
        await PassAsync(Offer(order) with { Withdrawal = withdrawal, WithdrawalSeal = _key.Seal(withdrawal, _bench.Clock.GetUtcNow()) });
        _bench.Clock.Advance(TimeSpan.FromDays(100));
        await PassAsync();
        await PassAsync();
        Assert.That(await EscrowBench.BytesAsync(_to), Is.EqualTo(await EscrowBench.BytesAsync(_from)));
    }

    [Test]
    public async Task What_is_locked_stays_is_told_with_its_end_and_goes_when_the_lock_has_ended()
    {
        var order = await ConfirmedAsync([First, Second]);
        var (content, until) = (_bench.Held.ObjectPrefix(First) + "v1/content/METS.xml", _bench.Clock.GetUtcNow().AddDays(40));
        var report = await _bench.PassAsync(own: new KeptKeys(_to, content, until), orders: [Offer(order)]);
        Assert.That(Word(report), Is.EqualTo((DestructionState.NotPossible, 1, (DateTimeOffset?)until, "ESCROW-ORDER-KEPT")));
        Assert.That(report.Orders[0].Findings[0].ToFinding()!.Message.En, Does.StartWith($"{First} could not be destroyed until now: 1 keys, among them {content}: it is retained by the store until 20"));
        Assert.That((await EscrowBench.BytesAsync(_to, _bench.Held.ObjectPrefix(First))).Keys, Is.EquivalentTo(new[] { content, _bench.Held.ObjectPrefix(First) + "inventory.json" }));
        Assert.That((report.Objects, report.Findings.Count), Is.EqualTo((0L, 0)), "what is half gone is neither counted nor called rotten");
        _bench.Clock.Advance(TimeSpan.FromDays(41));
        Assert.That(Word(await PassAsync(Offer(order))), Is.EqualTo((DestructionState.Destroyed, 2, (DateTimeOffset?)null, "")));
        Assert.That((await EscrowBench.BytesAsync(_to)).Keys.Where(k => k.Contains("/inventory.json", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task What_was_never_taken_gets_its_tombstone_and_is_never_taken()
    {
        var order = await ConfirmedAsync([First], o => o with { Objects = [.. o.Objects, new OrderedObject(Third, 1, new string('a', 128))] });
        Assert.That(Word(await PassAsync(Offer(order))), Is.EqualTo((DestructionState.Destroyed, 2, (DateTimeOffset?)null, "")));
        await _bench.WriteAsync(Third, ("METS.xml", "ba"));
        Assert.That((await PassAsync()).Counts.TakenObjects, Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_pass_that_dies_at_any_request_leaves_the_object_whole_or_its_destruction_to_the_next(bool afterwards)
    {
        var order = await ConfirmedAsync([First, Second]);
        var start = await EscrowBench.BytesAsync(_to, "");
        for (var diesAt = 1; ; diesAt++)
        {
            await using var own = new MemoryStore("vault");
            foreach (var (key, bytes) in start)
            {
                using var content = new MemoryStream(Convert.FromBase64String(bytes));
                await own.PutAsync(key, content, content.Length, PutCondition.Any, default);
            }
            var dying = new DyingStore(own, diesAt, afterwards);
            try
            {
                await _bench.PassAsync(own: dying, orders: [Offer(order)]);
                Assert.That(dying.Requests, Is.LessThan(diesAt));
                return;
            }
            catch (DyingStore.ProcessDiedException)
            {
            }
            // What has no tombstone is whole, to the last byte.
            var held = new OcflStore(own, StoreSet.RootPrefix, Limits.Default);
            var grave = new EscrowGrave(own, held, _bench.Clock);
            foreach (var id in new[] { First, Second })
                if (await grave.ReadAsync(id, default) is null) Assert.That(await EscrowBench.BytesAsync(own, held.ObjectPrefix(id)), Is.EqualTo(await EscrowBench.BytesAsync(_from, held.ObjectPrefix(id))), $"died at {diesAt}");
            var report = await _bench.PassAsync(own: own, orders: [Offer(order)]);
            Assert.That(Word(report), Is.EqualTo((DestructionState.Destroyed, 2, (DateTimeOffset?)null, "")), $"died at {diesAt}");
            Assert.That((await EscrowBench.BytesAsync(own)).Keys.Where(k => k.Contains("/v", StringComparison.Ordinal) || k.EndsWith("inventory.json", StringComparison.Ordinal)), Is.Empty, $"died at {diesAt}");
            Assert.That(diesAt, Is.LessThan(500));
        }
    }

    private async Task<OrderOfDestruction> OrderAsync(string[] ids, Func<OrderOfDestruction, OrderOfDestruction>? change = null)
    {
        var (now, objects) = (_bench.Clock.GetUtcNow(), new List<OrderedObject>());
        foreach (var id in ids)
        {
            using var stored = await _bench.Archive.ReadInventoryAsync(id, default);
            objects.Add(new OrderedObject(id, stored!.Inventory.Head.Number, stored.Inventory.BytesDigest.Hex));
        }
        var order = new OrderOfDestruction
        {
            Id = Guid.CreateVersion7(), Decision = new DestructionBasis("12/QĐ-HĐ", new DateOnly(2026, 11, 20), "Hội đồng xét hủy"), NotBefore = now.AddDays(7), Objects = objects,
            AskedBy = new OrderingPerson(Guid.NewGuid(), Guid.NewGuid(), "Nguyễn Văn A", now), ApprovedBy = new OrderingPerson(Guid.NewGuid(), Guid.NewGuid(), "Trần Thị B", now),
        };
        return change is null ? order : change(order);
    }

    // Received, confirmed and due.
    private async Task<OrderOfDestruction> ConfirmedAsync(string[] ids, Func<OrderOfDestruction, OrderOfDestruction>? change = null)
    {
        var order = await OrderAsync(ids, change);
        await PassAsync(Offer(order));
        Assert.That(await ConfirmAsync(order.Id), Is.Not.Null);
        _bench.Clock.Advance(TimeSpan.FromDays(8));
        return order;
    }

    private OfferedOrder Offer(OrderOfDestruction order) => Sealed(order.Id, order.ToBytes());

    private OfferedOrder Sealed(Guid id, byte[] body) => new(id, body, _key.Seal(body, _bench.Clock.GetUtcNow()), null, null);

    private Task<EscrowReport> PassAsync(params OfferedOrder[] orders) => _bench.PassAsync(orders: orders);

    private Task<OrderOfDestruction?> ConfirmAsync(Guid id) => new EscrowOrders(_bench.Archive, _bench.Held, new EscrowGrave(_to, _bench.Held, _bench.Clock), _bench.Options, _bench.Clock).ConfirmAsync(id, default);

    private static (DestructionState State, int Destroyed, DateTimeOffset? Until, string Code) Word(EscrowReport report) =>
        report.Orders.Count == 0 ? default : (report.Orders.Single().State, report.Orders[0].Destroyed, report.Orders[0].Until, report.Orders[0].Findings is [var finding, ..] ? finding.Code : "");

    /// <summary>A store that retains one key until a time.</summary>
    private sealed class KeptKeys(IObjectStore inner, string kept, DateTimeOffset until) : IObjectStore
    {
        public string Name => inner.Name;

        public StoreCapabilities Capabilities => inner.Capabilities;

        public Task<StoredObject> PutAsync(string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken) => inner.PutAsync(key, content, length, condition, cancellationToken);

        public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) => inner.HeadAsync(key, cancellationToken);

        public Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) => inner.OpenReadAsync(key, range, cancellationToken);

        public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

        public Task DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);

        public Task<ObjectLock?> EraseAsync(string key, DateTimeOffset now, CancellationToken cancellationToken) => key == kept && now < until ? Task.FromResult<ObjectLock?>(new ObjectLock("1", until, false)) : inner.EraseAsync(key, now, cancellationToken);

        public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken) => inner.RemoveUnfinishedAsync(startedBefore, cancellationToken);

        public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) => inner.ProbeAsync(prefix, now, cancellationToken);

        public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => inner.ReadLockAsync(key, versionId, cancellationToken);

        public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken) => inner.RetainAsync(key, versionId, until, cancellationToken);

        public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken) => inner.HoldAsync(key, versionId, isHeld, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
