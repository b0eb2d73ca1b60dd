using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Disposal;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.Stores;
using Preservation.Workflow.Tests.Sealing;
using EscrowReport = Preservation.Workflow.Escrow.EscrowReport;

namespace Preservation.Workflow.Tests.Disposal;

/// <summary>Orders of destruction at the service: who may give them, for what, what is sealed, who hears of them, and what escrows say of them.</summary>
internal sealed class DestructionOrdersTests : WorkflowFixture
{
    private static readonly DestructionBasis Basis = new("12/QĐ-HĐ", new DateOnly(2026, 2, 20), "Hội đồng xét hủy");
    private IOptions<PreservationOptions> _options = null!;
    private Signer _signer = null!;
    private SealingKey _vault = null!;
    private DestructionOrders _orders = null!;
    private Guid _second;
    private EscrowReport? _last;
    private byte[]? _body;

    [SetUp]
    public async Task Configure()
    {
        var (seal, vault) = (SealBench.Make(Folder, "archive"), SealBench.Make(Folder, "vault"));
        _options = Settings.Of(o =>
        {
            (o.Seal.CertificateFile, o.Seal.KeyFile) = (seal.CertificateFile, seal.KeyFile);
            o.EscrowCopies.Add(new EscrowCopyOptions { Name = "vault", CertificateFile = vault.CertificateFile });
        });
        (_signer, _vault, _last, _body) = (new Signer(_options, Clock), new SealingKey(vault), null, null);
        _orders = new DestructionOrders(new FrozenDocuments(_signer), _options);
        _second = await AddPersonAsync("Trần Thị B");
    }

    [TearDown]
    public void Forget()
    {
        _signer?.Dispose();
        _vault?.Dispose();
    }

    [Test]
    public async Task What_two_persons_ordered_is_sealed_and_says_everything_a_stranger_must_check()
    {
        var package = await AddPackageAsync();
        var id = await AskedAsync(package);
        Assert.That(await OpenAsync(), Is.Empty, "nothing goes out for one person's word");
        Assert.That(await TaskAsync(), Is.EqualTo((TaskState.Open, $"{id}: 12/QĐ-HĐ, 2026-02-20, Hội đồng xét hủy (1)")));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.That(await ApproveAsync(_second, id), Is.InstanceOf<OrderOutcome.Done>());
        Assert.That(await OpenAsync(), Is.EqualTo(new[] { id }));
        Assert.That((await TaskAsync()).State, Is.EqualTo(TaskState.Done));
        await using var session = await BeginAsync();
        var row = await session.Rows.DestructionOrders.SingleAsync();
        var part = await session.Rows.FrozenDocumentParts.SingleAsync(p => p.DocumentId == row.DocumentId);
        Assert.That(SealBench.Verify(part.Body, part.Seal), Is.EqualTo("archive"));
        var order = OrderOfDestruction.Read(part.Body)!;
        Assert.That((order.Id, order.Decision, order.NotBefore, order.IsOfTwo()), Is.EqualTo((id, Basis, Clock.GetUtcNow().AddDays(7), true)));
        Assert.That((order.AskedBy.Name, order.AskedBy.At, order.ApprovedBy.Name, order.ApprovedBy.At), Is.EqualTo(("Nguyễn Văn A", Clock.GetUtcNow().AddHours(-1), "Trần Thị B", Clock.GetUtcNow())));
        Assert.That(order.Objects, Is.EqualTo(new[] { new OrderedObject($"urn:uuid:{package}", 1, Convert.ToHexStringLower(InventoryOf(package, 1))) }));
        Assert.That(await session.Rows.AuditEntries.Where(e => e.SubjectId == id.ToString() && e.SubjectKind == "destructionOrder").OrderBy(e => e.At).Select(e => e.Action).ToListAsync(), Is.EqualTo(new[] { "disposal.asked", "disposal.approved" }));
    }

    [Test]
    public async Task Nobody_approves_what_he_asked_for_under_whatever_account()
    {
        var id = await AskedAsync(await AddPackageAsync());
        Assert.That(await ApproveAsync(Person, id), Is.InstanceOf<OrderOutcome.NotYours>());
        Assert.That(await ApproveAsync(await AddPersonAsync("bot", responsible: Person), id), Is.InstanceOf<OrderOutcome.NotYours>());
        Assert.That(await ApproveAsync(_second, Guid.NewGuid()), Is.InstanceOf<OrderOutcome.NotFound>());
        Assert.That(await ApproveAsync(_second, id), Is.InstanceOf<OrderOutcome.Done>());
        Assert.That(await ApproveAsync(_second, id), Is.InstanceOf<OrderOutcome.NotOpen>());
    }

