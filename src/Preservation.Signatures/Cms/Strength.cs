using System.Globalization;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Cms;

/// <summary>Which algorithms of a signer were no longer relied on at a time, by the catalogue of ETSI.</summary>
internal static class Strength
{
    public static IEnumerable<(string Algorithm, string Until)> Faults(SignerFacts facts, DateTimeOffset at)
    {
        var uses = new List<AlgorithmUse>();
        if (facts.Hash is { } hash) uses.Add(new AlgorithmUse(hash.Name, 0));
        if (facts.Certificate?.Key.Strength() is { Bits: > 0 } key) uses.Add(new AlgorithmUse(key.Name, key.Bits));
        return AlgorithmCatalogue.Etsi.Faults(uses, at).Select(f => (f.Use.ToString(), Text(at)));
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
