using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Testing.Certificates;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Documents;
using Preservation.Workflow.Rebuild;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.Trust;

namespace Preservation.Workflow.Tests.Rebuild;

internal sealed class CatalogueRebuildTests : RebuildFixture
{
    // What the end of a rebuild itself enters: an entry in the log, and a task when there were problems.
    private static string ButItsOwn(string table) => table switch
    {
        "audit_entry" => " WHERE action <> 'catalogue.rebuilt'",
        "task" => " WHERE kind <> 'catalogueRebuilt'",
        _ => "",
    };

    [Test]
    public async Task The_catalogue_that_comes_back_from_one_store_equals_the_lost_one_row_by_row()
    {
        await LiveAsync();
        await SettleAsync();
        foreach (var table in (string[])["document", "dossier", "document_file", "signature_verdict", "validation_material", "validation_want", "trust_anchor_set", "fixity_problem", "evidence_leaf", "evidence_page", "algorithm_alarm", "receipt", "submission_finding", "decision_submission", "registration_round", "frozen_document_part", "package_hold", "escrow_report", "destruction_order", "destruction_order_package", "destruction_acknowledgement", "task", "audit_seal"])
            Assert.That(await ScalarAsync(Database.Owner, $"SELECT count(*) FROM {table}"), Is.GreaterThan(0L), $"{table} is put to the test");

        var report = await RebuildAsync();
        Assert.That(report.Problems, Is.Empty);
        await AssertSameAsync(ButItsOwn);
        Assert.That(report.Gaps, Has.Length.EqualTo(1).And.One.Contains("details of"), "audit details alone");
        Assert.That(await ScalarAsync(Other.Owner, "SELECT count(*) FROM pg_namespace WHERE nspname = 'rebuild'"), Is.Zero);
        Assert.That(await ScalarAsync(Other.Owner, "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'"), Is.Zero, "every trigger is awake again");
    }

    [Test]
    public async Task What_came_back_goes_on()
    {
        await LiveAsync();
        await SettleAsync();
        await RebuildAsync();
        await using (var sealing = await Other.Sessions.BeginAsync(CatalogueScope.All, default))
        {
            sealing.Audit(Person, null, "test", "test", "1", new { });
            await sealing.CommitAsync(default);
        }
        var batch = await new AuditSealer(Other.Sessions).SealAsync(default);
        Assert.That(batch!.TreeSize, Is.EqualTo((long)(await ScalarAsync(Database.Owner, "SELECT max(tree_size) FROM audit_batch"))! + 2), "the log goes on over the entry that tells of the rebuild");
        Assert.That(await ScalarAsync(Other.Owner, "SELECT min(id) FROM journal_entry"), Is.GreaterThan(10_000L), "numbers of the gap are not given out again");
    }

