using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Tests.Collection;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Tests.Verdicts;

internal sealed class VerdictRemakingTests : IngestFixture
{
    private const string Passed = "etsi TotalPassed, vn-tt41-2017 TotalPassed";
    private const string Lacking = "etsi Indeterminate TryLater, vn-tt41-2017 Indeterminate TryLater";

    [Test]
    public async Task What_the_drop_folder_brings_late_proves_the_signature_and_both_verdicts_stand_and_come_out_again()
    {
        var package = await IngestSignedAsync(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"));
        var first = (await VerdictsAsync(package)).Single();
        Assert.That((Said(first), first.Path, first.Reason), Is.EqualTo((Lacking, SignedFile, VerdictReason.Ingest)));
        Clock.Advance(TimeSpan.FromHours(1));
        await RemakeAsync();
        Assert.That(await VerdictsAsync(package), Has.Count.EqualTo(1), "nothing has come");

        await DropCrlAsync();
        await HarvestAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 3; i++) await RemakeAsync();

        await AssertGainedAsync(package, first);
        await AssertReplayedAsync(package);
    }

    [Test]
    public async Task What_comes_late_over_http_does_the_same()
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var package = await IngestSignedAsync(Root.IssueSigner(crlUrl: server.Url + "/root.crl"));
        var first = (await VerdictsAsync(package)).Single();
        Assert.That(Said(first), Is.EqualTo(Lacking));
        await server.AnswerAsync(Root.IssueCrl(Clock.GetUtcNow().AddDays(-1), Clock.GetUtcNow().AddDays(6)));
        Clock.Advance(TimeSpan.FromHours(25));
        await HarvestAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await RemakeAsync();
        await AssertGainedAsync(package, first);
        await AssertReplayedAsync(package);
    }

    [Test]
    public async Task A_list_that_revokes_says_less_than_before_and_a_person_is_asked()
    {
        using var root = new Preservation.Testing.Certificates.TestAuthority("Another Root");
        await File.WriteAllTextAsync(Path.Join(Folder, "anchors", "other.pem"), root.Certificate.ExportCertificatePem());
        var signer = root.IssueSigner(crlUrl: "http://not.listed.test/other.crl");
        var package = await IngestSignedAsync(signer);
        root.Revoke(signer, Clock.GetUtcNow().AddDays(-30));
        await File.WriteAllBytesAsync(Path.Join(Folder, "drop", "other.crl"), root.IssueCrl(Clock.GetUtcNow().AddDays(-1), Clock.GetUtcNow().AddDays(6)));
        Clock.Advance(TimeSpan.FromHours(1));
        await HarvestAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await RemakeAsync();
        var verdicts = await VerdictsAsync(package);
        Assert.That(Said(verdicts[^1]), Does.StartWith("etsi Indeterminate RevokedNoPoe"));
        var told = verdicts[^1].EventId;
        await using var session = await BeginAsync();
        var task = await session.Rows.Tasks.SingleAsync(t => t.Kind == TaskKinds.VerdictChanged);
        Assert.That((task.PackageId, task.Role, task.State), Is.EqualTo(((Guid?)package, Role.PreservationOfficer, TaskState.Open)));
        Assert.That(task.Subject, Does.Contain("REVOKED_NO_POE"));
        Assert.That((await session.Rows.PremisEvents.SingleAsync(e => e.Id == told)).Outcome, Is.EqualTo("warning"));
    }

    [Test]
    public async Task Other_anchors_make_every_verdict_due_once_and_a_lost_anchor_is_reviewed()
    {
        await DropCrlAsync();
        await HarvestAsync();
        var package = await IngestSignedAsync(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"));
        Assert.That(Said((await VerdictsAsync(package)).Single()), Is.EqualTo(Passed));

        using var other = new Preservation.Testing.Certificates.TestAuthority("Another Root");
        await File.WriteAllTextAsync(Path.Join(Folder, "anchors", "other.pem"), other.Certificate.ExportCertificatePem());
        Clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 2; i++) await RemakeAsync();
        var verdicts = await VerdictsAsync(package);
        Assert.That(verdicts, Has.Count.EqualTo(2), "made again once");
        Assert.That((Said(verdicts[1]), verdicts[1].Reason, verdicts[1].MadeAt), Is.EqualTo((Passed, VerdictReason.Rules, verdicts[0].MadeAt)), "the same time and material, other rules");
        Assert.That((verdicts[1].Report, verdicts[1].ObjectId, verdicts[1].KeptWith), Is.EqualTo(((string?)null, (Guid?)null, verdicts[0].Id)), "it says nothing new: what it rests on is kept");
        Assert.That(verdicts[1].Rules, Is.Not.EqualTo(verdicts[0].Rules));

        File.Delete(Path.Join(Folder, "anchors", "root.pem"));
        Clock.Advance(TimeSpan.FromHours(1));
        await RemakeAsync();
        verdicts = await VerdictsAsync(package);
        Assert.That(Said(verdicts[^1]), Does.StartWith("etsi Indeterminate NoCertificateChainFound"));
        Assert.That((verdicts[^1].Supersedes, verdicts[^1].Report), Is.EqualTo(((Guid?)verdicts[1].Id, $"reports/{SignedFile}.json")));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.Tasks.CountAsync(t => t.Kind == TaskKinds.VerdictChanged && t.PackageId == package), Is.EqualTo(1));
        await AssertReplayedAsync(package);
    }

    [Test]
    public async Task Another_engine_makes_the_oldest_again_first_and_no_more_in_a_run_than_allowed()
    {
        var signer = Root.IssueSigner(saysNoRevocation: true);
        var packages = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            packages.Add(await IngestSignedAsync(signer));
            Clock.Advance(TimeSpan.FromHours(1));
        }
        // As an earlier version of the engine would have left them.
        await ExecuteAsync("UPDATE signature_verdict SET looked_rules = 'earlier'");
        await OwnerAsync("UPDATE signature_verdict SET rules = 'earlier', engine = 'preservation-signatures/0'");
        var remaking = Services.GetRequiredService<VerdictRemaking>();
        Assert.That(await remaking.FixNextAsync(Clock.GetUtcNow(), 1, default), Is.EqualTo(1));
        await using (var first = await BeginAsync()) Assert.That((await first.Rows.VerdictMakings.SingleAsync()).PackageId, Is.EqualTo(packages[0]), "the oldest");
        await remaking.RunAsync(default);
        foreach (var package in packages)
        {
            var verdicts = await VerdictsAsync(package);
            Assert.That(verdicts.Select(v => (v.Engine, v.IsNewest)), Is.EqualTo(new[] { ("preservation-signatures/0", false), (Preservation.Signatures.Reports.VerificationBasis.Of(new Preservation.Signatures.VerificationPolicy(), default).Engine, true) }));
        }
    }

    [TestCase("fixed")]
    [TestCase("written")]
    [TestCase("claimed")]
    public async Task Whatever_is_interrupted_ends_in_exactly_one_new_verdict(string after)
    {
        var package = await IngestSignedAsync(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"));
        await DropCrlAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        await HarvestAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await using (var dying = Build())
        {
            if (after == "claimed") await ExecuteAsync($"UPDATE signature_verdict SET lease_until = '{Clock.GetUtcNow().AddMinutes(10):O}'");
            else await dying.GetRequiredService<VerdictRemaking>().FixNextAsync(Clock.GetUtcNow(), 10, default);
            if (after == "written")
            {
                // Everything is on the stores; the row that says so was never committed.
                await OwnerAsync("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the process dies here'; END $$; CREATE TRIGGER die BEFORE UPDATE OF recorded_at ON verdict_making FOR EACH ROW EXECUTE FUNCTION die()");
                Assert.That(async () => await dying.GetRequiredService<VerdictObjects>().CarryAllAsync(default), Throws.InstanceOf<Npgsql.PostgresException>());
                await OwnerAsync("DROP TRIGGER die ON verdict_making");
            }
        }
        if (after != "fixed")
        {
            await RemakeAsync();
            Assert.That(await VerdictsAsync(package), Has.Count.EqualTo(1), "another has it as long as its lease lasts");
            Clock.Advance(TimeSpan.FromMinutes(11));
        }
        await Task.WhenAll(RemakeAsync(), RemakeAsync());
        await RemakeAsync();
        Assert.That((await VerdictsAsync(package)).Select(Said), Is.EqualTo(new[] { Lacking, Passed }));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.PremisEvents.CountAsync(e => e.PackageId == package && e.Detail!.StartsWith("made again")), Is.EqualTo(1));
        Assert.That(await session.Rows.VerdictMakings.CountAsync(m => m.RecordedAt != null && m.Plan == null && m.InventorySha512 != null), Is.EqualTo(1));
        foreach (var store in (string[])["a", "b"])
            Assert.That(Directory.EnumerateFiles(Path.Join(Folder, store), "verdicts.json", SearchOption.AllDirectories).Count(), Is.EqualTo(1), store);
        await AssertReplayedAsync(package);
    }

    [Test]
    public async Task A_store_that_is_away_holds_the_verdict_back_and_not_up()
    {
        var package = await IngestSignedAsync(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"));
        await DropCrlAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        await HarvestAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        Directory.Move(Path.Join(Folder, "b"), Path.Join(Folder, "b-away"));
        await File.WriteAllTextAsync(Path.Join(Folder, "b"), "no folder");
        await RemakeAsync();
        await using (var session = await BeginAsync())
        {
            var waiting = await session.Rows.VerdictMakings.SingleAsync();
            Assert.That((waiting.RecordedAt, waiting.Problem is null), Is.EqualTo(((DateTimeOffset?)null, false)));
        }
        Assert.That(await VerdictsAsync(package), Has.Count.EqualTo(1));
        File.Delete(Path.Join(Folder, "b"));
        Directory.Move(Path.Join(Folder, "b-away"), Path.Join(Folder, "b"));
        await RemakeAsync();
        Assert.That((await VerdictsAsync(package)).Select(Said), Is.EqualTo(new[] { Lacking, Passed }));
    }

    [Test]
    public async Task The_archives_own_time_stamp_proves_a_signature_whose_certificate_has_ended_meanwhile()
    {
        var end = Clock.GetUtcNow().AddDays(2);
        var package = await IngestSignedAsync(Root.IssueSigner(notAfter: end, crlUrl: "http://not.listed.test/root.crl"));
        await OwnerAsync($"""
            INSERT INTO evidence_batch (id, kind, slots, state, algorithm, leaves, root, created_at, token_time, stored_at)
                VALUES ('{Agency}', 'Objects', 1, 'Stored', 'SHA-512', 1, '\x00', now(), '{Clock.GetUtcNow().AddHours(1):O}', now());
            INSERT INTO evidence_leaf (batch_id, ordinal, kind, digest, package_id, subject)
                SELECT '{Agency}', row_number() OVER () - 1, 'File', sha512, package_id, id::text FROM file WHERE package_id = '{package}' AND logical_path = '{SignedFile}'
            """);
        // A list of the time between the proof and the certificate's end, brought when both are long past.
        await File.WriteAllBytesAsync(Path.Join(Folder, "drop", "root.crl"), Root.IssueCrl(end.AddHours(-12), end.AddDays(5)));
        Clock.Advance(TimeSpan.FromDays(10));
        await HarvestAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await RemakeAsync();
        var newest = (await VerdictsAsync(package))[^1];
        Assert.That(Said(newest), Does.StartWith("etsi TotalPassed"), newest.Conclusion);
        Assert.That(newest.Basis, Does.Contain("existedSince"));
        await AssertReplayedAsync(package);
    }

    private Task DropCrlAsync() => File.WriteAllBytesAsync(Path.Join(Folder, "drop", "root.crl"), Root.IssueCrl(Clock.GetUtcNow().AddDays(-1), Clock.GetUtcNow().AddDays(6)));

    private async Task AssertGainedAsync(Guid package, SignatureVerdict first)
    {
        var verdicts = await VerdictsAsync(package);
        Assert.That(verdicts.Select(Said), Is.EqualTo(new[] { Lacking, Passed }));
        var (old, gained) = (verdicts[0], verdicts[1]);
        Assert.That(old with { IsNewest = true, LookedAt = first.LookedAt, ReplayedAt = null, ReplayOutcome = null, FileSha512 = first.FileSha512, ReportSha512 = first.ReportSha512, Lacking = first.Lacking }, Is.EqualTo(first), "what an older verdict says never changes");
        Assert.That((gained.Supersedes, gained.Reason, gained.IsNewest, old.IsNewest), Is.EqualTo(((Guid?)old.Id, VerdictReason.Material, true, false)));
        Assert.That(gained.MadeAt, Is.GreaterThan(old.MadeAt));
        await using var session = await BeginAsync();
        var told = await session.Rows.PremisEvents.SingleAsync(e => e.Id == gained.EventId);
        Assert.That((told.Type, told.Outcome, told.PackageId), Is.EqualTo((VerdictRemaking.EventType, "success", (Guid?)package)));
        Assert.That(told.Detail, Does.Contain($"urn:uuid:{gained.ObjectId}"));
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "verdict.remade" && e.SubjectId == package.ToString()), Is.EqualTo(1));
        Assert.That(await session.Rows.Tasks.CountAsync(t => t.Kind == TaskKinds.VerdictChanged), Is.Zero, "a gain needs no review");
        Assert.That(await session.Rows.PackageCopies.CountAsync(c => c.PackageId == gained.ObjectId && c.State == CopyState.Good), Is.EqualTo(2), "fixity looks after it");
        Assert.That(await session.Rows.PackageVersions.CountAsync(v => v.PackageId == package), Is.EqualTo(1), "the AIP itself stays");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var session = await BeginAsync();
        await using (var command = session.Command(sql)) await command.ExecuteNonQueryAsync();
        await session.CommitAsync(default);
    }

    private async Task OwnerAsync(string sql)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Database.Owner);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
