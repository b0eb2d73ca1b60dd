using System.Globalization;
using Preservation.Signatures.Algorithms;

namespace Preservation.Signatures.Validation;

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

    public static IEnumerable<(string Algorithm, string Until)> Faults(IEnumerable<AlgorithmUse> uses, DateTimeOffset at)
    {
        foreach (var use in uses.Distinct())
        {
            if (HashFunction.All.FirstOrDefault(h => h.Name == use.Name)?.ReliableUntil is { } end && at >= end) yield return (use.Name, Text(at));
            foreach (var (key, below, until) in Keys)
            {
                if (key != (use.Name == "RSASSA-PSS" ? "RSA" : use.Name) || use.Bits == 0 || use.Bits >= below) continue;
                if (at >= until) yield return (string.Create(CultureInfo.InvariantCulture, $"{use.Name} {use.Bits}"), Text(at));
                break;
            }
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
