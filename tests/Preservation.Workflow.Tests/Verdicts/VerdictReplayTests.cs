using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Verdicts;

namespace Preservation.Workflow.Tests.Verdicts;

internal sealed class VerdictReplayTests : IngestFixture
{
    [Test]
    public async Task A_drill_replays_what_an_ingest_left_and_waits_until_it_is_due_again()
    {
        await File.WriteAllBytesAsync(Path.Join(Folder, "drop", "root.crl"), Root.IssueCrl(Clock.GetUtcNow().AddDays(-1), Clock.GetUtcNow().AddDays(6)));
        await HarvestAsync();
        var package = await IngestSignedAsync(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"));
        Clock.Advance(TimeSpan.FromDays(1));
        await Services.GetRequiredService<VerdictReplay>().RunAsync(default);
        var replayed = (await VerdictsAsync(package)).Single();
        Assert.That((replayed.ReplayOutcome, replayed.ReplayedAt), Is.EqualTo(("Same", (DateTimeOffset?)Clock.GetUtcNow())));
        Clock.Advance(TimeSpan.FromDays(100));
        await Services.GetRequiredService<VerdictReplay>().RunAsync(default);
        Assert.That((await VerdictsAsync(package)).Single().ReplayedAt, Is.EqualTo(replayed.ReplayedAt));
        Clock.Advance(TimeSpan.FromDays(300));
        await Services.GetRequiredService<VerdictReplay>().RunAsync(default);
        Assert.That((await VerdictsAsync(package)).Single().ReplayedAt, Is.EqualTo(Clock.GetUtcNow()));
    }

    [Test]
    public async Task It_needs_nothing_but_the_stores_and_neither_the_anchors_of_today_nor_the_library()
    {
        await File.WriteAllBytesAsync(Path.Join(Folder, "drop", "root.crl"), Root.IssueCrl(Clock.GetUtcNow().AddDays(-1), Clock.GetUtcNow().AddDays(6)));
        await HarvestAsync();
        var package = await IngestSignedAsync(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"));
        File.Delete(Path.Join(Folder, "anchors", "root.pem"));
        await OwnerAsync("DELETE FROM validation_material");
        Clock.Advance(TimeSpan.FromDays(3000));
        await AssertReplayedAsync(package);
    }

    [Test]
    public async Task A_kept_file_that_lost_its_record_makes_it_incomplete_and_a_person_is_asked()
    {
        var package = await IngestSignedAsync(Root.IssueSigner(saysNoRevocation: true));
        await OwnerAsync("UPDATE file SET logical_path = 'lost' WHERE logical_path LIKE '%.anchors.json'");
        Assert.That(await ReplayAsync(package), Is.EqualTo(ReplayOutcome.Incomplete));
        await AssertToldAsync(package, "incomplete");
    }

    [Test]
    public async Task A_report_that_comes_out_differently_is_recorded_and_becomes_a_task()
    {
        var package = await IngestSignedAsync(Root.IssueSigner(saysNoRevocation: true));
        // A report of the same file that our engine would not write, in the stores' place of the real one.
        var report = Directory.EnumerateFiles(Path.Join(Folder, "a"), "*.p7s.json", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllTextAsync(report);
        var other = System.Text.Encoding.UTF8.GetBytes(bytes.Replace("TOTAL_PASSED", "INDETERMINATE", StringComparison.Ordinal));
        foreach (var store in (string[])["a", "b"])
            foreach (var path in Directory.EnumerateFiles(Path.Join(Folder, store), "*.p7s.json", SearchOption.AllDirectories))
            {
                File.Delete(path);
                await File.WriteAllBytesAsync(path, other);
            }
        var sha512 = Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(other));
        await OwnerAsync($"UPDATE copy SET sha512 = '\\x{sha512}', bytes = {other.Length} WHERE key LIKE '%.p7s.json'; UPDATE file SET sha512 = '\\x{sha512}', bytes = {other.Length} WHERE logical_path LIKE '%.p7s.json'; UPDATE signature_verdict SET report_sha512 = '\\x{sha512}'");
        Assert.That(await ReplayAsync(package), Is.EqualTo(ReplayOutcome.Different));
        await AssertToldAsync(package, "different");
    }

    [Test]
    public async Task A_report_that_is_not_as_recorded_is_the_fixity_plans_matter_and_judged_by_nobody()
    {
        var package = await IngestSignedAsync(Root.IssueSigner(saysNoRevocation: true));
        foreach (var path in Directory.EnumerateFiles(Folder, "*.p7s.json", SearchOption.AllDirectories).ToList())
        {
            var damaged = await File.ReadAllBytesAsync(path);
            damaged[^2] ^= 1;
            File.Delete(path);
            await File.WriteAllBytesAsync(path, damaged);
        }
        Assert.That(async () => await ReplayAsync(package), Throws.InstanceOf<IOException>());
        Assert.That((await VerdictsAsync(package)).Single().ReplayedAt, Is.Null);
    }

    [Test]
    public async Task Two_files_of_a_package_each_rest_on_their_own_material()
    {
        // The first cannot be proven, the second can: what proves the second must not change the first.
        await File.WriteAllBytesAsync(Path.Join(Folder, "drop", "root.crl"), Root.IssueCrl(Clock.GetUtcNow().AddDays(-1), Clock.GetUtcNow().AddDays(6)));
        await HarvestAsync();
        using var other = new Preservation.Testing.Certificates.TestAuthority("Another Root");
        var submission = await IngestAsync(
            ("a.txt", Content), ("a.txt.p7s", Sign(other.IssueSigner(crlUrl: "http://not.listed.test/other.crl"))), ("b.txt", Content), ("b.txt.p7s", Sign(Root.IssueSigner(crlUrl: "http://not.listed.test/root.crl"))));
        var verdicts = await VerdictsAsync(submission.PackageId!.Value);
        Assert.That(verdicts.OrderBy(v => v.Path).Select(Said).Select(s => s.Split(',')[0]), Is.EqualTo(new[] { "etsi Indeterminate NoCertificateChainFound", "etsi TotalPassed" }));
        await AssertReplayedAsync(submission.PackageId.Value);
    }

    private async Task<ReplayOutcome> ReplayAsync(Guid package) => await Services.GetRequiredService<VerdictReplay>().RunAsync((await VerdictsAsync(package)).Single().Id, default);

    private async Task AssertToldAsync(Guid package, string word)
    {
        await using var session = await BeginAsync();
        var task = await session.Rows.Tasks.SingleAsync(t => t.Kind == TaskKinds.VerdictReplay);
        Assert.That((task.PackageId, task.State, task.Role), Is.EqualTo(((Guid?)package, TaskState.Open, Role.PreservationOfficer)));
        Assert.That(task.Subject, Does.Contain(word));
        Assert.That(await session.Rows.PremisEvents.CountAsync(e => e.Type == VerdictRemaking.EventType && e.Outcome == "fail" && e.PackageId == package), Is.EqualTo(1));
        Assert.That(await session.Rows.AuditEntries.CountAsync(e => e.Action == "verdict.replayed"), Is.EqualTo(1));
    }

    private async Task OwnerAsync(string sql)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(Database.Owner);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
