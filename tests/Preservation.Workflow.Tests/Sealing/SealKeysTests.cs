using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Log;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Tests.Sealing;

internal sealed class SealKeysTests : WorkflowFixture
{
    private Signer New(params Options.SealKeyOptions[] keys) => new(Settings.Of(o =>
    {
        foreach (var key in keys) o.Seal.Keys.Add(key);
    }), Clock);

    private async Task<Receipt> ReceiptAsync(Signer signer)
    {
        var id = await AddSubmissionAsync();
        await using var session = await BeginAsync();
        var submission = await session.Rows.Submissions.SingleAsync(s => s.Id == id);
        var receipt = await new Receipts(signer).AddAsync(session, submission, ReceiptKind.BytesReceived, new { }, default);
        await session.CommitAsync(default);
        return receipt;
    }

    [Test]
    public async Task The_key_that_began_last_seals_and_those_before_stay_published()
    {
        using var signer = New(SealBench.Make(Folder, "old"), SealBench.Make(Folder, "new", from: Clock.GetUtcNow().AddDays(10)), SealBench.Make(Folder, "ended", from: SealBench.Begin.AddDays(1), until: Clock.GetUtcNow().AddDays(-1)));
        await new SealKeys(Database.Sessions, signer).RegisterAsync(default);
        var first = await ReceiptAsync(signer);
        Clock.Advance(TimeSpan.FromDays(10));
        var second = await ReceiptAsync(signer);
        Assert.That((SealBench.Verify(first.Body, first.Seal), SealBench.Verify(second.Body, second.Seal)), Is.EqualTo(("old", "new")));
        Assert.That(new[] { first, second }.Select(r => LogWitness.Read("r", r.Body).SealKey), Is.EqualTo(new[] { signer.Keys[2].Id, signer.Keys[0].Id }));
        await using var session = await BeginAsync();
        Assert.That((await SealKeys.AllAsync(session, default)).Select(k => k.Key.Id), Is.EqualTo(signer.Keys.Select(k => k.Id)));
    }

    [Test]
    public async Task A_revoked_key_seals_no_more_once_another_person_confirmed_it()
    {
        using var signer = New(SealBench.Make(Folder, "old"), SealBench.Make(Folder, "new", from: SealBench.Begin.AddDays(1)));
        var keys = new SealKeys(Database.Sessions, signer);
        await keys.RegisterAsync(default);
        var second = Guid.NewGuid();
        await using (var session = await BeginAsync())
        {
            session.Rows.Principals.Add(new Principal { Id = second, Kind = PrincipalKind.Person, Name = "Trần Thị B", ValidFrom = session.Now, CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        var revoked = signer.KeyId;
        var announced = await SealKeys.AnnounceAsync(Database.Sessions, Person, revoked, Clock.GetUtcNow(), true, "máy chủ bị xâm nhập", default);
        var before = await ReceiptAsync(signer);
        Assert.That(SealBench.Verify(before.Body, before.Seal), Is.EqualTo("new"), "announced is not confirmed");
        Assert.That(await SealKeys.ConfirmAsync(Database.Sessions, Person, announced!.Value, default), Is.False, "the same person");
        Assert.That(await SealKeys.ConfirmAsync(Database.Sessions, second, announced.Value, default), Is.True);
        Assert.That(await SealKeys.ConfirmAsync(Database.Sessions, second, announced.Value, default), Is.False, "once");
        var after = await ReceiptAsync(signer);
        Assert.That((SealBench.Verify(after.Body, after.Seal), LogWitness.Read("r", after.Body).SealKey == revoked), Is.EqualTo(("old", false)));
        Assert.That(await SealKeys.AnnounceAsync(Database.Sessions, Person, new string('0', 64), Clock.GetUtcNow(), true, "x", default), Is.Null, "no such key");
        await SealKeys.ConfirmAsync(Database.Sessions, second, (await SealKeys.AnnounceAsync(Database.Sessions, Person, signer.Keys[1].Id, Clock.GetUtcNow(), false, "thay khóa", default))!.Value, default);
        Assert.That(async () => await ReceiptAsync(signer), Throws.InstanceOf<CryptographicException>(), "no key is left");
        Assert.That(async () => await keys.RegisterAsync(default), Throws.InstanceOf<CryptographicException>(), "and the server does not start");
    }

    [Test]
    public async Task A_receipt_names_its_own_entry_which_the_next_seal_gives_its_place()
    {
        using var signer = New(SealBench.Make(Folder, "only"));
        var sealer = new AuditSealer(Database.Sessions);
        LogWitness.Read("r", (await ReceiptAsync(signer)).Body);
        await sealer.SealAsync(default);
        for (var i = 0; i < 3; i++) await ReceiptAsync(signer);
        var batch = (await sealer.SealAsync(default))!;
        var witness = LogWitness.Read("r", (await ReceiptAsync(signer)).Body);
        Assert.That((witness.TreeSize, witness.Head.ToArray(), witness.Frontier.Length), Is.EqualTo((batch.TreeSize, batch.Head, (int)long.PopCount(batch.TreeSize))));
        await sealer.SealAsync(default);
        await using var session = await BeginAsync();
        var seal = await session.Rows.AuditSeals.SingleAsync(s => s.EntryId == witness.Entry);
        Assert.That((seal.Sequence, seal.LeafHash), Is.EqualTo((witness.TreeSize, witness.EntryLeaf.ToArray())));
    }

    [Test]
    public async Task A_receipt_of_before_there_was_a_log_is_a_witness_of_its_own_entry()
    {
        using var signer = New(SealBench.Make(Folder, "only"));
        var body = (await ReceiptAsync(signer)).Body;
        Assert.That(JsonDocument.Parse(body).RootElement.GetProperty("auditLog").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var witness = LogWitness.Read("r", body);
        Assert.That((witness.TreeSize, witness.IsBlind, witness.EntryText!.Contains("|receipt.issued|receipt|", StringComparison.Ordinal)), Is.EqualTo((0L, false, true)));
    }
}
