using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Evidence.Planning;
using Preservation.Signatures.TimeStamps;
using Preservation.Workflow.Options;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.Tests.Renewal.Century;
using Preservation.Workflow.Tests.TimeStamping;

namespace Preservation.Workflow.Tests.Renewal;

/// <summary>What lists and people say of authorities, and what the plan and the renewals make of it.</summary>
internal sealed class AuthorityRevocationTests : EvidenceFixture
{
    private static readonly Dictionary<string, byte[]> Contents = Enumerable.Range(0, 3).ToDictionary(i => $"data/{i}.txt", i => Encoding.UTF8.GetBytes($"tờ trình {i}"));
    private readonly List<CenturyTsa> _lives = [];

    private string Lists => Path.Join(Folder, "lists");

    protected override int AuthorityCount => 2;

    protected override void Configure(PreservationOptions options) => (options.TimeStamps.TokensPerBatch, options.Trust.Crls) = (2, Lists);

    [SetUp]
    public async Task Begin()
    {
        Directory.CreateDirectory(Lists);
        _lives.Clear();
        _lives.AddRange(Authorities.Select(a => new CenturyTsa(a, Clock, Anchors, Lists)));
        foreach (var life in _lives) await life.LiveAsync(Scheme.P256);
        await AddPackageAsync(Contents);
        await TurnAsync(TimeSpan.FromHours(1));
    }

    [TearDown]
    public void End() => _lives.ForEach(l => l.Dispose());

    [Test]
    public async Task A_lost_key_in_a_list_is_found_and_the_other_token_is_renewed_at_once()
    {
        Clock.Advance(TimeSpan.FromDays(30));
        await _lives[0].CompromiseAsync(Clock.GetUtcNow().AddDays(-1));
        await _lives[1].LiveAsync(Scheme.P256);
        await TurnAsync(TimeSpan.FromMinutes(1));
        await using var session = await BeginAsync();
        var found = await session.Rows.AuthorityRevocations.SingleAsync();
        Assert.That((found.Compromise, found.Reason, found.AnnouncedBy), Is.EqualTo((true, "KeyCompromise", (Guid?)null)));
        Assert.That(found.Source, Does.StartWith("CRL "));
        var renewal = (await BatchesAsync()).Single(b => b.Kind == BatchKind.Renewal);
        Assert.That((renewal.Leaves, renewal.State), Is.EqualTo((1, EvidenceState.Stored)), "of the two tokens the one that stands");
        var covered = await session.Rows.EvidenceLeaves.Where(l => l.BatchId == renewal.Id).Select(l => l.Subject).SingleAsync();
        Assert.That((await TokensAsync()).Single(t => t.Id.ToString() == covered).Tsa, Is.EqualTo(Authorities[1].Name));
        await TurnAsync(TimeSpan.FromDays(1));
        Assert.That(await BatchesAsync(), Has.Count.EqualTo(2), "what was lost is not renewed for itself");
        Assert.That(await session.Rows.AuthorityRevocations.CountAsync(), Is.EqualTo(1), "the same list is noted once");
        Assert.That((await new RenewalPlans(Options).MakeAsync(session, default)).Alarms, Is.Empty);
    }

    [Test]
    public async Task A_renewal_adds_the_list_of_its_day_before_the_new_tree_covers_the_token()
    {
        Clock.Advance(TimeSpan.FromDays(365 * 17 + 300));
        foreach (var life in _lives) await life.LiveAsync(Scheme.P384);
        var lists = await Task.WhenAll(Directory.GetFiles(Lists).Select(f => File.ReadAllBytesAsync(f)));
        await TurnAsync(TimeSpan.FromMinutes(1));
        var renewal = (await BatchesAsync()).Single(b => b.Kind == BatchKind.Renewal);
        var renewed = (await TokensAsync()).Where(t => t.BatchId != renewal.Id).ToList();
        foreach (var token in renewed)
        {
            Assert.That(TimeStampToken.TryDecode(token.Token!, out var before) & TimeStampToken.TryDecode(token.RenewedForm!, out var after));
            Assert.That(after!.SerialNumber, Is.EqualTo(before!.SerialNumber));
            Assert.That(lists.Count(l => token.RenewedForm.AsSpan().IndexOf(l) > 0 && token.Token.AsSpan().IndexOf(l) < 0), Is.EqualTo(1));
        }
        await using var session = await BeginAsync();
        var key = await session.Rows.Copies.Where(c => c.PackageId == renewal.Id && c.Store == "first" && c.Key.EndsWith("tokens.tsv")).Select(c => c.Key).SingleAsync();
        var stored = await File.ReadAllLinesAsync(PathOf("first", key));
        Assert.That(stored, Is.EquivalentTo(renewed.Select(t => $"{t.Id}\t{Convert.ToBase64String(t.RenewedForm!)}")), "whoever has the stores alone can check the tree");
    }

