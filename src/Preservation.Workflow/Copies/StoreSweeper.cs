using Microsoft.Extensions.Options;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.Copies;

/// <summary>Frees what killed puts left in the stores: staged files of a folder, unfinished multipart uploads of a bucket.</summary>
public sealed class StoreSweeper(StoreSet stores, IOptions<PreservationOptions> options, TimeProvider clock)
{
    /// <summary>Frees what is older than the bound in one store, if it is there; returns how much there was.</summary>
    /// <exception cref="IOException">The store could not be reached.</exception>
    public async Task<int> RunAsync(string store, CancellationToken cancellationToken) =>
        await stores.IsConnectedAsync(store, cancellationToken) ? await stores.Stores[store].RemoveUnfinishedAsync(clock.GetUtcNow() - options.Value.StoreKeeping.SweepAfter, cancellationToken) : 0;
}
