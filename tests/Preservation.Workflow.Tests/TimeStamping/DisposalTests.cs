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
using Preservation.Evidence.Xml;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Testing;
using Preservation.Workflow.Options;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Tests.TimeStamping;

/// <summary>When one object is destroyed, every other record goes on: in DER, in XML, in exports, and through a renewal by a function of another family.</summary>
internal sealed class DisposalTests : EvidenceFixture
{
    private const string Destroyed = "data/2.txt";
    private static readonly Dictionary<string, byte[]> Contents = Enumerable.Range(0, 5).ToDictionary(i => $"data/{i}.txt", i => Encoding.UTF8.GetBytes($"văn bản {i}"));
    private ForeignJudge _judge = null!;

    protected override void Configure(PreservationOptions options) => (options.TimeStamps.RenewalAlgorithm, options.TimeStamps.RenewBeforeAlgorithmEnd) = ("SHA3-512", TimeSpan.Zero);

    [OneTimeSetUp]
    public async Task StartJudge() => _judge = await ForeignJudge.StartAsync();

    [OneTimeTearDown]
    public void StopJudge() => _judge?.Dispose();

    [Test]
    public async Task Every_other_record_stands_after_one_object_was_destroyed()
    {
        var package = await AddPackageAsync(Contents);
        await using (var session = await BeginAsync())
        {
            foreach (var action in new[] { "submission.receive", "submission.check", "package.preserved" }) session.Audit(Person, Agency, action, "package", package.Id.ToString(), new { action });
            await session.CommitAsync(default);
        }
        await new AuditSealer(Database.Sessions).SealAsync(default);
        await TurnAsync();
        await JudgeAsync(package, Contents.Keys, chains: 1);
        await DestroyAsync(package);
        var others = Contents.Keys.Where(p => p != Destroyed).ToList();
        await JudgeAsync(package, others, chains: 1);
        await JudgeXmlAsync(package, others);
        await ExportsAsync(package, others);

        await BreakAsync("SHA-512");
        await TurnAsync();
        await Fixity.WorkAsync(default);
        await TurnAsync();
        await TurnAsync();
        var rehashed = (await BatchesAsync()).Single(b => b.Kind == BatchKind.Rehash);
        Assert.That((rehashed.Algorithm, rehashed.State), Is.EqualTo(("sha3-512", EvidenceState.Stored)));
        await JudgeAsync(package, others, chains: 2);
        await ExportsAsync(package, others);
        await using var after = await BeginAsync();
        var digest = SHA512.HashData(Contents[Destroyed]);
        Assert.That(await after.Rows.EvidenceLeaves.CountAsync(l => l.Digest == digest), Is.EqualTo(1), "what stays of it is a digest in the others' tree");
    }

    private async Task JudgeAsync(Package package, IReadOnlyCollection<string> paths, int chains)
    {
        var seen = new List<string>();
        await foreach (var (file, record) in Records.OfAsync(package, EvidenceSelection.Records, default))
        {
            seen.Add(file.LogicalPath);
            Assert.That(record!.Chains, Is.EqualTo(chains), file.LogicalPath);
            Assert.That(Verify(record.Encoded.AsMemory(), Contents[file.LogicalPath]), Is.EqualTo(VerificationOutcome.ErValid), file.LogicalPath);
            Assert.That(Verify(record.Encoded.AsMemory(), Contents[Destroyed]), Is.EqualTo(file.LogicalPath == Destroyed ? VerificationOutcome.ErValid : VerificationOutcome.ErDataMismatch));
            Assert.That(await _judge.JudgeAsync(record.Encoded.AsMemory(), Contents[file.LogicalPath]), Is.EqualTo("OK"), file.LogicalPath);
        }
        Assert.That(seen, Is.EqualTo(paths));
    }

