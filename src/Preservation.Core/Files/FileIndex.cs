using System.Text;
using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>
/// The entries of a package by path: the one structure that grows with their number, by some 50 bytes an entry beside its name.
/// Folders with content are left out. Safe for reading from several threads.
/// </summary>
public sealed class FileIndex
{
    private const EntryKind Hidden = (EntryKind)(-1);
    private readonly NameSet _names;
    private readonly PieceList<long> _bytes;
    private readonly PieceList<EntryKind> _kinds;
    private readonly string _prefix;
    private readonly byte[] _prefixUtf8;
    private readonly Lazy<int[]> _order;

    private FileIndex(NameSet names, PieceList<long> bytes, PieceList<EntryKind> kinds, IReadOnlyList<Finding> findings, string rootName, bool isArchive)
    {
        _names = names;
        _bytes = bytes;
        _kinds = kinds;
        Findings = findings;
        RootName = rootName;
        _prefix = rootName.Length == 0 ? "" : rootName + "/";
        _prefixUtf8 = Encoding.UTF8.GetBytes(_prefix);
        _order = new Lazy<int[]>(() =>
        {
            int[] order = [.. Numbers];
            Array.Sort(order, names.Compare);
            return order;
        });
        if (isArchive) HideFoldersWithContent();
        foreach (var number in Numbers)
        {
            Count++;
            if (kinds[number] != EntryKind.File) continue;
            Files++;
            TotalBytes = bytes[number] > long.MaxValue - TotalBytes ? long.MaxValue : TotalBytes + bytes[number];
        }
    }

    /// <summary>Name of the one folder that was entered; empty when none was.</summary>
    public string RootName { get; }

    /// <summary>How many entries there are.</summary>
    public int Count { get; }

    /// <summary>One more than the highest number an entry has.</summary>
    public int Slots => _names.Count;

    /// <summary>How many of them are files.</summary>
    public int Files { get; }

    /// <summary>Bytes of all files.</summary>
    public long TotalBytes { get; }

    /// <summary>What is unsafe, doubtful or beyond the limits among the entries.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>The numbers of all entries, in the order they were listed.</summary>
    public IEnumerable<int> Numbers
    {
        get
        {
            for (var i = 0; i < _names.Count; i++)
                if (_kinds[i] != Hidden) yield return i;
        }
    }

    /// <summary>The entry with this number.</summary>
    public FileEntry this[int number] => new(PathOf(number), _bytes[number], _kinds[number]);

    /// <summary>Path of the entry with this number.</summary>
    public string PathOf(int number) => Encoding.UTF8.GetString(_names.Utf8(number)[_prefixUtf8.Length..]);

    /// <summary>The bytes of that path.</summary>
    public ReadOnlySpan<byte> Utf8Of(int number) => _names.Utf8(number)[_prefixUtf8.Length..];

    /// <summary>Length of the file with this number; 0 for anything else.</summary>
    public long BytesOf(int number) => _bytes[number];

    /// <summary>What the entry with this number is.</summary>
    public EntryKind KindOf(int number) => _kinds[number];

    /// <summary>The number of the entry with this path, or -1.</summary>
    public int Find(ReadOnlySpan<char> path)
    {
        var number = _prefix.Length == 0 ? _names.Find(path) : _names.Find(string.Concat(_prefix, path));
        return number >= 0 && _kinds[number] == Hidden ? -1 : number;
    }

    /// <summary>The number of the file with this path in UTF-8, or -1.</summary>
    public int FindFile(ReadOnlySpan<byte> path)
    {
        var number = _names.Find(_prefixUtf8.Length == 0 ? path : [.. _prefixUtf8, .. path]);
        return number >= 0 && _kinds[number] == EntryKind.File ? number : -1;
    }

    /// <summary>The number of the file with this path, or -1.</summary>
    public int FindFile(ReadOnlySpan<char> path) => Find(path) is >= 0 and var number && _kinds[number] == EntryKind.File ? number : -1;

    /// <summary>The same index, its paths sorted already: otherwise the first question about a folder waits for it.</summary>
    public FileIndex Sorted()
    {
        _ = _order.Value;
        return this;
    }

