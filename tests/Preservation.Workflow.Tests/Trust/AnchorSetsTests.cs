using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Testing.Certificates;
using Preservation.Workflow.Options;
using Preservation.Workflow.Trust;

namespace Preservation.Workflow.Tests.Trust;

/// <summary>The set of anchors in force is kept by its digest, and nobody changes it unnoticed.</summary>
internal sealed class AnchorSetsTests : WorkflowFixture
{
    private readonly TestAuthority _root = new("Root");
    private readonly TestAuthority _other = new("Other");
    private IOptions<PreservationOptions> _options = null!;
    private string _trust = "";

    [OneTimeTearDown]
    public void Stop()
    {
        _root.Dispose();
        _other.Dispose();
    }

    [SetUp]
    public void Start()
    {
        _trust = Directory.CreateDirectory(Path.Join(Folder, "trust")).FullName;
        File.WriteAllBytes(Path.Join(_trust, "root.crt"), _root.Certificate.RawData);
        _options = Settings.Of(o => o.Trust.Anchors = _trust);
    }

    private AnchorSets Sets() => new(Database.Sessions, _options);

    private async Task<List<JsonElement>> ChangesAsync()
    {
        await using var session = await BeginAsync();
        var ids = await session.Rows.AuditEntries.Where(e => e.Action == "trust.change").OrderBy(e => e.Id).Select(e => e.Id).ToListAsync();
        var details = await session.Rows.AuditDetails.Where(d => ids.Contains(d.EntryId)).ToDictionaryAsync(d => d.EntryId, d => d.Detail);
        return [.. ids.Select(i => JsonDocument.Parse(details[i]!).RootElement)];
    }

    private async Task<List<string>> TasksAsync()
    {
        await using var session = await BeginAsync();
        return await session.Rows.Tasks.Where(t => t.Kind == TaskKinds.TrustChanged).OrderBy(t => t.Id).Select(t => t.Subject).ToListAsync();
    }

    [Test]
    public async Task A_set_is_kept_with_its_bytes_before_it_is_used()
    {
        var anchors = await Sets().CurrentAsync(default);
        var found = await Sets().FindAsync(anchors.Sha256, default);
        Assert.That((found!.Sha256, found.Count), Is.EqualTo((anchors.Sha256, 1)));
        Assert.That(await Sets().FindAsync(new string('0', 64), default), Is.Null);
        Assert.That(await TasksAsync(), Is.Empty, "the first set is what the system was set up with");
        Assert.That((await ChangesAsync()).Single().GetProperty("added")[0].GetProperty("sha256").GetString(), Is.EqualTo(anchors.All[0].Sha256));
        await using var session = await BeginAsync();
        var kept = await session.Rows.ValidationMaterials.SingleAsync(m => m.Kind == AnchorSets.MaterialKind);
        Assert.That((kept.Content.AsSpan().SequenceEqual(anchors.Json.Span), kept.Subject), Is.EqualTo((true, anchors.Sha256)), "on the stores and under evidence too");
    }

    [Test]
    public async Task A_change_is_noticed_while_running_and_after_a_restart()
    {
        var sets = Sets();
        var first = (await sets.CurrentAsync(default)).Sha256;
        await File.WriteAllBytesAsync(Path.Join(_trust, "other.crt"), _other.Certificate.RawData);
        var second = (await sets.CurrentAsync(default)).Sha256;
        await File.WriteAllTextAsync(Path.Join(_trust, "anchors.json"), """{"anchors":[{"file":"other.crt","family":"public","notAfter":"2027-01-01T00:00:00Z"}]}""");
        await Sets().CurrentAsync(default);
        File.Delete(Path.Join(_trust, "anchors.json"));
        File.Delete(Path.Join(_trust, "other.crt"));
        Assert.That((await Sets().CurrentAsync(default)).Sha256, Is.EqualTo(first));
        Assert.That(await TasksAsync(), Is.EquivalentTo(new[] { "+1 −0 ±0", "+0 −0 ±1", "+0 −1 ±0" }), "of one instant: in no order");
        var changes = await ChangesAsync();
        Assert.That((changes[1].GetProperty("before").GetString(), changes[2].GetProperty("before").GetString()), Is.EqualTo((first, second)));
        Assert.That(changes[2].GetProperty("changed")[0].GetProperty("family").GetString(), Is.EqualTo("public"));
        await using var session = await BeginAsync();
        var rows = await session.Rows.TrustAnchorSets.OrderByDescending(s => s.Ordinal).Select(s => s.Sha256).ToListAsync();
        Assert.That((rows.Count, rows[0]), Is.EqualTo((3, first)), "a set that comes back is the same set");
    }

    [Test]
    public async Task Nothing_is_logged_when_nothing_changed()
    {
        for (var i = 0; i < 3; i++) await Sets().CurrentAsync(default);
        Assert.That((await ChangesAsync()).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task All_trust_taken_away_is_a_change_too()
    {
        await Sets().CurrentAsync(default);
        File.Delete(Path.Join(_trust, "root.crt"));
        Assert.That((await Sets().CurrentAsync(default)).Count, Is.Zero);
        Assert.That(await TasksAsync(), Is.EqualTo(new[] { "+0 −1 ±0" }));
    }

    [Test]
    public async Task Trust_with_a_hole_is_not_used()
    {
        await Sets().CurrentAsync(default);
        await File.WriteAllTextAsync(Path.Join(_trust, "anchors.json"), """{"anchors":[{"file":"lost.crt"}]}""");
        await Assert.ThatAsync(() => Sets().CurrentAsync(default), Throws.InstanceOf<InvalidDataException>());
        Assert.That((await ChangesAsync()).Count, Is.EqualTo(1));
    }
}