    [Test]
    public async Task An_announced_revocation_counts_when_a_second_person_confirms_it()
    {
        var (from, certificate) = (Clock.GetUtcNow().AddDays(40), _lives[0].Current.RawDataMemory);
        var id = await AuthorityRevocations.AnnounceAsync(Database.Sessions, Person, certificate, from, compromise: false, "ngừng hoạt động", default);
        Assert.That(await AuthorityRevocations.ConfirmAsync(Database.Sessions, Person, id, default), Is.False, "not by the same person");
        await TurnAsync(TimeSpan.FromHours(1));
        Assert.That(await BatchesAsync(), Has.Count.EqualTo(1));
        Assert.That(await AuthorityRevocations.ConfirmAsync(Database.Sessions, await SecondPersonAsync(), id, default), Is.True);
        await using (var session = await BeginAsync())
        {
            var situation = await new RenewalPlans(Options).SituationAsync(session, default);
            Assert.That(situation.Tokens.Select(t => t.Revocation), Is.EquivalentTo(new[] { new TokenRevocation(from, IsCompromise: false), null }));
            Assert.That(situation.Tokens.Select(t => (t.Leaves, t.Bytes)), Is.All.EqualTo((4L, (long)Contents.Values.Sum(c => c.Length))), "three files and the inventory, whose length the catalogue does not have");
        }
        await TurnAsync(TimeSpan.FromHours(1));
        Assert.That((await BatchesAsync()).Select(b => (b.Kind, b.Leaves, b.Objects, b.Bytes)), Is.EqualTo(new[] { (BatchKind.Objects, 4, 4L, (long)Contents.Values.Sum(c => c.Length)), (BatchKind.Renewal, 1, 4L, Contents.Values.Sum(c => c.Length)) }));
        Assert.That((await AuthorityRevocations.AllAsync(Database.Sessions, default)).Single().ConfirmedBy, Is.Not.Null);
    }

    [Test]
    public async Task When_a_function_dies_new_trees_are_made_by_the_next_one_and_people_are_told_once()
    {
        var alarms = new AlgorithmAlarms(Database.Sessions);
        var id = await alarms.AnnounceAsync(Person, "SHA-512", null, Clock.GetUtcNow().AddDays(100), "va chạm", default);
        Assert.That(await alarms.ConfirmAsync(await SecondPersonAsync(), id, default), Is.True);
        await using (var session = await BeginAsync())
        {
            var calendar = await new EvidenceOutlook(new RenewalPlans(Options), Options).MakeAsync(session, default);
            Assert.That(calendar.Years.Sum(y => y.Bytes), Is.EqualTo(Contents.Values.Sum(c => c.Length)), "read again once");
        }
        var package = await AddPackageAsync(Contents.ToDictionary(c => c.Key, c => (byte[])[.. c.Value, 1]));
        for (var i = 0; i < 4; i++)
        {
            await TurnAsync(TimeSpan.FromHours(1));
            await Fixity.WorkAsync(default);
        }
        Assert.That((await BatchesAsync()).Where(b => b.Kind != BatchKind.Rehash).Select(b => (b.Kind, b.Algorithm, b.Leaves)), Is.EqualTo(new[] { (BatchKind.Objects, "sha512", 4), (BatchKind.Objects, "sha384", 4) }));
        Assert.That((await BatchesAsync()).Single(b => b.Kind == BatchKind.Rehash).Algorithm, Is.EqualTo("sha384"));
        await using var after = await BeginAsync();
        Assert.That(await after.Rows.Tasks.CountAsync(t => t.Kind == TaskKinds.RenewalFunction && t.State == TaskState.Open), Is.EqualTo(1));
        Assert.That(await after.Rows.AuditEntries.CountAsync(e => e.Action == "evidence.function"), Is.EqualTo(1));
        var file = await after.Rows.Files.AsNoTracking().FirstAsync(f => f.PackageId == package.Id);
        Assert.That((await Records.OfAsync(file, default))!.Stands, Is.True);
        Assert.That(await after.Rows.EvidenceDues.CountAsync(), Is.Zero);
    }

    private async Task TurnAsync(TimeSpan later)
    {
        Clock.Advance(later);
        await Renewals.RunAsync(default);
        await Batcher.RunAsync(default);
    }

    private async Task<Guid> SecondPersonAsync()
    {
        await using var session = await BeginAsync();
        var person = new Principal { Id = Guid.NewGuid(), Kind = PrincipalKind.Person, Name = "Trần Thị B", ValidFrom = session.Now, CreatedAt = session.Now };
        session.Rows.Principals.Add(person);
        await session.CommitAsync(default);
        return person.Id;
    }
}
