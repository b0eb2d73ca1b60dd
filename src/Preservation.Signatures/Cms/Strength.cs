using System.Globalization;

namespace Preservation.Signatures.Cms;

/// <summary>Until when algorithms and key lengths are relied on (ETSI TS 119 312 V1.5.1, as data in this library for now).</summary>
internal static class Strength
{
    private static readonly (string Key, int BelowBits, DateTimeOffset Until)[] Keys =
    [
        ("RSA", 1024, DateTimeOffset.UnixEpoch),
        ("RSA", 1900, new DateTimeOffset(2019, 10, 1, 0, 0, 0, TimeSpan.Zero)),
        ("RSA", 3000, new DateTimeOffset(2029, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        ("ECDSA", 224, DateTimeOffset.UnixEpoch),
        ("ECDSA", 256, new DateTimeOffset(2021, 10, 1, 0, 0, 0, TimeSpan.Zero)),
    ];

    public static IEnumerable<(string Algorithm, string Until)> Faults(SignerFacts facts, DateTimeOffset at)
    {
        if (facts.Hash?.ReliableUntil is { } end && at >= end) yield return (facts.Hash.Name, Text(at));
        if (facts.Certificate is null) yield break;
        var (name, bits) = facts.Certificate.Key.Strength();
        foreach (var (key, below, until) in Keys)
        {
            if (key != name || bits == 0 || bits >= below) continue;
            if (at >= until) yield return (string.Create(CultureInfo.InvariantCulture, $"{name} {bits}"), Text(at));
            yield break;
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
