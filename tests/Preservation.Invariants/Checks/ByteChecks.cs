using Preservation.Invariants.Stores;

namespace Preservation.Invariants.Checks;

/// <summary>Invariants 2 and 4 on the store itself: every catalogued key is there, with the catalogued bytes.</summary>
internal sealed class ByteChecks(Report report)
{
    public void Run(Holding holding, IReadOnlyDictionary<string, CataloguedKey> keys)
    {
        foreach (var key in keys.Values)
        {
            var found = holding.Keys.GetValueOrDefault(key.Key);
            report.Require(found is not null, "2 every catalogued key is on its store", () => $"{holding.Store}: {key.Key}");
            if (found is not null) report.Require(found.Bytes == key.Bytes && found.Sha512 == key.Sha512, "4 every key has the catalogued bytes", () => $"{holding.Store}: {key.Key} has {found.Bytes} bytes of digest {found.Sha512[..16]}…");
        }
    }
}
