using System.Collections.Concurrent;

namespace Preservation.Invariants.Stores;

/// <summary>Everything one store holds, each key read once.</summary>
internal sealed class Holding
{
    private const int AtOnce = 8;

    private Holding(string store, IReadOnlyDictionary<string, Found> keys) => (Store, Keys) = (store, keys);

    public string Store { get; }

    public IReadOnlyDictionary<string, Found> Keys { get; }

    public static async Task<Holding> ReadAsync(string store, StoreReader reader)
    {
        var keys = new ConcurrentDictionary<string, Found>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(reader.ListAsync(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (key, _) =>
            keys[key] = await reader.ReadAsync(key, key.EndsWith("/inventory.json", StringComparison.Ordinal) || key.EndsWith("/inventory.json.sha512", StringComparison.Ordinal)));
        return new Holding(store, keys);
    }
}