    private async Task JudgeXmlAsync(Package package, List<string> paths)
    {
        var count = 0;
        await foreach (var (file, record) in Records.OfAsync(package, EvidenceSelection.Records, default))
        {
            var (xml, refusal) = XmlRecordWriter.Convert(EvidenceRecordReader.Read(record!.Encoded.AsMemory(), EvidenceLimits.Default, "r.ers").Record!, "r.ers");
            Assert.That(refusal, Is.Null);
            Assert.That(Verify(xml!.Value.AsMemory(), Contents[file.LogicalPath]), Is.EqualTo(VerificationOutcome.ErValid), file.LogicalPath);
            Assert.That(Verify(xml.Value.AsMemory(), Contents[Destroyed]), Is.EqualTo(VerificationOutcome.ErDataMismatch));
            count++;
        }
        Assert.That(count, Is.EqualTo(paths.Count));
    }

    // The whole archive for a stranger, checked by the scripts in it, with the audit log's entries.
    private async Task ExportsAsync(Package package, List<string> paths)
    {
        long[] entries;
        await using (var session = await BeginAsync()) entries = [.. await session.Rows.AuditEntries.Select(e => e.Id).ToListAsync()];
        var folder = Directory.CreateDirectory(Path.Join(Folder, Guid.NewGuid().ToString("N"))).FullName;
        await using (var file = await Export.MakeAsync(package, new EvidenceSelection(null, WithContent: true) { AuditEntries = entries }, [], default)) await ZipFile.ExtractToDirectoryAsync(file!, folder);
        Assert.That(Directory.GetFiles(Path.Join(folder, "files"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Path.Join(folder, "files"), f)), Is.EquivalentTo(paths));
        var content = Encoding.UTF8.GetString(Contents[Destroyed]);
        Assert.That(Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(f => File.ReadAllText(f).Contains(content, StringComparison.Ordinal) || f.EndsWith(Destroyed, StringComparison.Ordinal)), Is.Empty);
        foreach (var script in new[] { "check.py", "check_audit.py" })
        {
            var (exit, output) = await OutsideProgram.RunAsync("python3", folder, script == "check.py" ? [script, "files"] : [script]);
            Assert.That((exit, output.Contains("BAD", StringComparison.Ordinal)), Is.EqualTo((0, false)), output);
        }
    }

    private async Task DestroyAsync(Package package)
    {
        foreach (var store in new[] { "first", "second" }) File.Delete(PathOf(store, KeyOf(package, Destroyed)));
        await using var owner = Npgsql.NpgsqlDataSource.Create(Database.Owner);
        await using var erase = owner.CreateCommand($"DELETE FROM copy WHERE key LIKE '%{Destroyed}' AND package_id = '{package.Id}'; DELETE FROM file WHERE package_id = '{package.Id}' AND logical_path = '{Destroyed}'");
        await erase.ExecuteNonQueryAsync();
    }

    private VerificationOutcome Verify(ReadOnlyMemory<byte> record, byte[] content)
    {
        var reading = EvidenceRecordReader.Read(record, EvidenceLimits.Default, "r.ers");
        return EvidenceRecordVerification.Verify(reading.Record!, [ProtectedObject.Of("data", DigestAlgorithm.All.Concat(DigestAlgorithm.Further).Select(a => a.Compute(content)))],
            new VerificationPolicy { TrustAnchors = TrustAnchors.Load([Anchors]) }, Clock.GetUtcNow().AddMinutes(2), "r.ers").Outcome;
    }

    private async Task BreakAsync(string algorithm)
    {
        var second = Guid.NewGuid();
        await using (var session = await BeginAsync())
        {
            session.Rows.Principals.Add(new Principal { Id = second, Kind = PrincipalKind.Person, Name = "Trần Thị B", ValidFrom = session.Now, CreatedAt = session.Now });
            await session.CommitAsync(default);
        }
        var alarms = new AlgorithmAlarms(Database.Sessions);
        var id = await alarms.AnnounceAsync(Person, algorithm, null, Clock.GetUtcNow().AddDays(100), "collisions", default);
        Assert.That(await alarms.ConfirmAsync(second, id, default), Is.True);
    }

    private async Task TurnAsync()
    {
        Clock.Advance(TimeSpan.FromHours(1));
        await Renewals.RunAsync(default);
        await Batcher.RunAsync(default);
    }
}
