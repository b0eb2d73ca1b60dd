using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Preservation.EndToEnd.Tests;

namespace Preservation.Benchmarks;

/// <summary>
/// <c>preserve check</c>, whole process, against the digest limit: the time to read the same files and compute SHA-256 and SHA-512 of them on
/// all cores with nothing else. Medians of five, in alternation, warm cache. The packages are those of <c>../shared/tools/gen_workload.py</c>.
/// </summary>
internal static class CheckBenchmark
{
    private const int Runs = 5;
    private const string Memory = "/dev/shm";
    private const long BytesAFile = 8L << 10; // a page, an inode and its names

    public static async Task RunAsync(string work, double scale)
    {
        Console.WriteLine("| workload | digest limit s | bag s | ratio | OCFL object s | ratio | E-ARK SIP s | peak MiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        await MeasureAsync(work, (int)(10_000 * scale), 4096);
        await MeasureAsync(work, 4, (long)((1L << 30) * scale));
        Console.WriteLine();
        Console.WriteLine("| E-ARK SIP, files | on | check s | microseconds a file | peak MiB |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var files in (int[])[(int)(100_000 * scale), (int)(1_000_000 * scale)]) await GrowAsync(work, files);
    }

    private static async Task MeasureAsync(string work, int files, long bytes)
    {
        var folder = Path.Join(work, "workload");
        await GenerateAsync(folder, files, bytes);
        var (limits, bags, objects, sips, peak) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), 0L);
        for (var run = 0; run <= Runs; run++)
        {
            var (limit, bag, ocfl, sip) = (Limit(Path.Join(folder, "payload")), await CheckAsync(Path.Join(folder, "bag"), "bagit"), await CheckAsync(Path.Join(folder, "ocfl"), "ocfl-object"), await CheckAsync(Path.Join(folder, "sip"), "eark"));
            if (run == 0) continue; // warms the cache
            limits.Add(limit);
            bags.Add(bag.Seconds);
            objects.Add(ocfl.Seconds);
            sips.Add(sip.Seconds);
            peak = new[] { peak, bag.PeakMiB, ocfl.PeakMiB, sip.PeakMiB }.Max();
        }
        var (l, b, o, s) = (Program.Median(limits), Program.Median(bags), Program.Median(objects), Program.Median(sips));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {files} × {bytes >> 10} KiB | {l:F3} | {b:F3} | {b / l:F2} | {o:F3} | {o / l:F2} | {s:F3} | {peak} |"));
        Directory.Delete(folder, recursive: true);
    }

    // A cache of a million inodes stays warm on few machines: where memory has the room, the package is checked in it.
    private static async Task GrowAsync(string work, int files)
    {
        var isInMemory = Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > files * BytesAFile && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > files * BytesAFile;
        var (made, memory) = (Path.Join(work, "workload"), Path.Join(Memory, Path.GetFileName(work)));
        await GenerateAsync(made, files, 64);
        try
        {
            if (isInMemory) await RunAsync("cp", "-r", Path.Join(made, "sip"), memory);
            var package = isInMemory ? memory : Path.Join(made, "sip");
            await CheckAsync(package, "eark");
            var runs = new List<(double Seconds, long PeakMiB)>();
            for (var run = 0; run < 3; run++) runs.Add(await CheckAsync(package, "eark"));
            var seconds = Program.Median(runs.Select(r => r.Seconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {files} | {(isInMemory ? "memory" : "disk")} | {seconds:F2} | {seconds * 1e6 / files:F1} | {runs.Max(r => r.PeakMiB)} |"));
        }
        finally
        {
            foreach (var folder in new[] { made, memory }.Where(Directory.Exists)) Directory.Delete(folder, recursive: true);
        }
    }

    private static Task GenerateAsync(string folder, int files, long bytes) =>
        RunAsync("python3", Path.GetFullPath(Path.Join(Machine.Root, "..", "shared", "tools", "gen_workload.py")), folder, "--files", Text(files), "--size", Text(bytes));

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (exit, output, error) = await Machine.RunAsync(program, arguments);
        if (exit != 0) throw new InvalidOperationException($"the workload could not be made: {output} {error}");
    }

    private static async Task<(double Seconds, long PeakMiB)> CheckAsync(string package, string kind)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(Machine.Preserve, ["check", package, "--as", kind, "--json"]) { RedirectStandardOutput = true } };
        var watch = Stopwatch.StartNew();
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(20))) peak = Math.Max(peak, Program.PeakBytes(process));
        var seconds = watch.Elapsed.TotalSeconds;
        await output;
        return process.ExitCode == 0 ? (seconds, peak >> 20) : throw new InvalidOperationException($"{package} is not valid: {await output}");
    }

    // As ../shared/tools/limits.cs has it, on all cores.
    private static double Limit(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToArray();
        return Program.Time(() => Parallel.ForEach(files, () => new byte[1 << 20], (file, _, buffer) =>
        {
            using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                sha256.AppendData(buffer, 0, read);
                sha512.AppendData(buffer, 0, read);
            }
            sha256.GetHashAndReset();
            sha512.GetHashAndReset();
            return buffer;
        }, _ => { }));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
