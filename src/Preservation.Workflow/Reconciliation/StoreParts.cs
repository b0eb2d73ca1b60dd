using System.Collections.Immutable;

namespace Preservation.Workflow.Reconciliation;

/// <summary>
/// A storage root in parts by the beginnings of keys: each is listed once, sorted and compared by itself, so that memory stays flat and an interrupted run
/// goes on with the next part. Objects lie under the hexadecimal digits of a digest, evenly; whatever else there is has parts of its own.
/// </summary>
internal static class StoreParts
{
    private const long KeysInPart = 100_000; // some 30 MB while a part is compared
    private const int MostDigits = 3;
    private const string Hexadecimal = "0123456789abcdef";

    /// <summary>Beginnings of keys that together are everything under the prefix, in byte order.</summary>
    /// <param name="prefix">The storage root's.</param>
    /// <param name="keys">How many keys are to be expected.</param>
    public static ImmutableArray<string> Of(string prefix, long keys)
    {
        var digits = 0;
        for (var parts = 1L; digits < MostDigits && keys > parts * KeysInPart; parts *= Hexadecimal.Length) digits++;
        return WithDigits(prefix, digits);
    }

    /// <summary>The same parts again, known by their number: those of a run that goes on.</summary>
    /// <exception cref="InvalidOperationException">There are never so many.</exception>
    public static ImmutableArray<string> Again(string prefix, int count)
    {
        for (var digits = 0; digits <= MostDigits; digits++)
            if (WithDigits(prefix, digits) is { } parts && parts.Length == count) return parts;
        throw new InvalidOperationException($"a store is never compared in {count} parts");
    }

    private static ImmutableArray<string> WithDigits(string prefix, int digits)
    {
        if (digits == 0) return [prefix];
        return [.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).SelectMany(c => Hexadecimal.Contains(c, StringComparison.Ordinal) ? Under(prefix + c, digits - 1) : [prefix + c])];
    }

    /// <summary>The first key, in byte order, that no longer begins with this.</summary>
    public static string After(string beginning) => beginning[..^1] + (char)(beginning[^1] + 1);

    // Every digit has parts for what else may follow.
    private static IEnumerable<string> Under(string beginning, int digits) => digits == 0 ? [beginning]
        : Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).SelectMany(c => Hexadecimal.Contains(c, StringComparison.Ordinal) ? Under(beginning + c, digits - 1) : [beginning + c]);
}
