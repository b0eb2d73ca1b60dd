namespace Preservation.Core.Log;

/// <summary>What was done to the first entry that is not as a receipt saw it.</summary>
public enum LogDifferenceKind
{
    /// <summary>Changed, added, removed or moved: which of them cannot be told from what is at hand.</summary>
    Altered,

    /// <summary>Another text stands in its place.</summary>
    Changed,

    /// <summary>It was not there.</summary>
    Added,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It stands elsewhere.</summary>
    Moved,
}

/// <summary>Where a log stops being what a receipt saw.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="From">The first place where it may be, from 0: everything before is proven to be as it was.</param>
/// <param name="Until">The place after the last one where it may be.</param>
/// <param name="Entry">The entry's id where it is known.</param>
/// <param name="Witness">Which receipt shows it, or the log itself.</param>
public sealed record LogDifference(LogDifferenceKind Kind, long From, long Until, long? Entry, string Witness)
{
    /// <summary>True when the place is known and not only between which sizes it lies.</summary>
    public bool IsExact => Until == From + 1;
}
