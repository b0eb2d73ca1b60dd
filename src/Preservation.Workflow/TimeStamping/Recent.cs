namespace Preservation.Workflow.TimeStamping;

/// <summary>What was read last, so that the next record of the same reading need not ask again; the oldest is forgotten when there are too many.</summary>
/// <param name="most">How many are kept.</param>
internal sealed class Recent<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _known = [];
    private readonly Queue<TKey> _order = new();

    /// <summary>What is kept under a key, or what reading it gives.</summary>
    public async Task<TValue> GetAsync(TKey key, Func<Task<TValue>> read)
    {
        if (_known.TryGetValue(key, out var known)) return known;
        var value = await read();
        Keep(key, value);
        return value;
    }

    /// <summary>Keeps what was come by on the way.</summary>
    public void Keep(TKey key, TValue value)
    {
        if (!_known.TryAdd(key, value)) return;
        _order.Enqueue(key);
        if (_order.Count > most) _known.Remove(_order.Dequeue());
    }
}
