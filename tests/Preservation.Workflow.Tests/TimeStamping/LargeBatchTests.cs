using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence;
using Preservation.Evidence.Records;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Reports;
using Preservation.Testing;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.TimeStamping;

/// <summary>A record is read from a few pages, however many leaves its batch has.</summary>
internal sealed class LargeBatchTests : EvidenceFixture
{
    private static int Leaves => Tier.IsLong ? 1_000_000 : 3_000;

    protected override void Configure(PreservationOptions options) => options.TimeStamps.MaxLeaves = 1 << 20;

    [Test]
    public async Task One_record_of_a_large_batch_is_read_from_a_few_pages()
    {
        await using (var session = await BeginAsync())
        {
            await using var fill = session.Command("""
                INSERT INTO evidence_due (kind, subject, sha512, since) SELECT 'File', i::text, sha512(('object ' || i)::bytea), $2 FROM generate_series(0, $1 - 1) AS i
                """, Leaves, session.Now);
            fill.CommandTimeout = 600;
            await fill.ExecuteNonQueryAsync();
            await session.CommitAsync(default);
        }
        Clock.Advance(TimeSpan.FromMinutes(11));
        await Batcher.RunAsync(default);
        var batch = (await BatchesAsync()).Single();
        Assert.That((batch.Leaves, batch.State), Is.EqualTo((Leaves, EvidenceState.Stored)));
        var pages = 0;
        await using (var session = await BeginAsync()) pages = session.Rows.EvidencePages.Count();
        Assert.That(pages, Is.EqualTo(Tier.IsLong ? 3_907 / 256 + 1 + 1 : 1));
        foreach (var subject in new[] { 0, 1, Leaves / 2, Leaves - 1 })
        {
            var record = (await Records.OfAsync(LeafKind.File, [$"{subject}"], default)).Single();
            var reading = EvidenceRecordReader.Read(record.Encoded.AsMemory(), EvidenceLimits.Default, "r.ers");
            var data = ProtectedObject.Of("data", [DigestAlgorithm.Sha512.Compute(Encoding.ASCII.GetBytes($"object {subject}"))]);
            Assert.That(EvidenceRecordVerification.Verify(reading.Record!, [data], new VerificationPolicy(), Clock.GetUtcNow(), "r.ers").Outcome, Is.EqualTo(VerificationOutcome.ErValid), $"object {subject}");
            Assert.That(record.Encoded, Has.Length.LessThan(8 << 10));
        }
        if (!Tier.IsLong) return;
        var times = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            var watch = Stopwatch.StartNew();
            await Records.OfAsync(LeafKind.File, [$"{RandomNumberGenerator.GetInt32(Leaves)}"], default);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        TestContext.Out.WriteLine($"one record of {Leaves} leaves: median {times[25]:F1} ms, 98 % {times[48]:F1} ms");
    }
}
