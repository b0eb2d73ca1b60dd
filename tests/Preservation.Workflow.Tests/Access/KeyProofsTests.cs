using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Preservation.Catalogue.Model;
using Preservation.Workflow.Access;

namespace Preservation.Workflow.Tests.Access;

/// <summary>Many wrong keys: the next ones wait, the administrators are told, and nobody else is kept out.</summary>
internal sealed class KeyProofsTests : AccessFixture
{
    private static readonly IPAddress Attacker = IPAddress.Parse("203.0.113.7");
    private static readonly IPAddress Other = IPAddress.Parse("198.51.100.9");
    private KeyProofs _proofs = null!;
    private string _key = "";

    [SetUp]
    public async Task MakeKey()
    {
        _proofs = new KeyProofs(Database.Sessions, Settings.Of(_ => { }), NullLogger<KeyProofs>.Instance);
        _key = await KeyOfAsync(Person);
    }

    [Test]
    public async Task An_address_that_makes_keys_up_waits_longer_and_longer_and_others_do_not()
    {
        for (var i = 0; i <= PeopleTerms.FailuresBeforeBackOff; i++) Assert.That(await TryAsync(MadeUp(), Attacker), Is.InstanceOf<ProofOutcome.Unknown>());
        Assert.That(await TryAsync(_key, Attacker), Is.EqualTo(new ProofOutcome.Later(TimeSpan.FromSeconds(1))), "not even a good key is looked at");
        Assert.That(await TryAsync(_key, Other), Is.InstanceOf<ProofOutcome.Proven>());
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await TryAsync(MadeUp(), Attacker), Is.InstanceOf<ProofOutcome.Unknown>());
        Assert.That(await TryAsync(MadeUp(), Attacker), Is.EqualTo(new ProofOutcome.Later(TimeSpan.FromSeconds(2))));
        for (var i = 0; i < 15; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(15));
            Assert.That(await TryAsync(MadeUp(), Attacker), Is.InstanceOf<ProofOutcome.Unknown>());
        }
        Assert.That(await TryAsync(_key, Attacker), Is.EqualTo(new ProofOutcome.Later(PeopleTerms.BackOffAtMost)), "and no longer than that");
        Clock.Advance(PeopleTerms.FailuresForgotten + TimeSpan.FromSeconds(1));
        Assert.That(await TryAsync(_key, Attacker), Is.InstanceOf<ProofOutcome.Proven>());
    }

    [Test]
    public async Task Wrong_secrets_for_one_key_from_many_addresses_are_slowed_by_the_key()
    {
        for (var i = 0; i <= PeopleTerms.FailuresBeforeBackOff; i++) await TryAsync(WrongSecret(), IPAddress.Parse($"192.0.2.{i + 1}"));
        Assert.That(await TryAsync(WrongSecret(), Other), Is.InstanceOf<ProofOutcome.Later>());
        Assert.That(await TryAsync(await KeyOfAsync(Person), Other), Is.InstanceOf<ProofOutcome.Proven>(), "another key is not concerned");
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await TryAsync(_key, Other), Is.InstanceOf<ProofOutcome.Proven>());
        Assert.That(await TryAsync(WrongSecret(), Other), Is.InstanceOf<ProofOutcome.Unknown>(), "the good one ended the count");
        await using var session = await BeginAsync();
        Assert.That(await session.Rows.ProofFailures.CountAsync(f => f.Kind == "Key"), Is.EqualTo(1), "names that were made up leave no row");
    }

    [Test]
    public async Task The_administrators_are_told_once_an_address()
    {
        for (var i = 0; i < 3; i++)
        {
            for (var n = 0; n <= PeopleTerms.FailuresBeforeBackOff; n++) await TryAsync(MadeUp(), Attacker);
            Clock.Advance(TimeSpan.FromHours(2));
        }
        await using var session = await BeginAsync();
        var tasks = await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.KeyStuffing).Select(t => new { t.Role, t.Subject }).ToListAsync();
        Assert.That(tasks, Is.EqualTo(new[] { new { Role = Role.Administrator, Subject = "address 203.0.113.7" } }));
    }

    [Test]
    public async Task Attempts_at_once_are_counted_each()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => TryAsync(MadeUp(), Attacker)));
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.ProofFailures.SingleAsync()).Failures, Is.EqualTo(outcomes.Count(o => o is ProofOutcome.Unknown)));
        Assert.That(outcomes, Has.None.InstanceOf<ProofOutcome.Proven>());
    }

    [TestCase("203.0.113.7", "203.0.113.7")]
    [TestCase("::ffff:203.0.113.7", "203.0.113.7")]
    [TestCase("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [TestCase("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    public void A_sender_is_his_address_or_his_network(string address, string place) => Assert.That(KeyProofs.Place(IPAddress.Parse(address)), Is.EqualTo(place));

    private Task<ProofOutcome> TryAsync(string key, IPAddress from) => _proofs.ProveAsync(key, from, default);

    private static string MadeUp() => ApiKey.Create().Text;

    private string WrongSecret() => string.Join('_', [.. _key.Split('_')[..2], ApiKey.Create().Text.Split('_')[2]]);
}
