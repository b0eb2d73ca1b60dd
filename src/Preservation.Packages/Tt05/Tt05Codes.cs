using System.Collections.Frozen;
using System.Globalization;

namespace Preservation.Packages.Tt05;

/// <summary>The code tables of the circular's annexes.</summary>
public static class Tt05Codes
{
    /// <summary><c>maintenance</c>: 01 permanent, 02 70 years, 03 50, 04 30, 05 20, 06 10, 07 other.</summary>
    public static IReadOnlySet<string> Maintenance { get; } = Range(1, 7);

    /// <summary><c>mode</c>: 01 public, 02 conditional, 03 secret.</summary>
    public static IReadOnlySet<string> Mode { get; } = Range(1, 3);

    /// <summary><c>language</c>.</summary>
    public static IReadOnlySet<string> Language { get; } = Range(1, 11);

    /// <summary><c>format</c> (physical condition): 01 good, 02 fair, 03 damaged.</summary>
    public static IReadOnlySet<string> Condition { get; } = Range(1, 3);

    /// <summary><c>confidenceLevel</c>: 01 born digital, 02 digitised, 03 mixed.</summary>
    public static IReadOnlySet<string> Confidence { get; } = Range(1, 3);

    /// <summary><c>typeName</c> of documents, 01 resolution to 32 other.</summary>
    public static IReadOnlySet<string> DocumentType { get; } = Range(1, 32);

    /// <summary>Two codes 01 and 02 (<c>riskRecoveryStatus</c>, <c>typePic</c>, <c>typeMedia</c>, <c>colour</c>).</summary>
    public static IReadOnlySet<string> OneTwo { get; } = Range(1, 2);

    /// <summary><c>purpose</c> of a request: 01 personal, 02 official duty, 03 special official duty.</summary>
    public static IReadOnlySet<string> Purpose { get; } = Range(1, 3);

    /// <summary><c>feeObjectType</c> of a request.</summary>
    public static IReadOnlySet<string> FeeObject { get; } = Range(1, 10);

    /// <summary>0 and 1 (<c>riskRecovery</c>, <c>process</c>, <c>docAttached</c>, <c>source</c>).</summary>
    public static IReadOnlySet<string> Flag { get; } = new[] { "0", "1" }.ToFrozenSet(StringComparer.Ordinal);

    private static FrozenSet<string> Range(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(n => n.ToString("00", CultureInfo.InvariantCulture)).ToFrozenSet(StringComparer.Ordinal);
}
