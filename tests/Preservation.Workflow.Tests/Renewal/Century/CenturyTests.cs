using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence;
using Preservation.Evidence.Planning;
using Preservation.Evidence.Records;
using Preservation.Evidence.Tests.Foreign;
using Preservation.Evidence.Verification;
using Preservation.Signatures;
using Preservation.Signatures.Path;
using Preservation.Signatures.Reports;
using Preservation.Signatures.Validation;
using Preservation.Testing;
using Preservation.Workflow.Options;
using Preservation.Workflow.Renewal;
using Preservation.Workflow.Tests.TimeStamping;
using Preservation.Workflow.TimeStamping;

namespace Preservation.Workflow.Tests.Renewal.Century;

/// <summary>
/// A hundred years of the archive's own evidence: certificates and roots end, RSA 2048 dies by the catalogue, ECDSA below 384 bits and SHA-256 by announcement,
/// SHA-512 from one day to the next; a key is lost; copies rot. Every year each object that still has its bytes is proven to our verifier, which wants revocation data for every token,
/// and to Bouncy Castle. The long tier has 10,000 objects; the short one ends with the first hash-tree renewal, after 23 years.
/// </summary>
internal sealed class CenturyTests : EvidenceFixture
{
    private static readonly DateTimeOffset KeyLost = At(2036, 5, 1);
    private static readonly DateTimeOffset KeyLossKnown = At(2036, 5, 15);
    private static readonly DateTimeOffset Sha512Dies = At(2047, 6, 15);
    private static readonly DateTimeOffset EcdsaDies = At(2061, 1, 1);
    private static readonly DateTimeOffset Sha256Dies = At(2081, 1, 1);
    private static readonly int[] Arrivals = [2026, 2028, 2036, 2048, 2055, 2069, 2083, 2101, 2115];
    private readonly List<(Package Package, StoredFile File, byte[] Content)> _objects = [];
    private readonly Dictionary<long, DateTimeOffset> _rotten = [];
    private readonly Dictionary<long, byte[]> _judged = [];
    private readonly List<(string Name, int? Bits, DateTimeOffset At)> _deaths = [];
    private readonly List<CenturyTsa> _authorities = [];
    private readonly Stopwatch _building = new();
    private readonly Stopwatch _verifying = new();
    private readonly Stopwatch _foreign = new();
    private ForeignJudge _judge = null!;
    private Guid _second;
    private long _ours;
    private long _theirs;
    private long _same;
    private long _planned;

    private static int Objects => Tier.IsLong ? 10_000 : 18;

    private static int Years => Tier.IsLong ? 100 : 23;

    private string Lists => Path.Join(Folder, "lists");

    protected override int AuthorityCount => 2;

    protected override void Configure(PreservationOptions options)
    {
        (options.TimeStamps.TokensPerBatch, options.Trust.Crls) = (2, Lists);
        options.TimeStamps.Algorithms.Add("SHA-512");
        options.TimeStamps.Algorithms.Add("SHA-256");
    }

    [OneTimeSetUp]
    public async Task StartJudge() => _judge = await ForeignJudge.StartAsync();

    [OneTimeTearDown]
    public void StopJudge() => _judge?.Dispose();

    [SetUp]
    public async Task Begin()
    {
        Directory.CreateDirectory(Lists);
        foreach (var anchor in Directory.GetFiles(Anchors)) File.Delete(anchor);
        _authorities.AddRange(Authorities.Select(a => new CenturyTsa(a, Clock, Anchors, Lists)));
        await LiveAsync();
        await using var session = await BeginAsync();
        var person = new Principal { Id = _second = Guid.NewGuid(), Kind = PrincipalKind.Person, Name = "Trần Thị B", ValidFrom = session.Now, CreatedAt = session.Now };
        session.Rows.Principals.Add(person);
        await session.CommitAsync(default);
    }

    [TearDown]
    public void End() => _authorities.ForEach(a => a.Dispose());

    [Test]
    public async Task Every_object_is_proven_in_every_year_of_a_century()
    {
        var random = new Random(Tier.Seed);
        for (var year = Clock.GetUtcNow().Year; year < 2026 + Years; year++)
        {
            if (Arrivals.Contains(year)) await MoveAsync(year == 2036 ? At(2036, 5, 4) : At(year, 3, 2), () => ArriveAsync(year));
            if (year == 2036) await CompromiseAsync();
            if (year is 2040 or 2070) await RotAsync(random);
            if (year == 2047) await DieAsync("SHA-512", null, Sha512Dies, Sha512Dies);
            if (year == 2058) await DieAsync("ECDSA", 384, At(2058, 4, 1), EcdsaDies);
            if (year == 2078) await DieAsync("SHA-256", null, At(2078, 4, 1), Sha256Dies);
            foreach (var month in new[] { 6, 12 })
                if (Clock.GetUtcNow() < At(year, month, 20)) await MoveAsync(At(year, month, 20), () => Task.CompletedTask);
            await JudgeAsync(year);
            if (Tier.IsLong) await TestContext.Progress.WriteLineAsync($"{year}: {_objects.Count} objects, {_ours} object-years, {_theirs} records judged by the foreign verifier; seconds: building {_building.Elapsed.TotalSeconds:F0}, ours {_verifying.Elapsed.TotalSeconds:F0}, foreign {_foreign.Elapsed.TotalSeconds:F0}");
        }
        await CountAsync();
    }