    /// <summary>The names of the files that lie in no folder, in no promised order; nothing is sorted for it.</summary>
    public IEnumerable<string> FilesAtTop => Numbers.Where(n => _kinds[n] == EntryKind.File && !Utf8Of(n).Contains((byte)'/')).Select(PathOf);

    /// <summary>The numbers of all entries whose path begins so, in byte order of their paths; of all, for the empty string.</summary>
    public IEnumerable<int> Under(string prefix)
    {
        var order = _order.Value;
        var start = Encoding.UTF8.GetBytes(_prefix + prefix);
        for (var at = FirstFrom(start, 0); at < order.Length && _names.Utf8(order[at]).StartsWith(start); at++) yield return order[at];
    }

    /// <summary>What lies right inside a folder, in byte order; a folder's number is -1 unless it is empty.</summary>
    /// <param name="folder">Empty, or ending with <c>/</c>.</param>
    public IEnumerable<(string Name, bool IsFolder, int Number)> Inside(string folder)
    {
        var order = _order.Value;
        var start = Encoding.UTF8.GetBytes(_prefix + folder);
        for (var at = FirstFrom(start, 0); at < order.Length && _names.Utf8(order[at]).StartsWith(start);)
        {
            var number = order[at];
            var slash = _names.Utf8(number)[start.Length..].IndexOf((byte)'/');
            if (slash < 0)
            {
                yield return (Encoding.UTF8.GetString(_names.Utf8(number)[start.Length..]), _kinds[number] == EntryKind.EmptyFolder, number);
                at++;
                continue;
            }
            var name = _names.Utf8(number).Slice(start.Length, slash).ToArray();
            yield return (Encoding.UTF8.GetString(name), true, -1);
            // '0' follows '/': the first path that is not in this folder any more.
            at = FirstFrom([.. start, .. name, (byte)'0'], at);
        }
    }

    private int FirstFrom(ReadOnlySpan<byte> name, int low)
    {
        var order = _order.Value;
        var high = order.Length;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (_names.Utf8(order[middle]).SequenceCompareTo(name) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    internal static FileIndex Of(NameSet names, PieceList<long> bytes, PieceList<EntryKind> kinds, IReadOnlyList<Finding> findings, bool isArchive)
    {
        var root = isArchive ? SingleRoot(names, kinds) : "";
        var index = names.Find(root);
        // The root folder's own entry is no entry of what lies in it.
        if (root.Length > 0 && index >= 0) kinds[index] = Hidden;
        if (root.Length > 0) findings = [.. findings.Select(f => f.Path.StartsWith(root + "/", StringComparison.Ordinal) ? f with { Path = f.Path[(root.Length + 1)..] } : f)];
        return new FileIndex(names, bytes, kinds, findings, root, isArchive);
    }

    private static string SingleRoot(NameSet names, PieceList<EntryKind> kinds)
    {
        ReadOnlySpan<byte> root = default;
        var hasContent = false;
        for (var i = 0; i < names.Count; i++)
        {
            var path = names.Utf8(i);
            var slash = path.IndexOf((byte)'/');
            if (slash < 0 && kinds[i] != EntryKind.EmptyFolder) return "";
            var first = slash < 0 ? path : path[..slash];
            if (i > 0 && !root.SequenceEqual(first)) return "";
            root = first;
            hasContent |= slash > 0;
        }
        var name = Encoding.UTF8.GetString(root);
        return hasContent && PackagePath.Unsafe(name) is null ? name : "";
    }

    private void HideFoldersWithContent()
    {
        var hasFolders = false;
        for (var i = 0; i < _names.Count && !hasFolders; i++) hasFolders = _kinds[i] == EntryKind.EmptyFolder;
        if (!hasFolders) return;
        for (var i = 0; i < _names.Count; i++)
        {
            var path = _names[i].AsSpan();
            for (var at = path.LastIndexOf('/'); at > 0; at = path[..at].LastIndexOf('/'))
            {
                var folder = _names.Find(path[..at]);
                if (folder < 0) continue;
                if (_kinds[folder] == Hidden) break;
                if (_kinds[folder] == EntryKind.EmptyFolder) _kinds[folder] = Hidden;
            }
        }
    }
}