    [Test]
    public async Task A_dump_of_yesterday_is_brought_up_to_date()
    {
        await FoundAsync();
        await IngestSignedAsync(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"));
        await StampAsync();
        await SettleAsync();
        await RebuildAsync();
        await ForgetOwnEntriesAsync();
        Clock.Advance(TimeSpan.FromDays(1));
        var second = await IngestAsync(s => s.RecordStatus = "SUPPLEMENT", ("hai.txt", Text("hai")));
        Assert.That(second.State, Is.EqualTo(SubmissionState.Preserved), second.LastProblem);
        var more = await IngestAsync(("một.txt", Text("một")));
        Assert.That(more.State, Is.EqualTo(SubmissionState.Preserved));
        await DamageAndRepairAsync(more.PackageId!.Value);
        await StampAsync();
        await SettleAsync();

        var report = await RebuildAsync("b", isOverDump: true);
        Assert.That(report.Problems, Is.Empty);
        await AssertSameAsync(ButItsOwn);
    }

    [Test]
    public async Task A_database_that_is_not_empty_is_refused_without_being_told_so()
    {
        await using (var session = await Other.Sessions.BeginAsync(CatalogueScope.All, default))
        {
            session.Rows.Principals.Add(new Principal { Id = Guid.NewGuid(), Kind = PrincipalKind.Person, Name = "x", ValidFrom = session.Now, CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        await Assert.ThrowsAsync<InvalidOperationException>(() => RebuildAsync());
    }

    [Test]
    public async Task A_damaged_segment_is_reported_and_the_rest_comes_back_and_another_store_helps()
    {
        await FoundAsync();
        await SettleAsync();
        var submission = await IngestAsync(("một.txt", Text("một")));
        await SettleAsync();
        var first = (string)(await ScalarAsync(Database.Owner, "SELECT key FROM copy WHERE store = 'a' AND key LIKE '%journal-00000002.jsonl.br'"))!;
        Damage("a", first);
        var report = await RebuildAsync();
        Assert.That(report.Problems.Select(p => $"{p.Subject} {p.Problem}"), Has.Some.Contains("journal segment 2").And.Some.Contains("not as the inventory promises"));
        Assert.That(await ScalarAsync(Other.Owner, "SELECT count(*) FROM fonds"), Is.EqualTo(1L), "what other segments tell is there");
        Assert.That(await ScalarAsync(Other.Owner, "SELECT count(*) FROM task WHERE kind = 'catalogueRebuilt'"), Is.EqualTo(1L));

        await Other.DisposeAsync();
        await OpenOther();
        var helped = await RebuildAsync(others: ["b"]);
        Assert.That(helped.Problems.Select(p => p.Problem).ToList(), Has.Count.EqualTo(1).And.All.Contains("a: journal-00000002.jsonl.br is not as the inventory promises"));
        await AssertSameAsync(ButItsOwn);
        Assert.That(await ScalarAsync(Other.Owner, $"SELECT title FROM submission WHERE id = '{submission.Id}'"), Is.EqualTo(submission.Title));
    }

    [Test]
    public async Task What_the_journal_does_not_tell_yet_is_declared()
    {
        await FoundAsync();
        var known = await IngestAsync(("một.txt", Text("một")));
        await SettleAsync();
        var unknown = await IngestAsync(s => s.RecordStatus = "SUPPLEMENT", ("hai.txt", Text("hai")));
        var lost = await IngestAsync(("ba.txt", Text("ba")));
        Assert.That((unknown.State, lost.State), Is.EqualTo((SubmissionState.Preserved, SubmissionState.Preserved)), unknown.LastProblem);
        var report = await RebuildAsync();
        Assert.That(report.Gaps, Has.Some.Contains($"v2 of urn:uuid:{known.PackageId} was not yet journaled").And.Some.StartsWith($"urn:uuid:{lost.PackageId} is on the store and was not yet journaled"));
        Assert.That(await ColumnAsync(Other.Owner, "SELECT logical_path FROM file WHERE version_until IS NULL ORDER BY 1"), Is.EqualTo(await ColumnAsync(Database.Owner, $"SELECT logical_path FROM file WHERE version_until IS NULL AND package_id = '{known.PackageId}' ORDER BY 1")));
        Assert.That(await ScalarAsync(Other.Owner, "SELECT count(*) FROM package"), Is.EqualTo(1L));
    }

    [Test]
    public async Task It_goes_on_where_it_was_stopped_wherever_that_was()
    {
        await FoundAsync();
        await IngestAsync(("một.txt", Text("một")));
        await StampAsync();
        await SettleAsync();
        await using var owner = NpgsqlDataSource.Create(Other.Owner);
        var root = Services.GetRequiredService<StoreSet>().Roots["a"];
        var steps = new List<string>();
        for (var stop = 1; ; stop++)
        {
            using var stopping = new CancellationTokenSource();
            steps.Clear();
            try
            {
                await new CatalogueRebuild(owner, root, [], Clock).RunAsync(false, _ => false, step =>
                {
                    steps.Add(step);
                    if (steps.Count == stop) stopping.Cancel();
                }, stopping.Token);
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.That(steps, Has.Count.EqualTo(stop));
            }
        }
        Assert.That(steps, Has.Count.EqualTo(5));
        await AssertSameAsync(ButItsOwn);
    }

    [Test]
    public async Task Submissions_at_work_without_their_bytes_are_returned()
    {
        await FoundAsync();
        var waiting = await IngestAsync(s => s.AgreementVersionId = ByPerson, ("một.txt", Text("một")));
        Assert.That(waiting.State, Is.EqualTo(SubmissionState.AwaitingApproval));
        await SettleAsync();
        var report = await RebuildAsync();
        Assert.That(report.Gaps, Has.Some.Contains(waiting.Id.ToString()));
        await using var session = await Other.Sessions.BeginAsync(CatalogueScope.All, default);
        Assert.That((await session.Rows.Submissions.SingleAsync()).State, Is.EqualTo(SubmissionState.Returned));
        Assert.That(await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.Approval).Select(t => t.State).SingleAsync(), Is.EqualTo(TaskState.Done));
    }

    // Some of everything: packages of two kinds, a version more, an approval, a refusal, a repair, a change of trust, material, tokens, alarms.
    private async Task LiveAsync()
    {
        await FoundAsync();
        var signed = await IngestSignedAsync(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"));
        Clock.Advance(TimeSpan.FromMinutes(1));
        var packed = await DossierAsync();
        var dossier = await IngestAsync(_ => { }, _ => packed);
        Assert.That(dossier.State, Is.EqualTo(SubmissionState.Preserved), await FindingsAsync(dossier.Id));
        var approved = await IngestAsync(s => s.AgreementVersionId = ByPerson, [("một.txt", Text("một")), .. Enumerable.Range(0, 260).Select(i => ($"thư mục/{i}.txt", Text($"tệp {i}")))]);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await ApproveAsync(approved.Id);
        await WorkAsync();
        var supplement = await IngestAsync(s => s.RecordStatus = "SUPPLEMENT", ("ba.txt", Text("ba")));
        Assert.That(supplement.State, Is.EqualTo(SubmissionState.Preserved), await FindingsAsync(supplement.Id));
        var refused = await IngestAsync(_ => { }, _ => Text("không phải gói"));
        Assert.That(refused.State, Is.EqualTo(SubmissionState.Rejected));
        await DamageAndRepairAsync(supplement.PackageId!.Value);
        await MinuteAsync();
        await StampAsync();
        using var other = new TestAuthority("Another Root");
        await File.WriteAllTextAsync(Path.Join(Folder, "anchors", "other.pem"), other.Certificate.ExportCertificatePem());
        await Services.GetRequiredService<AnchorSets>().CurrentAsync(default);
        await HarvestAsync();
        await File.WriteAllBytesAsync(Path.Join(Folder, "drop", "root.crl"), Root.IssueCrl(Clock.GetUtcNow().AddDays(-1), Clock.GetUtcNow().AddDays(6)));
        Clock.Advance(TimeSpan.FromHours(1));
        await HarvestAsync();
        await RemakeAsync();
        await Services.GetRequiredService<AlgorithmAlarms>().AnnounceAsync(Person, "SHA-1", null, Clock.GetUtcNow(), "thử", default);
        await using (var session = await BeginAsync())
        {
            var (report, order, executor) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
            session.Rows.EscrowReports.Add(new EscrowReport { Id = report, Escrow = "vault", Number = 1, StartedAt = session.Now, EndedAt = session.Now, Objects = 3, Body = [1, 2], Sha512 = new byte[64], Signature = [3], ReceivedBy = Person, ReceivedAt = session.Now });
            session.Rows.Principals.Add(new Principal { Id = executor, Kind = PrincipalKind.Person, Name = "Lê Văn C", ValidFrom = session.Now, CreatedAt = session.Now });
            await session.FlushAsync(default);
            session.Rows.DestructionOrders.Add(new DestructionOrder { Id = order, DecisionNumber = "12/QĐ-HĐ", DecisionDate = new DateOnly(2026, 2, 20), DecidedBy = "Hội đồng xét hủy", AskedBy = executor, AskedAt = session.Now });
            await session.FlushAsync(default);
            session.Rows.DestructionOrderPackages.Add(new DestructionOrderPackage { OrderId = order, PackageId = signed, Version = 1, InventorySha512 = new byte[64] });
            session.Rows.DestructionAcknowledgements.Add(new DestructionAcknowledgement { OrderId = order, Escrow = "vault", ReportNumber = 1, ReportId = report, State = DestructionState.Received, Destroyed = 0, Until = session.Now, At = session.Now });
            await session.CommitAsync(default);
        }
        await using (var session = await BeginAsync())
        {
            var order = await session.Rows.DestructionOrders.SingleAsync();
            var document = Services.GetRequiredService<FrozenDocuments>().Add(session, "destructionOrder", null, "12/QĐ-HĐ", Person, [("order.json", "application/json", Text("{}"))]);
            await session.FlushAsync(default);
            (order.ApprovedBy, order.ApprovedAt, order.NotBefore, order.DocumentId) = (Person, session.Now, session.Now.AddDays(7), document.Id);
            session.Rows.PackageHolds.Add(new PackageHold { Id = Guid.NewGuid(), PackageId = signed, Reason = "thanh tra", PlacedBy = Person, PlacedAt = session.Now });
            await session.CommitAsync(default);
        }
        await StampAsync();
    }

    private async Task<string> FindingsAsync(Guid submission) => string.Join("\n", await ColumnAsync(Database.Owner, $"SELECT code || ' ' || path || ' ' || message_en FROM submission_finding WHERE submission_id = '{submission}'"));

    // A database that was rebuilt has entries of its own, and the two of this test went on apart: the dump is as the lost one was.
    private async Task ForgetOwnEntriesAsync()
    {
        await using var source = NpgsqlDataSource.Create(Other.Owner);
        await using var forget = source.CreateCommand("""
            ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_detail DISABLE TRIGGER USER;
            DELETE FROM audit_detail; DELETE FROM audit_entry WHERE action = 'catalogue.rebuilt'; DELETE FROM journal_entry;
            ALTER TABLE audit_entry ENABLE TRIGGER USER; ALTER TABLE audit_detail ENABLE TRIGGER USER
            """);
        await forget.ExecuteNonQueryAsync();
    }
}
