using System.Security.Cryptography;

namespace Preservation.EndToEnd.Tests.Loads;

/// <summary>
/// Uploads and reads at once against a server as it is run, with a worker beside it: what came of each request, how long it took, and what memory the server held. The
/// deployment is the machine's own database and two folders; the clients share its cores.
/// </summary>
internal static class LoadRun
{
    private const int Packages = 200, FileBytes = 64 << 10, Readers = 8;
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(5);

    /// <param name="time">How long is read and uploaded.</param>
    /// <param name="perSecond">Reads.</param>
    /// <param name="uploads">Packages that are uploaded meanwhile, all at once.</param>
    /// <param name="kept">Packages that are there to be read.</param>
    public static async Task<LoadReport> RunAsync(TimeSpan time, int perSecond, int uploads, int kept = Packages)
    {
        await using var archive = await Archive.StartAsync(new DeploymentPlan { Buckets = 0, Folders = 2, Roles = "api,scheduler" });
        await using var worker = archive.Deployment.StartWorker(null);
        var packages = await KeepAsync(archive, kept);
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => archive.AddPrincipalAsync("producer", "system", archive.AgencyId)));
        var sender = await archive.AddPrincipalAsync("producer", "system", archive.AgencyId);
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 512, UseCookies = false };
        using var http = new HttpClient(handler) { BaseAddress = archive.Deployment.Address };
        var latencies = new Latencies();
        using var stop = new CancellationTokenSource();
        var memory = SampleAsync(archive.Deployment, stop.Token);
        var start = TimeProvider.System.GetTimestamp();
        var reading = new ReadLoad(http, readers, packages, latencies).RunAsync(perSecond, time);
        // The last piece comes some seconds before the last read, so that the submissions are made under the load too.
        var sent = await new UploadLoad(http, sender, latencies).RunAsync(uploads, time - (2 * UploadLoad.Every));
        await reading;
        var took = TimeProvider.System.GetElapsedTime(start);
        await stop.CancelAsync();
        var whole = await WholeAsync(archive, sent);
        return new LoadReport(took, (int)(perSecond * time.TotalSeconds), uploads, whole, latencies.ByKind(), [.. latencies.Errors], await memory);
    }

    private static async Task<IReadOnlyList<KeptPackage>> KeepAsync(Archive archive, int count)
    {
        var sent = new List<(string Submission, byte[] Content)>();
        for (var i = 0; i < count; i++)
        {
            var content = RandomNumberGenerator.GetBytes(FileBytes);
            sent.Add((await archive.Producer.SubmitAsync(new Bag().Add("a.bin", content).ToZip(), $"kept-{i}.zip"), content));
        }
        var kept = new List<KeptPackage>();
        foreach (var (submission, content) in sent)
            kept.Add(new KeptPackage(submission, (await archive.Producer.FollowAsync(submission, "preserved")).GetProperty("packageId").GetString()!, "representations/rep1/data/a.bin", content));
        return kept;
    }

    // Every upload ends as a package whose file is, byte for byte, what was sent.
    private static async Task<int> WholeAsync(Archive archive, IReadOnlyList<(string Submission, byte[] Content)> sent)
    {
        var whole = 0;
        foreach (var (submission, content) in sent)
        {
            var package = (await archive.Producer.FollowAsync(submission, "preserved")).GetProperty("packageId").GetString();
            if ((await archive.Producer.GetBytesAsync($"/api/v1/packages/{package}/files/representations/rep1/data/{Uri.EscapeDataString("tài liệu.bin")}")).AsSpan().SequenceEqual(content)) whole++;
        }
        return whole;
    }

    private static async Task<IReadOnlyList<(TimeSpan At, long MiB)>> SampleAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var (start, samples) = (TimeProvider.System.GetTimestamp(), new List<(TimeSpan, long)>());
        using var tick = new PeriodicTimer(Sampling);
        try
        {
            while (await tick.WaitForNextTickAsync(cancellationToken)) samples.Add((TimeProvider.System.GetElapsedTime(start), deployment.ResidentMemoryMiB()));
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }
        return samples;
    }
}