    private static DateTimeOffset At(int year, int month, int day) => new(year, month, day, 8, 0, 0, TimeSpan.Zero);

    // RSA 2048 ends in 2029 by the catalogue. Whoever signs goes over to the next scheme when its end is known.
    private async Task LiveAsync()
    {
        var now = Clock.GetUtcNow();
        var hash = now < At(2078, 5, 1) ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
        await _authorities[0].LiveAsync((now < At(2027, 9, 1) ? Scheme.Rsa2048 : now < At(2064, 1, 1) ? Scheme.P384 : Scheme.Pss3072).With(hash));
        await _authorities[1].LiveAsync((now < At(2058, 5, 1) ? Scheme.P256 : Scheme.P384).With(hash));
    }

    private async Task MoveAsync(DateTimeOffset to, Func<Task> what)
    {
        if (to > Clock.GetUtcNow()) Clock.Advance(to - Clock.GetUtcNow());
        await LiveAsync();
        await what();
        for (var i = 0; i < 8; i++)
        {
            await TurnAsync();
            Clock.Advance(TimeSpan.FromHours(2));
            if (await IsIdleAsync()) return;
        }
    }

    private async Task TurnAsync()
    {
        await using (var session = await BeginAsync())
        {
            var open = await session.Rows.HashTreeRenewals.Where(r => r.EndedAt == null).Select(r => r.FromAlgorithm).ToListAsync();
            _planned += (await new RenewalPlans(Options).MakeAsync(session, default)).Due.Where(s => s.Kind == RenewalKind.TimeStamp || !open.Contains(s.Algorithm.Name)).Sum(s => s.Tokens);
        }
        await Renewals.RunAsync(default);
        await Batcher.RunAsync(default);
        await Fixity.WorkAsync(default);
    }

    private async Task<bool> IsIdleAsync()
    {
        await using var session = await BeginAsync();
        return !await session.Rows.EvidenceDues.AnyAsync() && !await session.Rows.FixityRuns.AnyAsync(r => r.State == RunState.Running) && !await session.Rows.EvidenceBatches.AnyAsync(b => b.State != EvidenceState.Stored)
            && !await session.Rows.HashTreeRenewals.AnyAsync(r => r.EndedAt == null && r.StartedAt > session.Now.AddDays(-2));
    }

    private async Task ArriveAsync(int year)
    {
        var count = year == 2026 ? Objects / 2 : Math.Max(1, Objects / 2 / (Arrivals.Length - 1));
        foreach (var chunk in Enumerable.Range(0, count).Chunk(500))
        {
            var contents = chunk.ToDictionary(i => $"data/{i}.txt", i => Encoding.UTF8.GetBytes($"văn bản {year}/{i}"));
            var package = await AddPackageAsync(contents);
            await using var session = await BeginAsync();
            _objects.AddRange((await session.Rows.Files.AsNoTracking().Where(f => f.PackageId == package.Id).ToListAsync()).Select(f => (package, f, contents[f.LogicalPath])));
        }
        Clock.Advance(TimeSpan.FromHours(2));
    }

    // What arrived in the fortnight before the loss was known has a worthless token beside a good one.
    private async Task CompromiseAsync()
    {
        var (_, file, content) = _objects[^1];
        var before = await RecordAsync(file);
        Assert.That(Verify(before, content, await PolicyAsync()), Is.EqualTo(""));
        Assert.That(before.Tokens[^1].Tsa, Is.EqualTo(Authorities[0].Name), "the record went by the token of the lost key");
        Clock.Advance(KeyLossKnown - Clock.GetUtcNow());
        await _authorities[0].CompromiseAsync(KeyLost);
        Assert.That(Verify(before, content, await PolicyAsync()), Does.Contain("RevokedNoPoe"));
        await MoveAsync(KeyLossKnown, () => Task.CompletedTask);
        var after = await RecordAsync(file);
        Assert.That(Verify(after, content, await PolicyAsync()), Is.EqualTo(""));
        Assert.That(after.Tokens.Where(t => t.TokenTime > KeyLost && t.TokenTime < KeyLossKnown).Select(t => t.Tsa), Is.All.EqualTo(Authorities[1].Name));
        await using var session = await BeginAsync();
        Assert.That((await session.Rows.AuthorityRevocations.SingleAsync()).RevokedAt, Is.EqualTo(KeyLost));
    }

