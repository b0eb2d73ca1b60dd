using System.Collections.Immutable;

namespace Preservation.Core.Log;

/// <summary>What one receipt saw, as parts of the log that are compared one after another while the log passes by.</summary>
internal sealed class WitnessedTree
{
    private readonly bool?[] _equal;

    public WitnessedTree(LogWitness witness)
    {
        Witness = witness;
        Parts = witness.TreeSize == 0 ? []
            : witness.Frontier.IsEmpty ? [new Part(0, witness.TreeSize, -1, witness.Head)]
            : [.. MerkleLog.Subtrees(0, witness.TreeSize).Select((s, i) => new Part(s.Number << s.Height, (s.Number + 1) << s.Height, s.Height, witness.Frontier[i]))];
        _equal = new bool?[Parts.Length];
    }

    public LogWitness Witness { get; }

    /// <summary>Complete subtrees from the first entry on, or the whole under its head where the receipt names no subtrees.</summary>
    public ImmutableArray<Part> Parts { get; }

    /// <summary>Where the receipt's own entry stands.</summary>
    public long? Found { get; set; }

    /// <summary>Where an entry with its id and another text stands.</summary>
    public long? Changed { get; set; }

    /// <summary>Compares the part that ends with the newest leaf.</summary>
    public void Compare(int part, MerkleAccumulator log)
    {
        var (_, _, height, hash) = Parts[part];
        _equal[part] = height < 0 ? log.Head().AsSpan().SequenceEqual(hash.AsSpan()) : log.Ending(height).SequenceEqual(hash.AsSpan());
    }

    public WitnessVerdict Judge(long size, DateTimeOffset exportedAt, TimeSpan grace)
    {
        var bad = Array.FindIndex(_equal, e => e is not true);
        var proven = bad < 0 ? Witness.TreeSize : Parts[bad].Start;
        var isOlder = Witness.IssuedAt is { } issued && exportedAt < issued;
        if (bad >= 0 && _equal[bad] is null && isOlder) return new(Witness, WitnessOutcome.NotJudged, proven, Found, null);
        var difference = bad >= 0 ? Differing(bad, size) : OwnEntry(size);
        if (difference is null) return new(Witness, Witness.IsBlind ? WitnessOutcome.NotJudged : WitnessOutcome.Consistent, proven, Found, null);
        // A receipt of the last minutes, or one that is younger than the export: its entry may be open.
        var mayBeOpen = bad < 0 && difference.Kind == LogDifferenceKind.Removed && Witness.IssuedAt is { } at && exportedAt - at < grace;
        return mayBeOpen
            ? new(Witness, isOlder ? WitnessOutcome.NotJudged : WitnessOutcome.NotYetSealed, proven, null, null)
            : new(Witness, WitnessOutcome.Inconsistent, proven, Found, difference);
    }

    private LogDifference Differing(int bad, long size)
    {
        var (start, end, _, _) = Parts[bad];
        if (_equal[bad] is null) return new LogDifference(LogDifferenceKind.Removed, start, Math.Max(size, start) + 1, null, Witness.Name);
        // What stands behind it in its old place says that nothing was put in or taken out before.
        var isInPlace = _equal.Skip(bad + 1).Any(e => e is true);
        var kind = isInPlace && end == start + 1 ? LogDifferenceKind.Changed : LogDifferenceKind.Altered;
        return new LogDifference(kind, start, end, null, Witness.Name);
    }

    private LogDifference? OwnEntry(long size)
    {
        if (Witness.Entry is not { } id) return null;
        if (Found is { } at) return at >= Witness.TreeSize ? null : new LogDifference(LogDifferenceKind.Moved, at, at + 1, id, Witness.Name);
        return Changed is { } changed
            ? new LogDifference(LogDifferenceKind.Changed, changed, changed + 1, id, Witness.Name)
            : new LogDifference(LogDifferenceKind.Removed, Witness.TreeSize, Math.Max(size, Witness.TreeSize) + 1, id, Witness.Name);
    }

    /// <param name="Start">The first place.</param>
    /// <param name="End">The place after the last one.</param>
    /// <param name="Height">Rows above the leaves; -1 for a head over all before its end.</param>
    /// <param name="Hash">What the receipt saw.</param>
    internal sealed record Part(long Start, long End, int Height, ImmutableArray<byte> Hash);
}