    [Test]
    public async Task What_must_be_kept_is_not_ordered_and_everything_that_says_so_is_told_at_once()
    {
        var (held, older, permanent, retained, unknown) = (await AddPackageAsync(), await AddPackageAsync(), await AddPackageAsync(end: null), await AddPackageAsync(end: new DateOnly(2026, 3, 1)), Guid.NewGuid());
        await using (var session = await BeginAsync())
        {
            LegalHolds.Place(session, Person, await session.Rows.Packages.SingleAsync(p => p.Id == held), "thanh tra");
            session.Rows.PackageHolds.Add(new PackageHold { Id = Guid.NewGuid(), PackageId = older, Reason = "thanh tra", PlacedBy = Person, PlacedAt = session.Now });
            await session.CommitAsync(default);
        }
        var refused = (OrderOutcome.Refused)await AskAsync(held, older, permanent, retained, unknown);
        Assert.That(refused.Findings.Select(f => (f.Rule.Code, f.Path)), Is.EquivalentTo(new[]
        {
            ("DISPOSAL-HELD", $"urn:uuid:{held}"), ("DISPOSAL-HELD", $"urn:uuid:{older}"), ("DISPOSAL-PERMANENT", $"urn:uuid:{permanent}"), ("DISPOSAL-RETAINED", $"urn:uuid:{retained}"), ("DISPOSAL-UNKNOWN", $"urn:uuid:{unknown}"),
        }));
        Assert.That(refused.Findings.Single(f => f.Path == $"urn:uuid:{retained}").Message.En, Does.Contain("ends on 2026-03-01"), "the last day counts");
        var free = await AddPackageAsync();
        var order = await AskedAsync(free);
        Assert.That(((OrderOutcome.Refused)await AskAsync(free)).Findings.Select(f => (f.Rule.Code, f.Found)), Is.EqualTo(new[] { ("DISPOSAL-ORDERED", (string?)order.ToString()) }));
    }

    [Test]
    public async Task What_changed_or_was_held_since_it_was_asked_for_is_not_approved()
    {
        var (changed, held) = (await AddPackageAsync(), await AddPackageAsync());
        var id = await AskedAsync(changed, held);
        await using (var session = await BeginAsync())
        {
            session.Rows.PackageVersions.Add(new PackageVersion { PackageId = changed, Version = 2, InventorySha512 = InventoryOf(changed, 2), Message = "", CreatedAt = session.Now });
            (await session.Rows.Packages.SingleAsync(p => p.Id == changed)).HeadVersion = 2;
            LegalHolds.Place(session, Person, await session.Rows.Packages.SingleAsync(p => p.Id == held), "thanh tra");
            await session.CommitAsync(default);
        }
        Assert.That(((OrderOutcome.Refused)await ApproveAsync(_second, id)).Findings.Select(f => (f.Rule.Code, f.Path)), Is.EquivalentTo(new[] { ("DISPOSAL-CHANGED", $"urn:uuid:{changed}"), ("DISPOSAL-HELD", $"urn:uuid:{held}") }));
        Assert.That(await OpenAsync(), Is.Empty);
    }

