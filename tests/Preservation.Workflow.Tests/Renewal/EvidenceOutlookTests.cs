using System.Text;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Evidence.Planning;
using Preservation.Workflow.Options;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.Tests.TimeStamping;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Tests.Renewal;

/// <summary>What is told of the evidence: of the archive as a whole, and of one file through every renewal.</summary>
internal sealed class EvidenceOutlookTests : EvidenceFixture
{
    private static readonly Dictionary<string, byte[]> Contents = Enumerable.Range(0, 5).ToDictionary(i => $"data/{i}.txt", i => Encoding.UTF8.GetBytes($"công văn {i}"));

    protected override int AuthorityCount => 2;

    protected override void Configure(PreservationOptions options) =>
        (options.TimeStamps.TokensPerBatch, options.TimeStamps.RenewalAlgorithm, options.TimeStamps.RenewBeforeAlgorithmEnd) = (2, "SHA-384", TimeSpan.Zero);

    [SetUp]
    public async Task ShortenCertificates()
    {
        foreach (var authority in Authorities) await RenewCertificateAsync(authority, 3);
    }

    [Test]
    public async Task A_file_is_told_from_its_digest_through_every_renewal()
    {
        var package = await AddPackageAsync(Contents);
        Assert.That(Told(await TraceAsync(package)), Is.EqualTo("File()"));
        await TurnAsync(TimeSpan.FromHours(1));
        Assert.That(Told(await TraceAsync(package)), Is.EqualTo("File() Tree(1) Token(2) Token(2)"));
        foreach (var authority in Authorities) await RenewCertificateAsync(authority, 30);
        await TurnAsync(TimeSpan.FromDays(1000));
        await BreakAsync("SHA-512");
        await TurnAsync(TimeSpan.FromDays(1));
        await ReadAllAsync();
        await TurnAsync(TimeSpan.FromHours(1));
        await TurnAsync(TimeSpan.FromHours(1));

        var trace = await TraceAsync(package);
        var (first, second) = (InRecord(trace, 2), InRecord(trace, 5));
        Assert.That(Told(trace), Is.EqualTo($"File() Tree(1) Token(2) Token(2) TokenTree({first}) Token(5) Token(5) NewTree(1,{second}) Token(8) Token(8)"));
        Assert.That(trace.Steps.Select(s => s.At), Is.Ordered);
        var record = (await Records.OfAsync(await FileAsync(package), default))!;
        Assert.That(trace.Steps.Where(s => s.Token is { InRecord: true }).Select(s => s.Token!.Id), Is.EqualTo(record.Tokens.Select(t => t.Id)), "the steps are those of the record");
        Assert.That((trace.Chains, trace.RecordBytes), Is.EqualTo((2, record.Encoded.Length)));
        Assert.That(trace.Steps[1].Tree!.Leaf, Is.EqualTo(trace.Sha512));
        Assert.That(trace.Steps[7].Tree!.Algorithm, Is.EqualTo("SHA-384"));
        Assert.That(trace.Steps.Where(s => s.Token is not null).Select(s => (s.Token!.State, s.Token.Development)), Is.All.EqualTo((TokenState.Proven, false)));
    }

