using System.Net;
using System.Numerics;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Tests.TimeStamping;

internal sealed class EvidenceBatcherTests : EvidenceFixture
{
    private TestTsa Tsa => Authorities[0];

    protected override void Configure(PreservationOptions options)
    {
        options.TimeStamps.Timeout = TimeSpan.FromMilliseconds(500);
        options.TimeStamps.Authorities[0].PolicyOids.Add("1.3.6.1.4.1.99999.1");
    }

    [SetUp]
    public async Task AddOne()
    {
        await AddReceiptAsync();
        Clock.Advance(TimeSpan.FromMinutes(11));
    }

    [Test]
    public async Task What_is_old_enough_is_stamped_once_and_stored_on_both_stores()
    {
        await Batcher.RunAsync(default);
        await Batcher.RunAsync(default);
        var batch = (await BatchesAsync()).Single();
        Assert.That((batch.State, batch.Kind, batch.Leaves, batch.LastProblem), Is.EqualTo((EvidenceState.Stored, BatchKind.Objects, 1, (string?)null)));
        var token = (await TokensAsync()).Single();
        Assert.That((token.State, token.Tsa, token.Id, token.Policy, token.CertificatesEndAt?.Year), Is.EqualTo((TokenState.Proven, "tsa-1", batch.LeadToken, "1.3.6.1.4.1.99999.1", 2066)));
        Assert.That(token.StoredAt, Is.Not.Null);
        Assert.That(token.Algorithms, Does.Contain("SHA-256"));
        Assert.That(Tsa.Asked, Has.Count.EqualTo(1));
        foreach (var store in new[] { "first", "second" })
            Assert.That(Directory.GetFiles(Path.Join(Folder, store), "token.tsr", SearchOption.AllDirectories), Has.Length.EqualTo(1), store);
    }

    [Test]
    public async Task Nothing_is_asked_before_the_batch_is_due()
    {
        await Batcher.RunAsync(default);
        await AddReceiptAsync();
        Clock.Advance(TimeSpan.FromMinutes(9));
        await Batcher.RunAsync(default);
        Assert.That(Tsa.Asked, Has.Count.EqualTo(1));
        Clock.Advance(TimeSpan.FromMinutes(2));
        await Batcher.RunAsync(default);
        Assert.That(Tsa.Asked, Has.Count.EqualTo(2));
    }

