using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Tests.TimeStamping;

internal sealed class SeveralAuthoritiesTests : EvidenceFixture
{
    protected override int AuthorityCount => 3;

    protected override void Configure(PreservationOptions options)
    {
        var authorities = options.TimeStamps.Authorities;
        (authorities[0].Group, authorities[1].Group) = ("north", "north");
        authorities[0].User = "archive";
        authorities[0].PasswordFile = Path.Join(Folder, "password");
        File.WriteAllText(authorities[0].PasswordFile, "bí mật\n");
        authorities[1].QuotaPerDay = 2;
        options.TimeStamps.TokensPerBatch = TestContext.CurrentContext.Test.Properties.ContainsKey("Tokens") ? 2 : 1;
    }

    [Test]
    public async Task The_first_one_is_asked_with_its_password_and_the_next_one_when_it_fails()
    {
        string? authorization = null;
        var good = Authorities[0].Answer;
        Authorities[0].Answer = (context, request) =>
        {
            authorization = context.Request.Headers.Authorization;
            return good(context, request);
        };
        await StampAsync();
        Assert.That(authorization, Is.EqualTo("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("archive:bí mật"))));
        Fail(0);
        await StampAsync();
        await StampAsync();
        Assert.That((await TokensAsync()).Select(t => t.Tsa), Is.EqualTo(new[] { "tsa-1", "tsa-2", "tsa-2" }));
        await StampAsync();
        Assert.That((await TokensAsync())[^1].Tsa, Is.EqualTo("tsa-3"), "the second one's quota is used up");
        Clock.Advance(TimeSpan.FromDays(1));
        Authorities[0].Answer = good;
        await StampAsync();
        Assert.That((await TokensAsync())[^1].Tsa, Is.EqualTo("tsa-1"));
    }

    [Test]
    public async Task One_that_goes_on_failing_rests_longer_and_longer()
    {
        for (var i = 0; i < 3; i++) Fail(i);
        await AddReceiptAsync();
        Clock.Advance(TimeSpan.FromMinutes(11));
        for (var minute = 0; minute < 120; minute++)
        {
            await Batcher.RunAsync(default);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.That(Authorities[0].Asked, Has.Count.InRange(8, 12));
        Assert.That(Authorities[1].Asked, Has.Count.EqualTo(2), "the quota counts failures too");
        await using var session = await BeginAsync();
        var row = await session.Rows.TimeStampAuthorities.SingleAsync(a => a.Name == "tsa-1");
        Assert.That(row.NotBefore - session.Now, Is.LessThanOrEqualTo(TimeSpan.FromHours(1)));
    }

    [Test, Property("Tokens", 2)]
    public async Task Two_tokens_of_a_batch_come_from_independent_authorities()
    {
        await StampAsync();
        Assert.That((await TokensAsync()).Select(t => (t.Slot, t.Tsa, t.State)), Is.EquivalentTo(new[] { (1, "tsa-1", TokenState.Proven), (2, "tsa-3", TokenState.Proven) }), "the second one is of the first one's group");
        Assert.That((await TokensAsync()).Select(t => Convert.ToHexString(t.Nonce)).Distinct().Count(), Is.EqualTo(2));
        Assert.That((await BatchesAsync()).Single().State, Is.EqualTo(EvidenceState.Stored));
    }

    [Test, Property("Tokens", 2)]
    public async Task A_second_token_may_come_later_and_is_stored_then()
    {
        var good = Authorities[2].Answer;
        Fail(2);
        await StampAsync();
        var batch = (await BatchesAsync()).Single();
        Assert.That(batch.State, Is.EqualTo(EvidenceState.Stored), "one token counts already");
        Assert.That(batch.LastProblem, Is.Not.Null);
        Assert.That(Directory.GetFiles(Path.Join(Folder, "first"), "token.tst", SearchOption.AllDirectories), Has.Length.EqualTo(1));
        Authorities[2].Answer = good;
        Clock.Advance(TimeSpan.FromHours(2));
        await Batcher.RunAsync(default);
        Assert.That((await TokensAsync()).Select(t => (t.State, IsStored: t.StoredAt is not null)), Is.All.EqualTo((TokenState.Proven, true)));
        Assert.That((await BatchesAsync()).Single().LastProblem, Is.Null);
        foreach (var store in new[] { "first", "second" }) Assert.That(Directory.GetFiles(Path.Join(Folder, store), "token.tst", SearchOption.AllDirectories), Has.Length.EqualTo(2), store);
    }

    private void Fail(int i) => Authorities[i].Answer = (context, _) =>
    {
        context.Response.StatusCode = (int)HttpStatusCode.InternalServerError;
        return Task.FromResult<byte[]?>(null);
    };

    private async Task StampAsync()
    {
        await AddReceiptAsync();
        Clock.Advance(TimeSpan.FromMinutes(11));
        await Batcher.RunAsync(default);
    }
}
