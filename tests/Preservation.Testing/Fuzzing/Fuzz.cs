using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;

namespace Preservation.Testing.Fuzzing;

/// <summary>
/// Gives a reader spoilt input for a time: 3 seconds, half a minute with CI=true, 10 minutes with <c>--long</c>, or as many seconds as PRESERVATION_FUZZ_SECONDS says.
/// What the reader does not promise to throw fails the test, and so does an input that takes too long or too much memory; the input is told.
/// </summary>
public static class Fuzz
{
    private const long MaxAllocated = 512L << 20;
    private const long MaxHeld = 256L << 20;
    private const int ToldBytes = 6_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static TimeSpan Budget =>
        int.TryParse(Environment.GetEnvironmentVariable("PRESERVATION_FUZZ_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : Tier.IsLong ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("CI") == "true" ? 30 : 3);

    /// <summary>Fuzzes one reader.</summary>
    /// <param name="reader">Its name; with the tier's seed it chooses the inputs.</param>
    /// <param name="seeds">Sound inputs.</param>
    /// <param name="read">Reads; what it may throw it catches itself.</param>
    /// <param name="share">How many cases one reader's time is shared among, where it reads several kinds of file.</param>
    public static async Task RunAsync(string reader, IReadOnlyList<byte[]> seeds, Func<byte[], CancellationToken, Task> read, int share = 1)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(read);
        Assert.That(seeds, Is.Not.Empty);
        foreach (var seed in seeds) await OneAsync("a sound input", seed, read);
        var random = new Random(reader.Aggregate(Tier.Seed, (hash, c) => unchecked(hash * 31 + c)));
        var mutator = new ByteMutator(seeds, random);
        var held = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        var count = 0;
        for (; watch.Elapsed < Budget / share; count++)
        {
            await OneAsync($"seed {Tier.Seed}, input {count}", mutator.Next(), read);
            if (count % 256 == 0 && GC.GetTotalMemory(false) - held > MaxHeld) Assert.That(GC.GetTotalMemory(forceFullCollection: true) - held, Is.LessThan(MaxHeld), "memory is not given back");
        }
        await TestContext.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"fuzz {reader}: seed {Tier.Seed}, {count} inputs in {watch.Elapsed.TotalSeconds:F0} s"));
    }

    private static async Task OneAsync(string name, byte[] input, Func<byte[], CancellationToken, Task> read)
    {
        using var patience = new CancellationTokenSource(Patience);
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            await Task.Run(() => read(input, patience.Token), CancellationToken.None).WaitAsync(Patience * 2, CancellationToken.None);
        }
        catch (Exception e) when (e is not ResultStateException)
        {
            Assert.Fail($"{name}: {e.GetType().Name} {e.Message}\n{e.StackTrace}\n{Told(input)}");
        }
        var allocated = GC.GetTotalAllocatedBytes() - before;
        if (allocated > MaxAllocated) Assert.Fail($"{name}: {allocated >> 20} MiB for {input.Length} bytes\n{Told(input)}");
    }

    private static string Told(byte[] input) => $"{input.Length} bytes: {Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, ToldBytes)))}";
}