    private static IEnumerable<TestCaseData> Silences()
    {
        yield return Silence("down", (context, _) => Status(context, HttpStatusCode.ServiceUnavailable));
        yield return Silence("nonsense", (_, _) => Task.FromResult<byte[]?>([1, 2, 3]));
        yield return Silence("a refusal", (_, _) => Task.FromResult<byte[]?>([0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02]));
        yield return Silence("a page", (context, _) =>
        {
            context.Response.ContentType = "text/html";
            return Task.FromResult<byte[]?>("<html>"u8.ToArray());
        });
        yield return Silence("silence", async (context, _) =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return null;
        });
        yield return Silence("a trickle", async (context, _) =>
        {
            await context.Response.Body.WriteAsync(new byte[] { 0x30 });
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return null;
        });
        yield return Silence("a gigabyte", async (context, _) =>
        {
            for (var i = 0; i < 1024 && !context.RequestAborted.IsCancellationRequested; i++) await context.Response.Body.WriteAsync(new byte[1 << 20]);
            return null;
        });
        yield return Silence("a redirect", (context, _) =>
        {
            context.Response.Redirect("http://elsewhere.test/");
            return Task.FromResult<byte[]?>(null);
        });
    }

    [TestCaseSource(nameof(Silences))]
    public async Task A_batch_outlives_an_authority_that_fails_and_is_asked_for_again_with_the_same_bytes(Func<HttpContext, byte[], Task<byte[]?>> bad)
    {
        var good = Tsa.Answer;
        Tsa.Answer = bad;
        await Batcher.RunAsync(default);
        await Batcher.RunAsync(default);
        Assert.That(Tsa.Asked, Has.Count.EqualTo(1), "it rests after a failure");
        var waiting = (await BatchesAsync()).Single();
        Assert.That((waiting.State, waiting.LeadToken), Is.EqualTo((EvidenceState.Asking, (Guid?)null)));
        Assert.That(waiting.LastProblem, Is.Not.Empty);
        await using (var session = await BeginAsync())
        {
            var task = await session.Rows.Tasks.SingleAsync();
            Assert.That((task.Kind, task.State, task.Role), Is.EqualTo((TaskKinds.EvidenceTrouble, TaskState.Open, Role.PreservationOfficer)));
            var report = await EvidenceCoverage.MakeAsync(session, default);
            Assert.That(report.OpenTokens.Single().Problem, Is.Not.Empty);
            Assert.That(report.Kinds.Single(k => k.Kind == LeafKind.Receipt), Is.EqualTo(new KindCoverage(LeafKind.Receipt, 0, 1, waiting.CreatedAt)));
            Assert.That(report.Authorities.Single().Failures, Is.EqualTo(1));
        }
        Tsa.Answer = good;
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Batcher.RunAsync(default);
        var stored = (await BatchesAsync()).Single();
        Assert.That((stored.Id, stored.State, stored.LastProblem), Is.EqualTo((waiting.Id, EvidenceState.Stored, (string?)null)));
        Assert.That(Tsa.Asked.Select(Convert.ToHexString).Distinct().Count(), Is.EqualTo(1), "always the same request");
        Assert.That((await TokensAsync()).Single().Tries, Is.EqualTo(2));
    }

    private static IEnumerable<TestCaseData> WrongTokens()
    {
        yield return Wrong("another nonce", t => t with { Nonce = 42 }, "nonce");
        yield return Wrong("other data", t => t with { OtherData = true }, "other data");
        yield return Wrong("a policy nobody allowed", t => t with { Policy = "1.2.3" }, "policy 1.2.3");
        yield return Wrong("an accuracy of an hour", t => t with { AccuracySeconds = 3600 }, "accurate");
        yield return Wrong("a time before the question", t => t with { Ahead = -TimeSpan.FromHours(1) }, "before it was asked");
        yield return Wrong("a time to come", t => t with { Ahead = TimeSpan.FromHours(1) }, "to come");
        yield return Wrong("an authority nobody trusts", t => t with { Certificate = TestTsa.SelfSigned("stranger", new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)) }, "NoCertificateChainFound");
        yield return Wrong("a certificate that ended", t => t with { Certificate = TestTsa.SelfSigned("tsa-1", new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero)) }, "Indeterminate");
    }

    [TestCaseSource(nameof(WrongTokens))]
    public async Task A_wrong_token_is_kept_as_refused_and_another_one_is_asked_for(Func<TestTokens, TestTokens> change, string words)
    {
        var good = Tsa.Tokens;
        Tsa.Tokens = change(good);
        await Batcher.RunAsync(default);
        var tokens = await TokensAsync();
        Assert.That(tokens.Select(t => t.State), Is.EquivalentTo(new[] { TokenState.Refused, TokenState.Asking }));
        var refused = tokens.Single(t => t.State == TokenState.Refused);
        Assert.That(refused.Response, Is.Not.Empty, "the answer is kept");
        Assert.That(refused.LastProblem, Does.Contain(words));
        Assert.That((await BatchesAsync()).Single().State, Is.EqualTo(EvidenceState.Asking));
        Tsa.Tokens = good;
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Batcher.RunAsync(default);
        Assert.That((await BatchesAsync()).Single().State, Is.EqualTo(EvidenceState.Stored));
        Assert.That(Tsa.Asked.Select(Convert.ToHexString).Distinct().Count(), Is.EqualTo(2), "a new request, whose nonce no bad answer knows");
        Assert.That((await TokensAsync()).Count(t => t.State == TokenState.Proven), Is.EqualTo(1));
    }

    [Test]
    public async Task A_serial_number_does_not_come_twice_from_one_authority()
    {
        var good = Tsa.Tokens;
        Tsa.Tokens = good with { Serial = new BigInteger(7) };
        await Batcher.RunAsync(default);
        await AddReceiptAsync();
        Clock.Advance(TimeSpan.FromMinutes(11));
        await Batcher.RunAsync(default);
        var last = (await BatchesAsync())[1];
        Assert.That(last.State, Is.EqualTo(EvidenceState.Asking));
        Assert.That((await TokensAsync()).Single(t => t.State == TokenState.Refused).LastProblem, Does.Contain("serial number 7 before"));
        Tsa.Tokens = good;
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Batcher.RunAsync(default);
        Assert.That((await BatchesAsync()).Select(b => b.State), Is.All.EqualTo(EvidenceState.Stored));
    }

    [Test]
    public async Task Whatever_instant_is_the_last_one_each_batch_ends_with_one_stored_token()
    {
        await Batcher.RunAsync(default);
        var crashes = 0;
        for (var n = 1; ; n++)
        {
            await AddReceiptAsync();
            Clock.Advance(TimeSpan.FromMinutes(11));
            var clock = new DyingClock(Clock, n);
            var dead = false;
            try
            {
                await BatcherOf(new CatalogueSessions(Database.Sessions.DataSource, clock), clock).RunAsync(default);
            }
            catch (DyingClock.DeadException)
            {
                (dead, crashes) = (true, crashes + 1);
            }
            Clock.Advance(TimeSpan.FromMinutes(11));
            await Batcher.RunAsync(default);
            await Batcher.RunAsync(default);
            var batches = await BatchesAsync();
            Assert.That(batches.Select(b => (b.State, b.LastProblem)), Is.All.EqualTo((EvidenceState.Stored, (string?)null)), $"instant {n}");
            Assert.That(batches, Has.Count.EqualTo(n + 1), $"instant {n}");
            var tokens = await TokensAsync();
            Assert.That(tokens.GroupBy(t => t.BatchId).Select(g => g.Count(t => t.State == TokenState.Proven && t.StoredAt != null)), Is.All.EqualTo(1), $"instant {n}");
            if (!dead) break;
        }
        Assert.That(crashes, Is.GreaterThan(10), "instants that were the last one");
        foreach (var store in new[] { "first", "second" })
            Assert.That(Directory.GetFiles(Path.Join(Folder, store), "token.tst", SearchOption.AllDirectories), Has.Length.EqualTo(crashes + 2), store);
    }

    [Test]
    public async Task Files_and_inventories_are_due_with_their_version_and_nothing_is_due_twice()
    {
        await Batcher.RunAsync(default);
        await AddPackageAsync(new Dictionary<string, byte[]> { ["a"] = [1], ["b"] = [2] });
        await using (var session = await BeginAsync())
        {
            Assert.That(await session.Rows.EvidenceDues.Select(d => d.Kind).OrderBy(k => k).ToListAsync(), Is.EquivalentTo(new[] { LeafKind.File, LeafKind.File, LeafKind.Inventory }));
            Assert.That((await EvidenceCoverage.MakeAsync(session, default)).Kinds.Select(k => (k.Kind, k.Covered, k.NotCovered)), Is.EquivalentTo(new[] { (LeafKind.File, 0L, 2L), (LeafKind.Inventory, 0L, 1L), (LeafKind.Receipt, 1L, 0L) }));
        }
        Clock.Advance(TimeSpan.FromMinutes(11));
        await Batcher.RunAsync(default);
        Clock.Advance(TimeSpan.FromMinutes(11));
        await Batcher.RunAsync(default);
        Assert.That((await BatchesAsync()).Select(b => b.Leaves), Is.EqualTo(new[] { 1, 3 }));
        await using var after = await BeginAsync();
        Assert.That(await after.Rows.EvidenceDues.AnyAsync(), Is.False);
        Assert.That((await EvidenceCoverage.MakeAsync(after, default)).Kinds.Sum(k => k.NotCovered), Is.Zero);
    }

    private static TestCaseData Silence(string name, Func<HttpContext, byte[], Task<byte[]?>> answer) => new TestCaseData(answer).SetArgDisplayNames(name);

    private static TestCaseData Wrong(string name, Func<TestTokens, TestTokens> change, string words) => new TestCaseData(change, words).SetArgDisplayNames(name, words);

    private static Task<byte[]?> Status(HttpContext context, HttpStatusCode status)
    {
        context.Response.StatusCode = (int)status;
        return Task.FromResult<byte[]?>(null);
    }
}
