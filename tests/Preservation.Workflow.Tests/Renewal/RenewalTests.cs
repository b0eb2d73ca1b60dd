using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence;
using Preservation.Evidence.Records;
using Preservation.Evidence.Tests.Foreign;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Evidence.Export;
using Preservation.Workflow.Options;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.Tests.TimeStamping;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Tests.Renewal;

/// <summary>An archive whose authorities' certificates end and whose hash function breaks; its records are judged by our verifier and by Bouncy Castle.</summary>
internal sealed class RenewalTests : EvidenceFixture
{
    private static readonly Dictionary<string, byte[]> Contents = Enumerable.Range(0, 7).ToDictionary(i => $"data/{i}.txt", i => Encoding.UTF8.GetBytes($"văn bản {i}"));
    private ForeignJudge _judge = null!;

    protected override int AuthorityCount => 2;

    protected override void Configure(PreservationOptions options)
    {
        (options.TimeStamps.TokensPerBatch, options.TimeStamps.RenewalAlgorithm, options.TimeStamps.RenewBeforeAlgorithmEnd) = (2, "SHA-384", TimeSpan.Zero);
    }

    [OneTimeSetUp]
    public async Task StartJudge() => _judge = await ForeignJudge.StartAsync();

    [OneTimeTearDown]
    public void StopJudge() => _judge?.Dispose();

    [SetUp]
    public async Task ShortenCertificates()
    {
        // The foreign judge goes by the machine's clock, and takes no token from the future.
        Clock.Advance(TimeSpan.FromDays(-20 * 365));
        foreach (var authority in Authorities) await RenewCertificateAsync(authority, 3);
    }

    [Test]
    public async Task Records_outlive_certificates_and_a_hash_function()
    {
        var package = await AddPackageAsync(Contents);
        await AddReceiptAsync();
        await TurnAsync(TimeSpan.FromHours(1));
        await JudgeAsync(package, tokens: 1, chains: 1);
        // Nothing is due for two years.
        await TurnAsync(TimeSpan.FromDays(365));
        Assert.That((await BatchesAsync()).Select(b => b.Kind), Is.EqualTo(new[] { BatchKind.Objects }));

        // A second batch, younger than the first; then the certificates of both come near their end: one tree over all four tokens.
        var younger = await AddPackageAsync(Contents.ToDictionary(c => c.Key, c => (byte[])[.. c.Value, .. "!"u8]));
        await TurnAsync(TimeSpan.FromHours(1));
        foreach (var authority in Authorities) await RenewCertificateAsync(authority, 12);
        await TurnAsync(TimeSpan.FromDays(600));
        var renewal = (await BatchesAsync()).Single(b => b.Kind == BatchKind.Renewal);
        Assert.That((renewal.Leaves, renewal.State, renewal.Slots), Is.EqualTo((4, EvidenceState.Stored, 2)));
        await JudgeAsync(package, tokens: 2, chains: 1);
        await JudgeAsync(younger, tokens: 2, chains: 1);

        foreach (var authority in Authorities) await RenewCertificateAsync(authority, 30);
        await TurnAsync(TimeSpan.FromDays(365 * 9 + 300));
        await JudgeAsync(package, tokens: 3, chains: 1);

        await BreakAsync("SHA-512");
        await TurnAsync(TimeSpan.FromDays(1));
        await using (var session = await BeginAsync()) Assert.That((await session.Rows.HashTreeRenewals.SingleAsync()).EndedAt, Is.Null, "nothing was read yet");
        await ReadAllAsync();
        await TurnAsync(TimeSpan.FromHours(1));
        await TurnAsync(TimeSpan.FromHours(1));
        await using (var session = await BeginAsync())
        {
            var ended = await session.Rows.HashTreeRenewals.SingleAsync();
            Assert.That(await TreeRenewal.RemainingAsync(session, ended, default), Is.EqualTo((0L, 0L)));
            Assert.That(ended.EndedAt, Is.Not.Null);
        }
        await JudgeAsync(package, tokens: 4, chains: 2);
        await JudgeAsync(younger, tokens: 4, chains: 2);
        Assert.That((await BatchesAsync()).Where(b => b.Kind == BatchKind.Rehash).Select(b => (b.Algorithm, b.Leaves)), Is.EqualTo(new[] { ("sha384", 17) }), "files, inventories and the receipt");

        await ExportsAsync(package);
        await ExportsOneWithItsContentAsync(package);
        await OthersStandWithoutOneAsync(package);
    }

