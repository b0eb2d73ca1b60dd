using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Preservation.EndToEnd.Tests;
using Preservation.EndToEnd.Tests.Loads;

namespace Preservation.Benchmarks;

/// <summary>
/// Ingest against the machine's own limits, as ratios in one run: the time from "received" to "preserved" on two file-system stores, over the time of a plain
/// copy of the same files to two folders plus the time of reading them once with SHA-256 and SHA-512 on all cores. Run through <c>deploy/bench</c>; <c>deploy/bench check</c> measures the checking of packages instead, <c>deploy/bench signatures</c> that of signatures, <c>deploy/bench evidence</c> the making and verifying of evidence,
/// <c>deploy/bench fixity</c> the reading of copies, <c>deploy/bench workers</c> what more workers bring, <c>deploy/bench catalogue</c> the catalogue at ten million files, <c>deploy/bench load</c> many readers and senders at once.
/// </summary>
internal static class Program
{
    private const int Runs = 3;

    private static async Task<int> Main(string[] args)
    {
        var what = args.FirstOrDefault() is "check" or "signatures" or "evidence" or "fixity" or "workers" or "catalogue" or "load" ? args[0] : "ingest";
        var scale = args.Skip(what == "ingest" ? 0 : 1).FirstOrDefault() is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : 1;
        if (what == "load") return await LoadAsync(args.Length > 1 ? TimeSpan.FromMinutes(scale) : TimeSpan.FromMinutes(5));
        var work = Directory.CreateTempSubdirectory("preservation-bench-").FullName;
        try
        {
            if (what != "ingest")
            {
                await (what switch
                {
                    "check" => CheckBenchmark.RunAsync(work, scale),
                    "signatures" => SignatureBenchmark.RunAsync(work, scale),
                    "fixity" => FixityBenchmark.RunAsync(scale, args.ElementAtOrDefault(2)),
                    "workers" => WorkerBenchmark.RunAsync(scale),
                    "catalogue" => CatalogueBenchmark.RunAsync(work, scale),
                    _ => EvidenceBenchmark.RunAsync(work, scale),
                });
                return 0;
            }
            await using var archive = await Archive.StartAsync(inFolders: true);
            var key = await archive.AddPrincipalAsync("producer", "system", archive.AgencyId);
            Console.WriteLine("| workload | plain copy ×2 s | digest limit s | ingest s (median) | ratio | at most | server peak MiB |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
            await MeasureAsync(archive, key, work, (int)(10_000 * scale), 4096);
            await MeasureAsync(archive, key, work, 1, (long)((1L << 30) * scale));
            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<int> LoadAsync(TimeSpan time)
    {
        var report = await LoadRun.RunAsync(time, 500, 200);
        Console.WriteLine(report);
        return report.Errors.Count == 0 && report.Whole == report.Uploads && !(report.Growth > 1.10) ? 0 : 1;
    }

    private static async Task MeasureAsync(Archive archive, string key, string work, int files, long bytes)
    {
        var (copies, digests, ingests) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            var folder = Path.Join(work, $"source-{run}");
            Generate(folder, files, bytes, run);
            copies.Add(Time(() => CopyTwice(folder, Path.Join(work, "plain"))));
            digests.Add(Time(() => DigestAll(folder)));
            var zip = Path.Join(work, "bag.zip");
            WriteBag(folder, zip);
            ingests.Add(await IngestAsync(archive, key, zip));
            Directory.Delete(folder, recursive: true);
            Directory.Delete(Path.Join(work, "plain"), recursive: true);
            File.Delete(zip);
        }
        var (copy, digest, ingest) = (Median(copies), Median(digests), Median(ingests));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {files} × {bytes >> 10} KiB | {copy:F2} | {digest:F2} | {ingest:F2} | {ingest / (copy + digest):F2} | {(files == 1 ? "1.30" : "")} | {archive.Deployment.PeakMemoryMiB()} |"));
    }

    private static async Task<double> IngestAsync(Archive archive, string key, string zip)
    {
        var (exit, output, error) = await Machine.RunAsync(Machine.Preserve, "submit", zip, "--server", archive.Deployment.Address.ToString(), "--key", key, "--agreement", "AUTO", "--wait", "--json");
        if (exit != 0) throw new InvalidOperationException($"the package was not preserved: {output} {error}");
        var id = System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("submission").GetString();
        var submission = await archive.With(key).GetAsync($"/api/v1/submissions/{id}");
        return (submission.GetProperty("endedAt").GetDateTimeOffset() - submission.GetProperty("receivedAt").GetDateTimeOffset()).TotalSeconds;
    }

    private static void Generate(string folder, int files, long bytes, int seed)
    {
        var random = new Random(seed);
        var buffer = new byte[Math.Min(bytes, 1 << 20)];
        for (var i = 0; i < files; i++)
        {
            var path = Path.Join(folder, $"d{i / 100:D3}", $"f{i:D5}.bin");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = File.Create(path);
            for (long left = bytes; left > 0; left -= buffer.Length)
            {
                random.NextBytes(buffer);
                file.Write(buffer, 0, (int)Math.Min(left, buffer.Length));
            }
        }
    }

    private static void CopyTwice(string source, string target)
    {
        foreach (var copy in new[] { "a", "b" })
            foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                var to = Path.Join(target, copy, Path.GetRelativePath(source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
    }

    private static void DigestAll(string folder) => Parallel.ForEach(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories), () => new byte[1 << 20], (file, _, buffer) =>
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            var piece = buffer.AsMemory(0, read);
            if (read < buffer.Length / 2)
            {
                sha256.AppendData(piece.Span);
                sha512.AppendData(piece.Span);
            }
            else Parallel.Invoke(() => sha256.AppendData(piece.Span), () => sha512.AppendData(piece.Span));
        }
        sha256.GetHashAndReset();
        sha512.GetHashAndReset();
        return buffer;
    }, _ => { });

    // A bag by RFC 8493, stored without compression: ingest is measured, not inflate.
    private static void WriteBag(string folder, string zip)
    {
        using var archive = new ZipArchive(File.Create(zip), ZipArchiveMode.Create);
        var manifest = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var path = "data/" + Path.GetRelativePath(folder, file).Replace('\\', '/');
            using (var hashed = File.OpenRead(file)) manifest.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA512.HashData(hashed))}  {path}\n");
            archive.CreateEntryFromFile(file, "bag/" + path, CompressionLevel.NoCompression);
        }
        void Add(string name, string text)
        {
            using var entry = archive.CreateEntry("bag/" + name).Open();
            entry.Write(Encoding.UTF8.GetBytes(text));
        }
        Add("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
        Add("bag-info.txt", $"External-Identifier: urn:uuid:{Guid.NewGuid()}\nSource-Organization: Benchmark\n");
        Add("manifest-sha512.txt", manifest.ToString());
    }

    internal static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The most memory a process had so far; 0 when it ended meanwhile.</summary>
    internal static long PeakBytes(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0;
        }
    }

    internal static double Median(IEnumerable<double> values) 
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
