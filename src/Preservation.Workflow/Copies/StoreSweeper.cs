namespace Preservation.Workflow.Copies;

/// <summary>Frees what killed puts left in the stores: staged files of a folder, unfinished multipart uploads of a bucket.</summary>
public sealed class StoreSweeper(StoreSet stores, TimeProvider clock)
{
    // No put takes as long: the largest package on the slowest line is through in hours.
    private static readonly TimeSpan UnfinishedAfter = TimeSpan.FromDays(7);

    /// <summary>Frees what is older than a week in every store; returns how much there was.</summary>
    /// <exception cref="IOException">A store could not be reached; the others are swept all the same.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - UnfinishedAfter;
        var removed = await Task.WhenAll(stores.Stores.Values.Select(s => Task.Run(() => s.RemoveUnfinishedAsync(before, cancellationToken), cancellationToken)));
        return removed.Sum();
    }
}
