using System.Collections.Immutable;

namespace Preservation.Core.Log;

/// <summary>What a log is to one receipt.</summary>
public enum WitnessOutcome
{
    /// <summary>It extends what the receipt saw, and has the receipt's own entry where it may stand.</summary>
    Consistent,

    /// <summary>It extends what the receipt saw; the receipt is so new that its own entry need not be sealed yet.</summary>
    NotYetSealed,

    /// <summary>It does not.</summary>
    Inconsistent,

    /// <summary>The log was exported before the receipt was issued, as it says; or the receipt saw nothing.</summary>
    NotJudged,
}

/// <summary>What a log is to one receipt.</summary>
/// <param name="Witness">The receipt.</param>
/// <param name="Outcome">The answer.</param>
/// <param name="Proven">Entries from the first on that are proven to be what the receipt saw.</param>
/// <param name="Sequence">The place of the receipt's own entry, from 0; null where it was not found or the receipt names none.</param>
/// <param name="Difference">What is not as it was; null where nothing is.</param>
public sealed record WitnessVerdict(LogWitness Witness, WitnessOutcome Outcome, long Proven, long? Sequence, LogDifference? Difference);

/// <summary>What a whole log is to the receipts.</summary>
/// <param name="Size">Entries it has.</param>
/// <param name="Head">The head over them, worked out from the entries.</param>
/// <param name="ExportedAt">When it was exported, as it says.</param>
/// <param name="First">The first difference; null where the log is what all receipts saw and fits itself.</param>
/// <param name="Witnesses">For each receipt, in the order given.</param>
public sealed record LogVerdict(long Size, ImmutableArray<byte> Head, DateTimeOffset ExportedAt, LogDifference? First, ImmutableArray<WitnessVerdict> Witnesses)
{
    /// <summary>False when anything is not as it was; null when no receipt could judge.</summary>
    public bool? IsConsistent => First is not null ? false : Witnesses.Any(w => w.Outcome is WitnessOutcome.Consistent or WitnessOutcome.NotYetSealed) ? true : null;
}
