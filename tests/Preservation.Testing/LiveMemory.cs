namespace Preservation.Testing;

/// <summary>Looks, while some work runs, how many bytes are reachable; for tests that run alone.</summary>
public static class LiveMemory
{
    /// <summary>The most that was seen beyond what was there before, with what the work gives back still held.</summary>
    public static async Task<long> PeakAsync<T>(Func<Task<T>> work)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(work);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long peak = 0;
        var running = Task.Run(work);
        while (!running.IsCompleted) peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
        var held = await running;
        peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
        (held as IDisposable)?.Dispose();
        return peak;
    }

    // Buffers of readers and writers, which short work gives back before anybody looks.
    private const long FixedAllowance = 1 << 20;

    /// <summary>Bytes that each of many more takes, beyond a fixed allowance of 1 MiB: the same work for few and for ten times as many.</summary>
    /// <remarks>
    /// What is held for an item is held in every run; what a look catches on its way, buffers and tasks not yet waited for, is caught in some.
    /// So the least of up to three runs of each counts, and no further run is made once it is below <paramref name="allowed"/>.
    /// </remarks>
    public static async Task<double> PerItemAsync<T>(int few, double allowed, Func<int, Task<T>> work)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(work);
        await PeakAsync(() => work(few)); // what is made once is made now
        var of = await PeakAsync(() => work(few));
        var least = double.MaxValue;
        for (var run = 0; run < 3 && least >= allowed; run++)
        {
            var ofTenTimes = await PeakAsync(() => work(few * 10));
            least = Math.Min(least, (double)Math.Max(0, ofTenTimes - of - FixedAllowance) / (few * 9));
        }
        return least;
    }
}