    [Test]
    public async Task A_leaf_that_is_not_the_files_digest_is_not_told_as_proof()
    {
        var package = await AddPackageAsync(Contents);
        await TurnAsync(TimeSpan.FromHours(1));
        var file = await FileAsync(package);
        var other = new StoredFile { Id = file.Id, PackageId = file.PackageId, LogicalPath = file.LogicalPath, VersionFrom = 1, Bytes = file.Bytes, Sha256 = file.Sha256, Sha512 = new byte[64] };
        Assert.That(async () => await new EvidenceTrace(Database.Sessions).OfAsync(other, default), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task A_tree_that_nobody_vouched_for_is_told_as_waiting()
    {
        foreach (var authority in Authorities) authority.Answer = (_, _) => Task.FromResult<byte[]?>([1, 2, 3]);
        var package = await AddPackageAsync(Contents);
        await TurnAsync(TimeSpan.FromHours(1));
        var trace = await TraceAsync(package);
        Assert.That((trace.Covered, trace.RecordBytes, trace.Chains), Is.EqualTo((false, (int?)null, 0)));
        Assert.That(Told(trace), Is.EqualTo("File() Tree(1) Token(2) Token(2)"));
        Assert.That(trace.Steps.Where(s => s.Token is not null).Select(s => (s.Token!.State, s.Token.InRecord)), Is.All.EqualTo((TokenState.Asking, false)));
    }

    [Test]
    public async Task What_comes_is_planned_then_due_then_overdue_and_an_alarm_names_both_people()
    {
        await AddPackageAsync(Contents);
        await TurnAsync(TimeSpan.FromHours(1));
        var fresh = await OutlookAsync();
        Assert.That(fresh.Renewals.Select(r => (r.Kind, r.Tokens, r.IsDue, r.Overdue, r.Reasons.Single().Code)), Is.EqualTo(new[] { (RenewalKind.TimeStamp, 2, false, 0, "RENEWAL-CERTIFICATE") }));
        Assert.That(fresh.Renewals[0].Reasons[0].Message.Vi, Is.Not.Empty.And.Not.EqualTo(fresh.Renewals[0].Reasons[0].Message.En));
        Assert.That((fresh.Alarms.Count, fresh.AlgorithmAlarms.Count, fresh.DevelopmentAuthority), Is.EqualTo((0, 0, false)));
        Assert.That(fresh.Coverage.Kinds.Single(k => k.Kind == LeafKind.File), Is.EqualTo(new KindCoverage(LeafKind.File, Contents.Count, 0, null)));
        Assert.That((fresh.Years[0].Year, fresh.Years.Count, fresh.Years.Sum(y => y.HashTreeRenewals)), Is.EqualTo((2026, 30, 0L)));
        Assert.That(fresh.Years.First(y => y.TimeStampRenewals > 0), Is.EqualTo(new CalendarYear(2028, 2, 0, 2, 0)));

        Clock.Advance(TimeSpan.FromDays(1000));
        var late = await OutlookAsync();
        Assert.That(late.Renewals.Select(r => (r.IsDue, r.Overdue)), Is.EqualTo(new[] { (true, 2) }));
        Assert.That(late.Alarms.Select(a => (a.Code, a.Tokens)), Has.Member(("RENEWAL-OVERDUE", 2)));

        await BreakAsync("SHA-512");
        var broken = await OutlookAsync();
        Assert.That(broken.Renewals.SelectMany(r => r.Reasons).Select(r => r.Code), Does.Contain("RENEWAL-TREE-BROKEN"));
        Assert.That(broken.Years.Sum(y => y.HashTreeRenewals), Is.GreaterThan(0));
        var alarm = broken.AlgorithmAlarms.Single();
        Assert.That((alarm.Algorithm, alarm.ConfirmedBy, alarm.AnnouncedBy == alarm.ConfirmedBy), Is.EqualTo(("SHA-512", "Trần Thị B", false)));
        await new AlgorithmAlarms(Database.Sessions).AnnounceAsync(Person, "RSA", 3000, Clock.GetUtcNow(), "factored", default);
        Assert.That((await OutlookAsync()).AlgorithmAlarms.Count(a => a.ConfirmedBy is null && a.ConfirmedAt is null), Is.EqualTo(1), "announced, not in force");
    }

    private static string Told(EvidenceTraceView trace) => string.Join(' ', trace.Steps.Select(s => $"{s.Kind}({string.Join(',', s.RestsOn)})"));

    private static int InRecord(EvidenceTraceView trace, int tree) => trace.Steps.Single(s => s.Token is { InRecord: true } && s.RestsOn[0] == tree).Number;

    private async Task<StoredFile> FileAsync(Package package)
    {
        await using var session = await BeginAsync();
        return await session.Rows.Files.AsNoTracking().SingleAsync(f => f.PackageId == package.Id && f.LogicalPath == "data/2.txt");
    }

    private async Task<EvidenceTraceView> TraceAsync(Package package) => await new EvidenceTrace(Database.Sessions).OfAsync(await FileAsync(package), default);

    private async Task<EvidenceOutlookView> OutlookAsync()
    {
        await using var session = await BeginAsync();
        return await new EvidenceOutlook(new RenewalPlans(Options), Options).MakeAsync(session, default);
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
        await using var session = await BeginAsync();
        var second = new Principal { Id = Guid.NewGuid(), Kind = PrincipalKind.Person, Name = "Trần Thị B", ValidFrom = session.Now, CreatedAt = session.Now };
        session.Rows.Principals.Add(second);
        await session.CommitAsync(default);
        Assert.That(await alarms.ConfirmAsync(second.Id, id, default), Is.True);
    }

    private async Task RenewCertificateAsync(TestTsa authority, int years)
    {
        authority.Tokens = authority.Tokens with { Certificate = TestTsa.SelfSigned($"{authority.Name} {years}", Clock.GetUtcNow().AddDays(-1), Clock.GetUtcNow().AddYears(years)) };
        await File.WriteAllTextAsync(Path.Join(Anchors, $"{authority.Name}-{years}.crt"), authority.Tokens.Certificate.ExportCertificatePem());
    }
}