    [Test]
    public async Task An_object_whose_bytes_no_longer_match_gets_no_new_proof_and_the_rest_goes_on()
    {
        var package = await AddPackageAsync(Contents);
        await TurnAsync(TimeSpan.FromHours(1));
        foreach (var store in new[] { "first", "second" }) await File.WriteAllTextAsync(PathOf(store, KeyOf(package, "data/3.txt")), "forged");
        await BreakAsync("SHA-512");
        await TurnAsync(TimeSpan.FromHours(1));
        await ReadAllAsync();
        await TurnAsync(TimeSpan.FromHours(1));
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.Tasks.AnyAsync(t => t.Kind == TaskKinds.FixityIncident && t.State == TaskState.Open), Is.True);
        var renewal = await session.Rows.HashTreeRenewals.SingleAsync();
        Assert.That(await TreeRenewal.RemainingAsync(session, renewal, default), Is.EqualTo((1L, 0L)));
        Assert.That(renewal.EndedAt, Is.Null);
        Assert.That((await BatchesAsync()).Single(b => b.Kind == BatchKind.Rehash).Leaves, Is.EqualTo(7), "six files and the inventory");
        var files = await session.Rows.Files.ToListAsync();
        Assert.That((await Records.OfAsync(files.Single(f => f.LogicalPath == "data/3.txt"), default))!.Chains, Is.EqualTo(1));
        Assert.That((await Records.OfAsync(files.Single(f => f.LogicalPath == "data/2.txt"), default))!.Chains, Is.EqualTo(2));
    }

    [Test]
    public async Task An_alarm_counts_when_a_second_person_confirms_it()
    {
        await AddPackageAsync(Contents);
        await TurnAsync(TimeSpan.FromHours(1));
        var alarms = new AlgorithmAlarms(Database.Sessions);
        var id = await alarms.AnnounceAsync(Person, "ECDSA", null, Clock.GetUtcNow().AddDays(30), "curves", default);
        Assert.That(await alarms.ConfirmAsync(Person, id, default), Is.False, "not by the same person");
        await TurnAsync(TimeSpan.FromHours(1));
        Assert.That((await BatchesAsync()).Select(b => b.Kind), Is.EqualTo(new[] { BatchKind.Objects }));
        Assert.That(await alarms.ConfirmAsync(await SecondPersonAsync(), id, default), Is.True);
        await TurnAsync(TimeSpan.FromHours(1));
        Assert.That((await BatchesAsync()).Select(b => (b.Kind, b.Leaves)), Is.EqualTo(new[] { (BatchKind.Objects, 8), (BatchKind.Renewal, 2) }));
        Assert.That((await alarms.AllAsync(default)).Single().ConfirmedBy, Is.Not.Null);
    }

    [Test]
    public async Task A_renewal_survives_a_death_at_every_instant()
    {
        await AddPackageAsync(Contents);
        await TurnAsync(TimeSpan.FromHours(1));
        foreach (var authority in Authorities) await RenewCertificateAsync(authority, 20);
        Clock.Advance(TimeSpan.FromDays(1000));
        for (var n = 1; ; n++)
        {
            var clock = new DyingClock(Clock, n);
            var sessions = new CatalogueSessions(Database.Sessions.DataSource, clock);
            try
            {
                await RenewalsOf(sessions).RunAsync(default);
                await BatcherOf(sessions, clock).RunAsync(default);
                break;
            }
            catch (DyingClock.DeadException)
            {
                Clock.Advance(TimeSpan.FromMinutes(11));
            }
        }
        await TurnAsync(TimeSpan.FromMinutes(11));
        Assert.That((await BatchesAsync()).Select(b => (b.Kind, b.State)), Is.EqualTo(new[] { (BatchKind.Objects, EvidenceState.Stored), (BatchKind.Renewal, EvidenceState.Stored) }));
        Assert.That((await TokensAsync()).GroupBy(t => (t.BatchId, t.Slot)).Select(g => g.Count(t => t.State == TokenState.Proven && t.StoredAt != null)), Is.EqualTo(new[] { 1, 1, 1, 1 }));
    }

    // Each file's record: our verifier with its data and the anchors, the foreign judge with its data, and neither with other data.
    private async Task JudgeAsync(Package package, int tokens, int chains)
    {
        await using var session = await BeginAsync();
        var policy = new VerificationPolicy { TrustAnchors = TrustAnchors.Load([Anchors]) };
        foreach (var file in await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == package.Id).ToListAsync())
        {
            var record = (await Records.OfAsync(file, default))!;
            Assert.That((record.Tokens.Length, record.Chains), Is.EqualTo((tokens, chains)), file.LogicalPath);
            var content = await File.ReadAllBytesAsync(PathOf("first", KeyOf(package, file.LogicalPath)));
            var report = Verify(record, content, policy);
            Assert.That((report.Outcome, report.Timestamps.Length), Is.EqualTo((VerificationOutcome.ErValid, tokens)), () => string.Join('\n', report.Findings.Select(f => f.Message.En)));
            Assert.That(report.Timestamps.Select(t => t.Indication), Is.All.EqualTo(Indication.TotalPassed), () => string.Join('\n', report.Timestamps.SelectMany(t => t.Findings).Select(f => f.Message.En)));
            Assert.That(await _judge.JudgeAsync(record.Encoded.AsMemory(), content), Is.EqualTo("OK"));
        }
        var any = (await Records.OfAsync(await session.Rows.Files.AsNoTracking().FirstAsync(f => f.PackageId == package.Id), default))!;
        Assert.That(Verify(any, "other"u8.ToArray(), policy).Outcome, Is.EqualTo(VerificationOutcome.ErDataMismatch));
        Assert.That(await _judge.JudgeAsync(any.Encoded.AsMemory(), "other"u8.ToArray()), Is.Not.EqualTo("OK"));
    }

    private EvidenceReport Verify(BuiltRecord record, byte[] content, VerificationPolicy policy)
    {
        var reading = EvidenceRecordReader.Read(record.Encoded.AsMemory(), EvidenceLimits.Default, "r.ers");
        return EvidenceRecordVerification.Verify(reading.Record!, [ProtectedObject.Of("data", DigestAlgorithm.All.Select(a => a.Compute(content)))], policy, Clock.GetUtcNow().AddMinutes(2), "r.ers");
    }

    private async Task ExportsAsync(Package package)
    {
        await using var zip = new ZipArchive((await Export.MakeAsync(package, EvidenceSelection.Records, [], default))!);
        Assert.That(zip.Entries.Any(e => e.FullName.StartsWith("files/", StringComparison.Ordinal)), Is.False);
        var records = zip.Entries.Where(e => e.FullName.EndsWith(".ers", StringComparison.Ordinal)).OrderBy(e => e.FullName, StringComparer.Ordinal).ToList();
        Assert.That(records, Has.Count.EqualTo(Contents.Count));
        var paths = Contents.Keys.Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < records.Count; i++)
        {
            using var bytes = new MemoryStream();
            await using (var stream = await records[i].OpenAsync()) await stream.CopyToAsync(bytes);
            Assert.That(await _judge.JudgeAsync(bytes.ToArray(), Contents[paths[i]]), Is.EqualTo("OK"), paths[i]);
        }
    }

    private async Task ExportsOneWithItsContentAsync(Package package)
    {
        var only = new HashSet<string> { "data/1.txt" };
        await using var zip = new ZipArchive((await Export.MakeAsync(package, new EvidenceSelection(only, WithContent: true), [EvidencePart.Of(EvidencePartKind.Audit, "provenance.json", "{}"u8.ToArray())], default))!);
        Assert.That(zip.Entries.Where(e => e.FullName.Contains('/', StringComparison.Ordinal)).Select(e => e.FullName), Is.EquivalentTo(new[] { "records/000001.ers", "files/data/1.txt", "audit/provenance.json" }));
        using var bytes = new MemoryStream();
        await using (var stream = await zip.GetEntry("files/data/1.txt")!.OpenAsync()) await stream.CopyToAsync(bytes);
        Assert.That(bytes.ToArray(), Is.EqualTo(Contents["data/1.txt"]));
        Assert.That(await Export.MakeAsync(package, new EvidenceSelection(new HashSet<string> { "data/none.txt" }, WithContent: false), [], default), Is.Null);
    }

    // Destroying one object takes its bytes and its rows; what stays of it is a digest in other records' trees.
    private async Task OthersStandWithoutOneAsync(Package package)
    {
        foreach (var store in new[] { "first", "second" }) File.Delete(PathOf(store, KeyOf(package, "data/0.txt")));
        await using (var owner = Npgsql.NpgsqlDataSource.Create(Database.Owner))
        await using (var erase = owner.CreateCommand($"DELETE FROM copy WHERE key LIKE '%data/0.txt' AND package_id = '{package.Id}'; DELETE FROM file WHERE package_id = '{package.Id}' AND logical_path = 'data/0.txt'"))
            await erase.ExecuteNonQueryAsync();
        await JudgeAsync(package, tokens: 4, chains: 2);
        var digest = SHA512.HashData(Contents["data/0.txt"]);
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.EvidenceLeaves.CountAsync(l => l.Digest == digest), Is.EqualTo(1));
    }

    private async Task TurnAsync(TimeSpan later)
    {
        Clock.Advance(later);
        await Renewals.RunAsync(default);
        await Batcher.RunAsync(default);
    }

    private async Task ReadAllAsync()
    {
        Clock.Advance(TimeSpan.FromMinutes(5));
        await Fixity.WorkAsync(default);
    }

    private async Task BreakAsync(string algorithm)
    {
        var alarms = new AlgorithmAlarms(Database.Sessions);
        var id = await alarms.AnnounceAsync(Person, algorithm, null, Clock.GetUtcNow().AddDays(100), "collisions", default);
        Assert.That(await alarms.ConfirmAsync(await SecondPersonAsync(), id, default), Is.True);
    }

    private async Task<Guid> SecondPersonAsync()
    {
        await using var session = await BeginAsync();
        var person = new Principal { Id = Guid.NewGuid(), Kind = PrincipalKind.Person, Name = "Trần Thị B", ValidFrom = session.Now, CreatedAt = session.Now };
        session.Rows.Principals.Add(person);
        await session.CommitAsync(default);
        return person.Id;
    }

    private async Task RenewCertificateAsync(TestTsa authority, int years)
    {
        authority.Tokens = authority.Tokens with { Certificate = TestTsa.SelfSigned($"{authority.Name} {years}", Clock.GetUtcNow().AddDays(-1), Clock.GetUtcNow().AddYears(years)) };
        await File.WriteAllTextAsync(Path.Join(Anchors, $"{authority.Name}-{years}.crt"), authority.Tokens.Certificate.ExportCertificatePem());
    }
}
