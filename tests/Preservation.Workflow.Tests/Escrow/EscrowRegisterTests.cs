using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Escrow;
using Preservation.Workflow.Options;
using Preservation.Workflow.Sealing;
using Preservation.Workflow.Stores;
using Preservation.Workflow.Tests.Sealing;
using EscrowReport = Preservation.Workflow.Escrow.EscrowReport;

namespace Preservation.Workflow.Tests.Escrow;

/// <summary>What the service makes of the reports of an escrow, and when it calls a person.</summary>
internal sealed class EscrowRegisterTests : WorkflowFixture
{
    private IOptions<PreservationOptions> _options = null!;
    private SealingKey _key = null!;
    private EscrowReport? _last;
    private byte[]? _body;

    [SetUp]
    public void Configure()
    {
        var key = SealBench.Make(Folder, "vault");
        _key = new SealingKey(key);
        _options = Settings.Of(o => o.EscrowCopies.Add(new EscrowCopyOptions { Name = "vault", CertificateFile = key.CertificateFile }));
        (_last, _body) = (null, null);
    }

    [TearDown]
    public void Forget() => _key?.Dispose();

    [Test]
    public async Task Reports_are_kept_one_after_the_other_and_one_that_comes_again_is_the_same()
    {
        var first = Next();
        var kept = (EscrowAcceptance.Kept)await SendAsync(first);
        Assert.That((kept.Number, kept.IsNew), Is.EqualTo((1L, true)));
        Assert.That(await SendAsync(first), Is.EqualTo(kept with { IsNew = false }));
        Assert.That(await SendAsync(Next()), Is.InstanceOf<EscrowAcceptance.Kept>().With.Property("Number").EqualTo(2));
        await using var session = await BeginAsync();
        var rows = await session.Rows.EscrowReports.OrderBy(r => r.Number).ToListAsync();
        Assert.That(rows.Select(r => (r.Number, r.Objects)), Is.EqualTo(new[] { (1L, 7L), (2L, 7L) }));
        Assert.That(SealBench.Verify(rows[1].Body, rows[1].Signature), Is.EqualTo("vault"), "whoever gets them can check them");
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "escrow.report"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_report_that_another_key_signed_or_that_was_changed_is_not_taken()
    {
        var report = Next().ToBytes();
        using var stranger = new SealingKey(SealBench.Make(Folder, "stranger"));
        Assert.That(await SendAsync(report, stranger.Seal(report, Clock.GetUtcNow())), Is.InstanceOf<EscrowAcceptance.NotSigned>());
        var seal = _key.Seal(report, Clock.GetUtcNow());
        Assert.That(await SendAsync([.. report, (byte)' '], seal), Is.InstanceOf<EscrowAcceptance.NotSigned>());
        Assert.That(await SendAsync(report, "rubbish"u8.ToArray()), Is.InstanceOf<EscrowAcceptance.NotSigned>());
        Assert.That(await SendAsync(Next() with { Escrow = "other" }), Is.InstanceOf<EscrowAcceptance.NotAReport>());
        var rubbish = "{\"escrow\":\"vault\"}"u8.ToArray();
        Assert.That(await SendAsync(rubbish, _key.Seal(rubbish, Clock.GetUtcNow())), Is.InstanceOf<EscrowAcceptance.NotAReport>());
        Clock.Advance(TimeSpan.FromDays(4_000));
        Assert.That(await SendAsync(report, seal), Is.InstanceOf<EscrowAcceptance.NotSigned>(), "the certificate has ended");
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.EscrowReports.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_report_that_leaves_one_out_or_is_made_anew_is_not_taken()
    {
        await SendAsync(Next());
        var second = Next();
        Assert.That(await SendAsync(second with { Objects = 6, Number = 1 }), Is.InstanceOf<EscrowAcceptance.DoesNotFollow>(), "another first");
        Assert.That(await SendAsync(second with { Previous = new string('0', 128) }), Is.InstanceOf<EscrowAcceptance.DoesNotFollow>());
        Assert.That(await SendAsync(second with { Number = 3 }), Is.InstanceOf<EscrowAcceptance.DoesNotFollow>());
        Assert.That(await SendAsync(second), Is.InstanceOf<EscrowAcceptance.Kept>());
    }

    [Test]
    public async Task A_person_is_called_when_an_escrow_is_silent_and_not_when_it_speaks_again()
    {
        Assert.That(await TroubleAsync(), Does.StartWith("vault: Bên ký gửi vault đã im lặng từ –").And.Contains("The escrow vault has been silent since –."));
        await SendAsync(Next());
        Assert.That(await TroubleAsync(), Is.Null);
        Clock.Advance(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));
        Assert.That(await TroubleAsync(), Does.Contain("The escrow vault has been silent since 2026-03-01 08:00Z."));
        await SendAsync(Next());
        Assert.That(await TroubleAsync(), Is.Null);
    }

    [Test]
    public async Task A_person_is_called_when_an_escrow_lacks_something_for_long()
    {
        await SendAsync(Next());
        for (var day = 0; day <= 8; day++)
        {
            var trouble = await TroubleAsync();
            if (day <= 7) Assert.That(trouble, Is.Null, $"day {day}");
            else Assert.That(trouble, Does.Contain("The escrow vault has not had everything since 2026-03-01 08:00Z; 2 objects were not taken in its last pass."));
            Clock.Advance(TimeSpan.FromDays(1));
            await SendAsync(Next(isComplete: false, new EscrowFinding("ESCROW-REFUSED", "urn:x", null, "damaged")));
        }
    }

    [Test]
    public async Task A_person_is_called_for_what_an_escrow_tells_but_not_for_what_is_damaged_on_purpose()
    {
        var canary = Guid.CreateVersion7();
        await using (var session = await BeginAsync())
        {
            session.Rows.Stores.Add(new Store { Name = "a", Kind = "FileSystem", Address = "", FailureDomain = "{}", RegisteredAt = session.Now });
            await session.FlushAsync(default);
            session.Rows.CanaryObjects.Add(new CanaryObject { PackageId = canary, Store = "a", Ordinal = 0, MadeAt = session.Now });
            await session.CommitAsync(default);
        }
        await SendAsync(Next(findings: [new EscrowFinding("ESCROW-VANISHED", $"urn:uuid:{canary}", null, null)]));
        Assert.That(await TroubleAsync(), Is.Null);
        await SendAsync(Next(findings: [new EscrowFinding("ESCROW-REPAIRED", "ocfl/k", null, "other bytes"), new EscrowFinding("ESCROW-HISTORY", "urn:x", "v1", "content v1/content/METS.xml"), new EscrowFinding("ESCROW-OF-LATER", "urn:x", null, null)]));
        Assert.That(await TroubleAsync(), Does.Contain("The archive's store tells the history of urn:x otherwise than what is held in escrow (v1): content v1/content/METS.xml.").And.Not.Contains("repaired"));
        await using var look = await BeginAsync();
        var view = (await new StoresReport(_options).MakeAsync(look, default)).Escrows.Single();
        Assert.That((view.Name, view.Number, view.Objects, view.Matters.Single().Code, view.Told.Single().Code), Is.EqualTo(("vault", 2L, 7L, "ESCROW-HISTORY", "ESCROW-REPAIRED")));
    }

    private EscrowReport Next(bool isComplete = true, params EscrowFinding[] findings)
    {
        var now = Clock.GetUtcNow();
        return new EscrowReport
        {
            Escrow = "vault", Number = (_last?.Number ?? 0) + 1, Previous = _body is null ? null : Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(_body)), StartedAt = now, EndedAt = now,
            CompleteUntil = isComplete ? now : _last?.CompleteUntil, RereadUntil = now, Objects = 7, Newest = now, Counts = new EscrowCounts(0, 0, 0, isComplete ? 0 : 2, 0, 0, 0, 0, 0, 0), Findings = findings,
        };
    }

    private async Task<EscrowAcceptance> SendAsync(EscrowReport report)
    {
        var body = report.ToBytes();
        var accepted = await SendAsync(body, _key.Seal(body, Clock.GetUtcNow()));
        if (accepted is EscrowAcceptance.Kept { IsNew: true }) (_last, _body) = (report, body);
        return accepted;
    }

    private async Task<EscrowAcceptance> SendAsync(byte[] body, byte[] signature)
    {
        await using var session = await BeginAsync();
        var accepted = await new EscrowRegister(_options).AcceptAsync(session, Person, body, signature, default);
        await session.CommitAsync(default);
        return accepted;
    }

    private async Task<string?> TroubleAsync()
    {
        await new StoreWatch(Database.Sessions, _options).RunAsync(default);
        await using var session = await BeginAsync();
        return (await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.EscrowTrouble && t.State == TaskState.Open).ToListAsync()).SingleOrDefault()?.Subject;
    }
}
