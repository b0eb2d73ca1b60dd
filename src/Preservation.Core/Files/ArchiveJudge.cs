using System.Globalization;
using System.Text;
using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>Looks at the entries of an archive or folder one by one and gathers what is unsafe or beyond the limits.</summary>
public sealed class ArchiveJudge(Limits limits)
{
    private readonly List<Finding> _findings = [];
    private readonly HashSet<string> _exact = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folded = new(StringComparer.Ordinal);
    private long _entries;
    private long _bytes;

    /// <summary>Everything found so far.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>False once the number of entries is beyond the limit: the rest is not worth looking at.</summary>
    public bool MayContinue => _entries <= limits.MaxEntries;

    /// <summary>Judges one entry. The packed size is null where nothing is packed.</summary>
    public void Look(FileEntry entry, long? packedBytes = null, bool isEncrypted = false)
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
        if (!_exact.Add(entry.Path)) Add(ArchiveRules.DuplicateName, entry.Path);
        else if (!_folded.Add(Fold(entry.Path))) Add(ArchiveRules.CollidingName, entry.Path);
    }

    /// <summary>The one folder above all entries, or the empty string.</summary>
    public static string SingleRoot(IEnumerable<FileEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        string? root = null;
        var hasContent = false;
        foreach (var entry in entries)
        {
            var slash = entry.Path.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 && entry.Kind != EntryKind.EmptyFolder) return "";
            var first = slash < 0 ? entry.Path : entry.Path[..slash];
            if (root is not null && root != first) return "";
            root = first;
            hasContent |= slash > 0;
        }
        return hasContent && PackagePath.Unsafe(root!) is null ? root! : "";
    }

    private void Add(Rule rule, string path, string? expected = null, string? found = null)
    {
        if (_findings.Count <= limits.MaxFindingsPerRule) _findings.Add(new Finding(rule, path, expected, found));
    }

    private static string Fold(string path)
    {
        try
        {
            return path.Normalize(NormalizationForm.FormC).ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            return path; // not valid Unicode: cannot be normalised, so it collides only with itself
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
