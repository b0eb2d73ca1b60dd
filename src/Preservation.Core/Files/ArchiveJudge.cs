using System.Globalization;
using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>Looks at the entries of an archive or folder one by one, gathers what is unsafe or beyond the limits, and indexes the rest.</summary>
public sealed class ArchiveJudge(Limits limits)
{
    private readonly List<Finding> _findings = [];
    private readonly NameSet _names = new();
    private readonly FoldedNames _folded = new();
    private readonly PieceList<long> _sizes = new();
    private readonly PieceList<EntryKind> _kinds = new();
    private long _entries;
    private long _bytes;

    /// <summary>Everything found so far.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>False once the number of entries is beyond the limit: the rest is not worth looking at.</summary>
    public bool MayContinue => _entries <= limits.MaxEntries;

    /// <summary>
    /// Judges one entry and gives the number it has in the index; -1 when another has its path. The packed size is null where nothing is
    /// packed.
    /// </summary>
    public int Look(FileEntry entry, long? packedBytes = null, bool isEncrypted = false)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (++_entries == limits.MaxEntries + 1L) Add(ArchiveRules.Entries, "", Text(limits.MaxEntries), "> " + Text(limits.MaxEntries));
        var before = _bytes;
        _bytes = entry.Bytes > long.MaxValue - _bytes ? long.MaxValue : _bytes + entry.Bytes;
        if (before <= limits.MaxTotalBytes && _bytes > limits.MaxTotalBytes)
            Add(ArchiveRules.TotalBytes, "", Text(limits.MaxTotalBytes), "> " + Text(limits.MaxTotalBytes));
        if (PackagePath.Unsafe(entry.Path) is { } reason) Add(ArchiveRules.UnsafeName, entry.Path, null, reason);
        if (entry.Path.Length > limits.MaxPathLength) Add(ArchiveRules.PathLength, entry.Path[..limits.MaxPathLength], Text(limits.MaxPathLength), Text(entry.Path.Length));
        if (PackagePath.Depth(entry.Path) > limits.MaxDepth) Add(ArchiveRules.Depth, entry.Path, Text(limits.MaxDepth), Text(PackagePath.Depth(entry.Path)));
        if (entry.Kind is EntryKind.SymbolicLink or EntryKind.Special) Add(ArchiveRules.NotAFile, entry.Path, "file", entry.Kind == EntryKind.SymbolicLink ? "symbolic link" : "device, pipe or socket");
        if (isEncrypted) Add(ArchiveRules.Encrypted, entry.Path);
        if (packedBytes is { } packed && entry.Bytes >= limits.RatioFromBytes && entry.Bytes / Math.Max(packed, 1) > limits.MaxCompressionRatio)
            Add(ArchiveRules.Ratio, entry.Path, Text(limits.MaxCompressionRatio), Text(entry.Bytes / Math.Max(packed, 1)));
        if (!_names.TryAdd(entry.Path, out var number))
        {
            Add(ArchiveRules.DuplicateName, entry.Path);
            return -1;
        }
        if (!_folded.TryAdd(_names, number, entry.Path)) Add(ArchiveRules.CollidingName, entry.Path);
        _sizes.Add(entry.Bytes);
        _kinds.Add(entry.Kind);
        return number;
    }

    /// <summary>The entries looked at, and what was found.</summary>
    /// <param name="isArchive">True for archives: the one folder that holds everything is entered, and folders may have entries of their own.</param>
    public FileIndex ToIndex(bool isArchive) => FileIndex.Of(_names, _sizes, _kinds, _findings, isArchive);

    private void Add(Rule rule, string path, string? expected = null, string? found = null)
    {
        if (_findings.Count <= limits.MaxFindingsPerRule) _findings.Add(new Finding(rule, path, expected, found));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