    private async Task DieAsync(string name, int? bits, DateTimeOffset announced, DateTimeOffset from)
    {
        if (announced > Clock.GetUtcNow()) Clock.Advance(announced - Clock.GetUtcNow());
        var alarms = new AlgorithmAlarms(Database.Sessions);
        var id = await alarms.AnnounceAsync(Person, name, bits, from, "collisions", default);
        Assert.That(await alarms.ConfirmAsync(_second, id, default), Is.True);
        _deaths.Add((name, bits, from));
        await MoveAsync(Clock.GetUtcNow().AddDays(2), () => Task.CompletedTask);
    }

    // One copy of some objects, which is repaired, and both of a few, which are lost.
    private async Task RotAsync(Random random)
    {
        foreach (var (package, file, _) in _objects.OrderBy(_ => random.Next()).Take(Math.Max(2, _objects.Count / 50)).ToList())
        {
            var isLost = _rotten.Count < Math.Max(1, _objects.Count / 500) * (Clock.GetUtcNow().Year < 2060 ? 1 : 2);
            foreach (var store in isLost ? new[] { "first", "second" } : ["second"]) await File.WriteAllTextAsync(PathOf(store, KeyOf(package, file.LogicalPath)), "rotten");
            if (isLost) _rotten.TryAdd(file.Id, Clock.GetUtcNow());
        }
    }

    private async Task JudgeAsync(int year)
    {
        var policy = await PolicyAsync();
        var judged = new JudgedTokens(policy, Clock.GetUtcNow());
        foreach (var chunk in _objects.Where(o => !_rotten.ContainsKey(o.File.Id)).Chunk(2_500))
        {
            _building.Start();
            var subjects = chunk.Select(o => o.File.Id.ToString(CultureInfo.InvariantCulture)).ToList();
            var records = (await Records.OfAsync(LeafKind.File, subjects, default)).ToDictionary(r => r.Origin.Subject);
            _building.Stop();
            var asked = new List<(ReadOnlyMemory<byte> Record, byte[] Content)>();
            var ids = new List<(long Id, byte[] Digest)>();
            foreach (var (_, file, content) in chunk)
            {
                Assert.That(records, Contains.Key(file.Id.ToString(CultureInfo.InvariantCulture)), $"{year}: not covered");
                var record = records[file.Id.ToString(CultureInfo.InvariantCulture)];
                _verifying.Start();
                var answer = Verify(record, content, policy, judged);
                _verifying.Stop();
                Assert.That(answer, Is.EqualTo(""), () => $"{year}: {file.LogicalPath}, {record.Chains} chains, {string.Join(", ", record.Tokens.Select(t => $"{t.Tsa} {t.TokenTime:yyyy-MM-dd} {string.Join('/', t.Algorithms!)}"))}");
                _ours++;
                var digest = SHA256.HashData(record.Encoded.AsSpan());
                if (_judged.TryGetValue(file.Id, out var known) && known.AsSpan().SequenceEqual(digest)) _same++;
                else
                {
                    asked.Add((record.Encoded.AsMemory(), content));
                    ids.Add((file.Id, digest));
                }
            }
            _foreign.Start();
            var answers = await _judge.JudgeAllAsync(asked, Clock.GetUtcNow());
            _foreign.Stop();
            Assert.That(answers, Is.All.EqualTo("OK"), $"{year}");
            foreach (var (id, digest) in ids) _judged[id] = digest;
            _theirs += answers.Length;
        }
    }

    private async Task<BuiltRecord> RecordAsync(StoredFile file) => (await Records.OfAsync(file, default))!;

    private string Verify(BuiltRecord record, byte[] content, VerificationPolicy policy, JudgedTokens? judged = null)
    {
        var reading = EvidenceRecordReader.Read(record.Encoded.AsMemory(), EvidenceLimits.Default, "r.ers");
        var data = ProtectedObject.Of("data", new[] { DigestAlgorithm.Sha256, DigestAlgorithm.Sha384, DigestAlgorithm.Sha512 }.Select(a => a.Compute(content)));
        var report = EvidenceRecordVerification.Verify(reading.Record!, [data], judged ?? new JudgedTokens(policy, Clock.GetUtcNow()), "r.ers");
        var bad = report.Timestamps.Where(t => t.Indication != Indication.TotalPassed).Select(t => $"{t.Time:yyyy-MM-dd} {t.Tsa?.Subject} {t.SubIndication} {string.Join("; ", t.Findings.Select(f => f.Message.En))}");
        return report.Outcome == VerificationOutcome.ErValid && report.Timestamps.Length == record.Tokens.Length ? string.Join('\n', bad) : report.Outcome + string.Join('\n', report.Findings.Select(f => f.Message.En));
    }

