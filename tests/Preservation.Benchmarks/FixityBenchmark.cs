using System.Globalization;
using System.Security.Cryptography;
using Preservation.EndToEnd.Tests;

namespace Preservation.Benchmarks;

/// <summary>
/// Fixity by one worker process against the limit, in alternation and as ratios in one run. The limit of a file system: the same files read and digested by SHA-512 on all cores
/// with nothing else; of S3: a plain parallel GET of the same objects with SHA-512. GETs are counted in the gateway's own log. Medians of three; the files are in the cache.
/// </summary>
internal static class FixityBenchmark
{
    private const int Runs = 3;
    private const int GetsAtOnce = 8;

    /// <param name="scale">Of the counts.</param>
    /// <param name="only">Part of the name of the workloads wanted; null for all.</param>
    public static async Task RunAsync(double scale, string? only)
    {
        Console.WriteLine("| workload | limit s | fixity s | ratio | at most | objects/s | MB/s | GETs an object | at most | catalogue's share | at most | peak MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        int Of(int count) => Math.Max(1, (int)(count * scale));
        Task MeasureAsync(string name, string atMost, GeneratedCopies copies, bool isS3 = false) => only is null || name.Contains(only, StringComparison.Ordinal) ? OneAsync(name, atMost, copies, isS3) : Task.CompletedTask;
        await MeasureAsync("file system, large files", "1.15", new GeneratedCopies(0, Of(80), 1, 64 << 20));
        await MeasureAsync("file system, files of 1 MiB", "1.15", new GeneratedCopies(0, Of(100), 40, 1 << 20));
        foreach (var tenth in new[] { 0.1, 1 }) await MeasureAsync("file system, small files", "", new GeneratedCopies(0, Of((int)(10_000 * tenth)), 100, 4096));
        await MeasureAsync("file system, one package of small files", "", new GeneratedCopies(0, 1, Of(200_000), 4096));
        await MeasureAsync("S3, large objects", "1.20", new GeneratedCopies(0, Of(40), 1, 32 << 20), isS3: true);
        await MeasureAsync("S3, small objects", "1.20", new GeneratedCopies(0, Of(500), 100, 16 << 10), isS3: true);
    }

    private static async Task OneAsync(string name, string atMost, GeneratedCopies copies, bool isS3)
    {
        await using var archive = await Archive.StartAsync(new DeploymentPlan { Buckets = isS3 ? 1 : 0, Folders = isS3 ? 1 : 2, Roles = "api", Settings = FixityRuns.Settings });
        await copies.AddAsync(archive.Deployment);
        await using var runs = new FixityRuns(archive);
        await using var worker = archive.Deployment.StartWorker(null);
        var (limits, measures, gets) = (new List<double>(), new List<FixityMeasure>(), 0L);
        for (var run = 0; run <= Runs; run++)
        {
            var limit = isS3 ? await GetAllAsync(archive.Deployment, copies) : Limit(archive.Deployment.FolderOf(0));
            var log = isS3 ? new GatewayLog(archive.Deployment.Buckets[0]) : null;
            var measure = await runs.RunAsync(1);
            if (measure.Files != copies.Keys) throw new InvalidOperationException($"{measure.Files} of {copies.Keys} keys were read");
            if (run == 0) continue; // warms the cache, and the worker
            limits.Add(limit);
            measures.Add(measure);
            gets = Math.Max(gets, log?.Reads().Values.Sum() ?? 0);
        }
        var (l, f) = (Program.Median(limits), Program.Median(measures.Select(m => m.Seconds)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name}: {copies.Copies} × {copies.KeysEach} × {copies.BytesEach >> 10} KiB | {l:F2} | {f:F2} | {f / l:F2} | {atMost} | {copies.Keys / f:F0} | {measures[0].Bytes / 1e6 / f:F0} | {(isS3 ? ((double)gets / copies.Keys).ToString("F3", CultureInfo.InvariantCulture) : "")} | {(isS3 ? "1" : "")} | {Program.Median(measures.Select(m => m.CatalogueShare)):P1} | 20 % | {worker.PeakMemoryMiB()} |"));
    }

    // As ../shared/tools/limits.cs has it, on all cores.
    private static double Limit(string folder)
    {
        var files = Directory.EnumerateFiles(Path.Join(folder, "ocfl"), "*", SearchOption.AllDirectories).ToArray();
        return Program.Time(() => Parallel.ForEach(files, () => new byte[1 << 20], (file, _, buffer) =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
            using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
            int read;
            while ((read = stream.Read(buffer)) > 0) sha512.AppendData(buffer, 0, read);
            sha512.GetHashAndReset();
            return buffer;
        }, _ => { }));
    }

    private static async Task<double> GetAllAsync(Deployment deployment, GeneratedCopies copies)
    {
        var start = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, (int)copies.Keys), new ParallelOptions { MaxDegreeOfParallelism = GetsAtOnce }, async (number, token) =>
        {
            using var answer = await deployment.S3.GetObjectAsync(deployment.Buckets[0], GeneratedCopies.KeyOf(number / copies.KeysEach, number % copies.KeysEach), token);
            await SHA512.HashDataAsync(answer.ResponseStream, token);
        });
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
