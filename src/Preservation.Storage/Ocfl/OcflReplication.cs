using System.Collections.Immutable;
using Preservation.Ocfl.Versions;

namespace Preservation.Storage.Ocfl;

/// <summary>Writes one version to several stores, reading every source once.</summary>
public static class OcflReplication
{
    // Small contents wait for the stores to flush, so many are under way at once; of large ones few, since each holds pieces in memory.
    private const int Parallelism = 16;
    private const int LargeAtOnce = 4;

    /// <summary>
    /// Writes the version to each store. One store's failure does not stop the others; the slowest store sets the pace, since
    /// memory is bounded. The result has one entry for each store, in their order.
    /// </summary>
    /// <param name="stores">Where to.</param>
    /// <param name="plan">What.</param>
    /// <param name="open">Opens the bytes of a planned file by its logical path; several may be open at once.</param>
    /// <param name="cancellationToken">Stops before the commit where it can; a store may already have committed.</param>
    /// <exception cref="ContentChangedException">A source does not have the planned bytes. No store commits.</exception>
    public static async Task<ImmutableArray<StoreWriteResult>> WriteToAllAsync(
        IReadOnlyList<OcflStore> stores, VersionPlan plan, Func<string, CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(open);
        var lanes = stores.Select(s => new WriteLane(s.Attempt(plan))).ToArray();
        await Task.WhenAll(lanes.Select(l => l.BeginAsync(cancellationToken))).ConfigureAwait(false);
        using var large = new SemaphoreSlim(LargeAtOnce);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(plan.Contents, parallel, async (content, token) =>
        {
            var writing = lanes.Where(l => l.IsOpen).ToArray();
            if (writing.Length == 0) return;
            if (ContentTee.IsLarge(content)) await large.WaitAsync(token).ConfigureAwait(false);
            try
            {
                await ContentTee.CopyAsync(content, open, writing, token).ConfigureAwait(false);
            }
            finally
            {
                if (ContentTee.IsLarge(content)) large.Release();
            }
        }).ConfigureAwait(false);
        await Task.WhenAll(lanes.Where(l => l.IsOpen).Select(l => l.RunAsync((a, t) => a.CommitAsync(t), cancellationToken))).ConfigureAwait(false);
        return [.. lanes.Select((lane, i) => lane.Failure is { } cause
            ? (StoreWriteResult)new StoreWriteResult.Failed(stores[i], cause)
            : new StoreWriteResult.Written(stores[i]))];
    }
}
