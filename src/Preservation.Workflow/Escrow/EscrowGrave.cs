using System.Globalization;
using System.Text.RegularExpressions;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Copies;

namespace Preservation.Workflow.Escrow;

/// <summary>Destroys one object after the other, each under its tombstone, and knows which places are taken from nowhere any more.</summary>
internal sealed partial class EscrowGrave(IObjectStore store, OcflStore held, TimeProvider clock)
{
    private const string Prefix = "escrow/tombstones/";
    private const int HashDigits = 64;

    // 16 bytes an object that was ever destroyed: the first half of the digest its place is made of.
    private readonly HashSet<UInt128> _places = [];

    /// <summary>Reads which objects have a tombstone.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _places.Clear();
        await foreach (var found in store.ListAsync(Prefix, cancellationToken))
            if (Name().Match(found.Key) is { Success: true } match) _places.Add(PlaceOf(match.Groups[1].Value));
    }

    /// <summary>Has the object at this path of the storage root a tombstone?</summary>
    public bool Has(string path) => _places.Contains(PlaceOf(HashOf(path)));

    /// <summary>The object's tombstone; null when it has none.</summary>
    public async Task<EscrowTombstone?> ReadAsync(string id, CancellationToken cancellationToken) =>
        await store.TryReadAsync(KeyOf(id), EscrowTombstone.MaxBytes, cancellationToken) is { } bytes ? EscrowTombstone.Read(bytes) : null;

    /// <summary>Destroys an object that is as the order says, or goes on where an earlier attempt ended.</summary>
    public async Task<EscrowTombstone> BuryAsync(OrderOfDestruction order, string orderSha512, OrderedObject ordered, bool isHeld, CancellationToken cancellationToken)
    {
        if (await ReadAsync(ordered.Id, cancellationToken) is not { } stone)
        {
            stone = new EscrowTombstone(ordered.Id, order.Id, orderSha512, ordered.Version, ordered.InventorySha512, isHeld, clock.GetUtcNow(), null, 0, 0, []);
            await store.PutAsync(KeyOf(ordered.Id), stone.ToBytes(), PutCondition.OnlyIfAbsent, cancellationToken);
            _places.Add(PlaceOf(HashOf(PathOf(ordered.Id))));
        }
        if (stone.DestroyedAt is not null) return stone;
        if (!Digest.TryParse(DigestAlgorithm.Sha512, stone.InventorySha512, out var inventory)) throw new InvalidDataException($"{KeyOf(ordered.Id)} names no inventory: the store is damaged");
        var outcome = await new ObjectErasure(held, StoreSet.QuarantinePrefix).RunAsync(stone.Object, VersionNumber.First.With(stone.Version), inventory, clock.GetUtcNow(), cancellationToken);
        stone = stone with { DestroyedAt = outcome.Kept.IsEmpty ? clock.GetUtcNow() : null, Keys = outcome.Keys, Besides = outcome.Besides, Kept = outcome.Kept };
        await store.PutAsync(KeyOf(stone.Object), stone.ToBytes(), PutCondition.Any, cancellationToken);
        return stone;
    }

    /// <summary>
    /// What an order that was withdrawn began and did not end is to be taken anew: possible while the source has it as it was. Bytes that are left stay where they are until then.
    /// </summary>
    /// <returns>False when it is neither whole here nor at the source: its tombstone stays.</returns>
    public async Task<bool> GiveBackAsync(Guid order, string id, OcflStore source, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, cancellationToken) is not { DestroyedAt: null } stone || stone.Order != order) return true;
        try
        {
            using var offered = await source.ReadInventoryAsync(id, cancellationToken);
            if (offered is not { IsRootSound: true } || offered.Inventory.BytesDigest.Hex != stone.InventorySha512) return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or InventoryDamagedException)
        {
            return false; // what the source has is not known now; the next pass asks again
        }
        if (await store.EraseAsync(held.ObjectPrefix(id) + "inventory.json", clock.GetUtcNow(), cancellationToken) is not null) return false;
        await store.DeleteAsync(KeyOf(id), cancellationToken);
        _places.Remove(PlaceOf(HashOf(PathOf(id))));
        return true;
    }

    private string PathOf(string id) => held.ObjectPrefix(id)[held.Prefix.Length..];

    private string KeyOf(string id) => $"{Prefix}{HashOf(PathOf(id))}.json";

    private static string HashOf(string path) => path[^(HashDigits + 1)..^1];

    private static UInt128 PlaceOf(string hash) => UInt128.Parse(hash.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\Aescrow/tombstones/([0-9a-f]{64})\.json\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
