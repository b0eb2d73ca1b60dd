using System.Globalization;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Validation;

/// <summary>Which algorithms of a signer were no longer relied on at a time, by the catalogue of ETSI.</summary>
internal static class Strength
{
    public static IEnumerable<(string Algorithm, string Until)> Faults(IEnumerable<AlgorithmUse> uses, DateTimeOffset at) =>
        AlgorithmCatalogue.Etsi.Faults(uses, at).Select(f => (f.Use.ToString(), Text(at)));

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
