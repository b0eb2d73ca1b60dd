using System.Net;

namespace Preservation.EndToEnd.Tests;

/// <summary>
/// kill -9 at seeded random instants of every step and every kind of storage call. What was acknowledged must end right, exactly once, with no orphan bytes
/// and no half-written object.
/// </summary>
internal sealed class KillTests
{
    // What a submission passes on its way; each must have been struck at least once in the long run.
    private static readonly string[] Points =
    [
        "staging.receive", "check.examine", "check.validate", "check.signatures", "check.record", "archive.prepare", "archive.plan", "archive.record", "copies.write", "copies.prove",
        "store.head", "store.read", "store.put content", "store.put version inventory", "store.put root inventory", "store.put sidecar", "store.put declaration",
    ];

    [Test]
    public async Task Every_acknowledged_submission_ends_right_exactly_once_whatever_instant_the_server_is_killed_at()
    {
        var random = new Random(Machine.Seed);
        var kills = Machine.IsLong ? 60 : 8;
        var landed = Points.ToDictionary(p => p, _ => 0);
        var acknowledged = new List<string>();
        await using var archive = await Archive.StartAsync(trace: "on");
        for (var kill = 0; kill < kills; kill++)
        {
            // The least struck points first: so a short run strikes different ones, and the long run all of them.
            var least = landed.Values.Min();
            var candidates = landed.Where(p => p.Value == least).Select(p => p.Key).ToList();
            var aim = candidates[random.Next(candidates.Count)];
            var struck = await KillAtAsync(archive, aim, random, acknowledged);
            if (struck is not null && landed.TryGetValue(struck, out var count)) landed[struck] = count + 1;
            await archive.Deployment.StartServerAsync();
        }
        foreach (var submission in acknowledged) await archive.Producer.FollowAsync(submission, "preserved");
        TestContext.Out.WriteLine($"seed {Machine.Seed}, {kills} kills, {acknowledged.Count} submissions acknowledged");
        foreach (var (point, count) in landed) TestContext.Out.WriteLine($"  {count,4}  {point}");
        Assert.That(await new StoreAudit(archive.Deployment).RunAsync(acknowledged), Is.Empty);
        if (Machine.IsLong) Assert.That(landed.Where(p => p.Value == 0).Select(p => p.Key), Is.Empty, "points where no kill landed");
    }

    /// <summary>Submits, watches the trace and kills when the wanted point is entered; returns where the work stood.</summary>
    private static async Task<string?> KillAtAsync(Archive archive, string aim, Random random, List<string> acknowledged)
    {
        var before = new FileInfo(archive.Deployment.TraceFile) is { Exists: true } file ? file.Length : 0;
        var delay = random.Next(4) == 0 ? random.Next(20) : 0;
        var bag = new Bag();
        for (var i = 0; i < 12; i++) bag.Add($"tài liệu {i}.txt", new string((char)('a' + i), 2000 + random.Next(200_000)));
        var watch = Task.Run(() => Trace.WaitForAsync(archive.Deployment.TraceFile, before, aim, delay));
        var idempotencyKey = Guid.NewGuid().ToString();
        var package = bag.ToZip();
        var sending = archive.Producer.TrySubmitAsync(package, "bag.zip", "AUTO", idempotencyKey);
        await watch;
        await archive.Deployment.KillAsync();
        if (await sending is { Status: HttpStatusCode.Accepted } answer) acknowledged.Add(answer.Body.GetProperty("submission").GetString()!);
        return Trace.LastEntered(archive.Deployment.TraceFile, before);
    }
}