    [Test]
    public async Task A_hold_that_comes_after_the_approval_stops_the_order_while_it_lasts()
    {
        var package = await AddPackageAsync();
        var id = await ApprovedAsync(package);
        Guid hold;
        await using (var session = await BeginAsync())
        {
            hold = LegalHolds.Place(session, Person, await session.Rows.Packages.SingleAsync(p => p.Id == package), "thanh tra").Id;
            await session.CommitAsync(default);
        }
        Assert.That(await OpenAsync(), Is.Empty);
        await using (var session = await BeginAsync())
        {
            Assert.That(await LegalHolds.LiftAsync(session, _second, hold, "xong", default), Is.True);
            await session.CommitAsync(default);
        }
        Assert.That(await OpenAsync(), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task One_of_the_two_withdraws_it_and_the_withdrawal_is_sealed_beside_it()
    {
        var (package, stranger) = (await AddPackageAsync(), await AddPersonAsync("Lê Văn C"));
        var id = await ApprovedAsync(package);
        Assert.That(await WithdrawAsync(stranger, id), Is.InstanceOf<OrderOutcome.NotYours>());
        Assert.That(await WithdrawAsync(_second, id), Is.InstanceOf<OrderOutcome.Done>());
        Assert.That(await WithdrawAsync(Person, id), Is.InstanceOf<OrderOutcome.NotOpen>());
        Assert.That(await OpenAsync(), Is.EqualTo(new[] { id }), "the escrow is to hear of it");
        await using (var session = await BeginAsync())
        {
            var parts = await session.Rows.FrozenDocumentParts.OrderBy(p => p.Name).ToListAsync();
            Assert.That(parts.Select(p => p.Name), Is.EqualTo(new[] { "order.json", "withdrawal.json" }));
            var withdrawal = OrderWithdrawal.Read(parts[1].Body)!;
            Assert.That((withdrawal.Order, withdrawal.Sha512, withdrawal.WithdrawnBy.Name, withdrawal.Reason, SealBench.Verify(parts[1].Body, parts[1].Seal)), Is.EqualTo((id, Convert.ToHexStringLower(parts[0].Sha512), "Trần Thị B", "nhầm gói", "archive")));
        }
        Assert.That(await AskAsync(package), Is.InstanceOf<OrderOutcome.Done>(), "it may be ordered anew");
        var unapproved = await AskedAsync(await AddPackageAsync());
        Assert.That(await WithdrawAsync(_second, unapproved), Is.InstanceOf<OrderOutcome.NotYours>(), "he has no part in it yet");
        Assert.That(await WithdrawAsync(Person, unapproved), Is.InstanceOf<OrderOutcome.Done>());
        Assert.That(await ApproveAsync(_second, unapproved), Is.InstanceOf<OrderOutcome.NotOpen>());
    }

    [Test]
    public async Task What_an_escrow_says_of_an_order_is_kept_when_it_changes_and_ends_the_order_there()
    {
        var id = await ApprovedAsync(await AddPackageAsync());
        var sha512 = await Sha512Async(id);
        await ReportAsync(new EscrowOrderWord(id, sha512, DestructionState.Received, 0, Clock.GetUtcNow().AddDays(7), []));
        await ReportAsync(new EscrowOrderWord(id, sha512, DestructionState.Received, 0, Clock.GetUtcNow().AddDays(7), []));
        await ReportAsync(new EscrowOrderWord(id, new string('0', 128), DestructionState.Destroyed, 1, null, []), new EscrowOrderWord(Guid.NewGuid(), sha512, DestructionState.Destroyed, 1, null, []));
        Assert.That(await OpenAsync(), Is.EqualTo(new[] { id }), "what speaks of other bytes or of no order of ours ends nothing");
        await ReportAsync(new EscrowOrderWord(id, sha512, DestructionState.Destroyed, 1, null, []));
        Assert.That(await OpenAsync(), Is.Empty);
        await using var session = await BeginAsync();
        var said = await session.Rows.DestructionAcknowledgements.OrderBy(a => a.ReportNumber).ToListAsync();
        Assert.That(said.Select(a => (a.Escrow, a.ReportNumber, a.State, a.Destroyed)), Is.EqualTo(new[] { ("vault", 1L, DestructionState.Received, 0), ("vault", 4L, DestructionState.Destroyed, 1) }));
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "disposal.acknowledged"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_person_is_called_for_an_order_that_is_refused_or_not_carried_out_in_time()
    {
        var id = await ApprovedAsync(await AddPackageAsync());
        var sha512 = await Sha512Async(id);
        await ReportAsync(new EscrowOrderWord(id, sha512, DestructionState.Refused, 0, null, [new EscrowFinding("ESCROW-ORDER-CONTENT", "urn:x", "v1 a", "v2 b")]));
        Assert.That(await TroubleAsync(), Does.Contain("urn:x is ordered to be destroyed as v1 a, and what is held of it is v2 b."));
        await ReportAsync(new EscrowOrderWord(id, sha512, DestructionState.AwaitsOperator, 0, null, []));
        Assert.That(await TroubleAsync(), Is.Null);
        Clock.Advance(TimeSpan.FromDays(15) + TimeSpan.FromMinutes(1));
        await ReportAsync(new EscrowOrderWord(id, sha512, DestructionState.AwaitsOperator, 0, null, []));
        Assert.That(await TroubleAsync(), Does.Contain($"The escrow vault has not carried out the order of destruction {id}, which was due on 2026-03-08 08:00Z."));
        await using (var session = await BeginAsync())
        {
            var shown = (await new StoresReport(_options).MakeAsync(session, default)).Escrows.Single().Orders.Single();
            Assert.That((shown.Id, shown.State, shown.IsOverdue), Is.EqualTo((id, (DestructionState?)DestructionState.AwaitsOperator, true)));
        }
        await ReportAsync(new EscrowOrderWord(id, sha512, DestructionState.Destroyed, 1, null, []));
        Assert.That(await TroubleAsync(), Is.Null);
    }

    private async Task<Guid> AskedAsync(params Guid[] packages) => ((OrderOutcome.Done)await AskAsync(packages)).Id;

    private async Task<OrderOutcome> AskAsync(params Guid[] packages)
    {
        await using var session = await BeginAsync();
        var outcome = await DestructionOrders.AskAsync(session, Person, Basis, packages, default);
        if (outcome is OrderOutcome.Done) await session.CommitAsync(default);
        return outcome;
    }

    private async Task<Guid> ApprovedAsync(params Guid[] packages)
    {
        var id = await AskedAsync(packages);
        Assert.That(await ApproveAsync(_second, id), Is.InstanceOf<OrderOutcome.Done>());
        return id;
    }

    private async Task<OrderOutcome> ApproveAsync(Guid person, Guid id)
    {
        await using var session = await BeginAsync();
        var outcome = await _orders.ApproveAsync(session, person, id, default);
        if (outcome is OrderOutcome.Done) await session.CommitAsync(default);
        return outcome;
    }

    private async Task<OrderOutcome> WithdrawAsync(Guid person, Guid id)
    {
        await using var session = await BeginAsync();
        var outcome = await _orders.WithdrawAsync(session, person, id, "nhầm gói", default);
        if (outcome is OrderOutcome.Done) await session.CommitAsync(default);
        return outcome;
    }

    private async Task<List<Guid>> OpenAsync()
    {
        await using var session = await BeginAsync();
        return await DestructionOrders.Open(session.Rows, ["vault"]).Select(o => o.Id).ToListAsync();
    }

    private async Task<(TaskState State, string Subject)> TaskAsync()
    {
        await using var session = await BeginAsync();
        var task = await session.Rows.Tasks.SingleAsync(t => t.Kind == TaskKinds.DestructionOrder);
        return (task.State, task.Subject);
    }

    private async Task<string> Sha512Async(Guid id)
    {
        await using var session = await BeginAsync();
        return Convert.ToHexStringLower(await (from o in session.Rows.DestructionOrders from p in session.Rows.FrozenDocumentParts where o.Id == id && p.DocumentId == o.DocumentId select p.Sha512).SingleAsync());
    }

    private async Task ReportAsync(params EscrowOrderWord[] words)
    {
        var now = Clock.GetUtcNow();
        var report = new EscrowReport
        {
            Escrow = "vault", Number = (_last?.Number ?? 0) + 1, Previous = _body is null ? null : Convert.ToHexStringLower(SHA512.HashData(_body)), StartedAt = now, EndedAt = now,
            CompleteUntil = now, RereadUntil = now, Objects = 7, Newest = now, Counts = new EscrowCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0), Findings = [], Orders = words,
        };
        (_last, _body) = (report, report.ToBytes());
        await using var session = await BeginAsync();
        Assert.That(await new EscrowRegister(_options).AcceptAsync(session, Person, _body, _vault.Seal(_body, now), default), Is.InstanceOf<EscrowAcceptance.Kept>());
        await session.CommitAsync(default);
    }

    private async Task<string?> TroubleAsync()
    {
        await new StoreWatch(Database.Sessions, _options).RunAsync(default);
        await using var session = await BeginAsync();
        return (await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.EscrowTrouble && t.State == TaskState.Open).ToListAsync()).SingleOrDefault()?.Subject;
    }

    private static byte[] InventoryOf(Guid package, int version) => SHA512.HashData([.. package.ToByteArray(), (byte)version]);

    private Task<Guid> AddPackageAsync() => AddPackageAsync(new DateOnly(2025, 12, 31));

    private async Task<Guid> AddPackageAsync(DateOnly? end)
    {
        var (id, submission) = (Guid.CreateVersion7(), await AddSubmissionAsync(SubmissionState.Preserved));
        await using var session = await BeginAsync();
        session.Rows.Packages.Add(new Package
        {
            Id = id, SubmissionId = submission, ProducerId = Agency, CustodianId = Agency, AgreementVersionId = AgreementVersion, Kind = "bag", Title = "Hồ sơ", HeadVersion = 1, PreservedAt = session.Now, Files = 1, Bytes = 1,
            RetentionCode = end is null ? "01" : "06", RetentionEnd = end,
        });
        await session.FlushAsync(default);
        session.Rows.PackageVersions.Add(new PackageVersion { PackageId = id, Version = 1, InventorySha512 = InventoryOf(id, 1), Message = "", CreatedAt = session.Now });
        await session.CommitAsync(default);
        return id;
    }

    private async Task<Guid> AddPersonAsync(string name, Guid? responsible = null)
    {
        await using var session = await BeginAsync();
        var person = new Principal { Id = Guid.CreateVersion7(), Kind = responsible is null ? PrincipalKind.Person : PrincipalKind.System, Name = name, ResponsibleId = responsible, ValidFrom = session.Now, CreatedAt = session.Now };
        session.Rows.Principals.Add(person);
        await session.CommitAsync(default);
        return person.Id;
    }
}