    // What a stranger has: roots, today's lists, and the catalogue with every end that is known.
    private async Task<VerificationPolicy> PolicyAsync()
    {
        var lists = new List<ReadOnlyMemory<byte>>();
        foreach (var file in Directory.EnumerateFiles(Lists)) lists.Add(await File.ReadAllBytesAsync(file));
        var (_, encoded) = ValidationPolicy.Etsi.AlgorithmFiles.Single();
        var catalogue = JsonNode.Parse(encoded.Span)!;
        foreach (var (name, bits, at) in _deaths)
            foreach (var entry in catalogue["algorithms"]!.AsArray().Where(a => (string?)a!["name"] == name).ToList())
            {
                if (bits is { } stay) catalogue["algorithms"]!.AsArray().Add(new JsonObject { ["name"] = name, ["fromBits"] = stay, ["reliableUntil"] = null });
                if ((int?)entry!["fromBits"] is null or 256) entry["reliableUntil"] = at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                if (bits is not null) break;
            }
        return new VerificationPolicy
        {
            TrustAnchors = TrustAnchors.Load([Anchors]), Crls = [.. lists], Validations = [ValidationPolicy.Load(ValidationPolicy.Etsi.Encoded, [Encoding.UTF8.GetBytes(catalogue.ToJsonString())])],
        };
    }

    private async Task CountAsync()
    {
        var asked = Authorities.Sum(a => (long)a.Asked.Count);
        await using var session = await BeginAsync();
        var batches = await session.Rows.EvidenceBatches.AsNoTracking().ToListAsync();
        var tokens = await session.Rows.EvidenceTokens.AsNoTracking().Select(t => new { t.State, t.RenewedForm, t.Token }).ToListAsync();
        var ofObjects = batches.Where(b => b.Kind == BatchKind.Objects).Sum(b => (long)b.Slots);
        TestContext.Out.WriteLine($"{_objects.Count} objects × {Years} years: {_ours} object-years, each proven to our verifier; the foreign verifier judged {_theirs} records, {_same} more were those bytes again");
        TestContext.Out.WriteLine($"tokens asked for: {asked}, of these {ofObjects} for new objects; planned for renewals: {_planned}; refused: {tokens.Count(t => t.State == TokenState.Refused)}; completed anew before a renewal: {tokens.Count(t => t.RenewedForm is not null && !t.RenewedForm.SequenceEqual(t.Token!))}");
        TestContext.Out.WriteLine($"batches: {string.Join(", ", batches.GroupBy(b => (b.Kind, b.Algorithm)).Select(g => $"{g.Count()} {g.Key.Kind} {g.Key.Algorithm}"))}; roots {_authorities.Sum(a => a.Roots)}, certificates {_authorities.Sum(a => a.Certificates)}, lost objects {_rotten.Count}");
        TestContext.Out.WriteLine($"seconds: building {_building.Elapsed.TotalSeconds:F0}, ours {_verifying.Elapsed.TotalSeconds:F0}, foreign {_foreign.Elapsed.TotalSeconds:F0}");
        Assert.That(asked, Is.LessThanOrEqualTo(ofObjects + _planned));
        Assert.That(batches.Where(b => b.Kind == BatchKind.Rehash).Select(b => b.Algorithm).Distinct(), Is.EqualTo(new[] { "sha384" }));
        Assert.That(await session.Rows.Tasks.CountAsync(t => t.Kind == TaskKinds.RenewalFunction), Is.EqualTo(Years == 100 ? 2 : 1), "SHA-512, and later SHA-256, was replaced, and people told");
        Assert.That(await session.Rows.FixityProblems.CountAsync(p => p.RepairedFrom != null), Is.GreaterThan(0));
        Assert.That(_rotten, Is.Not.Empty);
        foreach (var (id, since) in _rotten)
        {
            var subject = $"File:{id}";
            Assert.That(await session.Rows.EvidenceLeaves.AnyAsync(l => l.Kind == LeafKind.Rehash && l.Subject == subject && session.Rows.EvidenceBatches.Any(b => b.Id == l.BatchId && b.CreatedAt > since)), Is.False, "what is rotten was not renewed");
        }
        Assert.That(await session.Rows.EvidenceLeaves.CountAsync(l => l.Kind == LeafKind.Rehash), Is.GreaterThan(0));
    }
}
