using System.Collections.Immutable;

namespace Preservation.Core.Log;

/// <summary>One line of an exported audit log.</summary>
public abstract record LogLine
{
    private LogLine()
    {
    }

    /// <summary>The first line: what the export is.</summary>
    /// <param name="ExportedAt">When, as it says.</param>
    /// <param name="IsWhole">True when every entry's text is in it; otherwise texts that the asker may not see are left out, and their leaf hashes stand alone.</param>
    /// <param name="TreeSize">Entries it goes up to.</param>
    /// <param name="Hash">The head over them, as it says.</param>
    public sealed record Beginning(DateTimeOffset ExportedAt, bool IsWhole, long TreeSize, ImmutableArray<byte> Hash) : LogLine;

    /// <summary>One entry in its place.</summary>
    /// <param name="Sequence">Its place, from 0.</param>
    /// <param name="Leaf">Its leaf hash as the log says; null where it does not.</param>
    /// <param name="Text">Its text in UTF-8; null where it was left out.</param>
    public sealed record Entry(long Sequence, ReadOnlyMemory<byte>? Leaf, ReadOnlyMemory<byte>? Text) : LogLine;

    /// <summary>A head that the log was sealed under.</summary>
    /// <param name="TreeSize">Entries under it.</param>
    /// <param name="Hash">The head.</param>
    public sealed record Head(long TreeSize, ImmutableArray<byte> Hash) : LogLine;

    /// <summary>The last line: the export did not break off.</summary>
    /// <param name="TreeSize">Entries it has.</param>
    public sealed record Ending(long TreeSize) : LogLine;
}
