using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using Preservation.Core;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Packages;

/// <summary>
/// A package's listing with what the validators do to its files: parse one, digest many. A file that fails by its own fault
/// becomes a finding; a failure of the surroundings goes through as an exception.
/// </summary>
internal sealed class PackageFiles
{
    /// <summary>Always computed, so that the ingest, which needs both, never reads a file a second time.</summary>
    public static readonly ImmutableArray<DigestAlgorithm> UsualDigests = [DigestAlgorithm.Sha256, DigestAlgorithm.Sha512];

    private readonly IFileTree _tree;
    private readonly Lazy<HashSet<string>> _folders;
    private readonly ConcurrentDictionary<string, bool> _unreadable = new(StringComparer.Ordinal);

    private PackageFiles(IFileTree tree, Limits limits, FindingList findings, FrozenDictionary<string, FileEntry> files, ImmutableArray<string> emptyFolders)
    {
        _tree = tree;
        Limits = limits;
        Findings = findings;
        Files = files;
        EmptyFolders = emptyFolders;
        Paths = [.. files.Keys.Order(StringComparer.Ordinal)];
        _folders = new Lazy<HashSet<string>>(FoldersInAnyCase);
    }

    public Limits Limits { get; }

    public FindingList Findings { get; }

    /// <summary>Every file; links and special files are in the findings only.</summary>
    public FrozenDictionary<string, FileEntry> Files { get; }

    public ImmutableArray<string> EmptyFolders { get; }

    /// <summary>The paths of <see cref="Files"/> in byte order.</summary>
    public ImmutableArray<string> Paths { get; }

    public string RootName => _tree.RootName;

    public ArchiveForm? Archive => _tree.Archive;

    public long TotalBytes => Files.Values.Sum(f => f.Bytes);

    public static async Task<PackageFiles> ListAsync(IFileTree tree, Limits limits, CancellationToken cancellationToken)
    {
        var findings = new FindingList(limits);
        var judge = new ArchiveJudge(limits);
        var files = new Dictionary<string, FileEntry>(StringComparer.Ordinal);
        var empty = ImmutableArray.CreateBuilder<string>();
        await foreach (var entry in tree.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            judge.Look(entry);
            if (!judge.MayContinue) break;
            if (entry.Kind == EntryKind.File) files.TryAdd(entry.Path, entry);
            else if (entry.Kind == EntryKind.EmptyFolder) empty.Add(entry.Path);
        }
        findings.AddRange(judge.Findings);
        return new PackageFiles(tree, limits, findings, files.ToFrozenDictionary(StringComparer.Ordinal), empty.ToImmutable());
    }

    public bool Has(string path) => Files.ContainsKey(path);

    /// <summary>The paths that begin so, in byte order; in that order they stand together.</summary>
    public IEnumerable<string> Under(string folder)
    {
        var start = Paths.BinarySearch(folder, StringComparer.Ordinal);
        for (var i = start < 0 ? ~start : start; i < Paths.Length && Paths[i].StartsWith(folder, StringComparison.Ordinal); i++) yield return Paths[i];
    }

    /// <summary>Is there such a folder, whatever the case of its letters?</summary>
    public bool HasFolderInAnyCase(string folder) => _folders.Value.Contains(folder);

    public bool HasFolder(string folder) =>
        Under(folder + "/").Any() || EmptyFolders.Any(f => f == folder || f.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>Opens and parses a metadata file; null, with a finding, when it is missing its limits or malformed.</summary>
    public async Task<T?> ParseAsync<T>(string path, Func<Stream, Task<T>> parse, CancellationToken cancellationToken)
        where T : class
    {
        if (Files[path].Bytes > Limits.MaxMetadataBytes)
        {
            Findings.Add(ArchiveRules.MetadataBytes, path, Text(Limits.MaxMetadataBytes), Text(Files[path].Bytes));
            return null;
        }
        try
        {
            var stream = await _tree.OpenAsync(path, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false)) return await parse(stream).ConfigureAwait(false);
        }
        catch (XmlException e)
        {
            Findings.Add(PackageRules.Xml, path, null, $"line {Text(e.LineNumber)}, column {Text(e.LinePosition)}");
            return null;
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            ReportUnreadable(path);
            return null;
        }
    }

    /// <summary>Reads a file's start; null, with a finding, when it cannot be read or has more bytes than wanted.</summary>
    public async Task<byte[]?> ReadAsync(string path, long maxBytes, CancellationToken cancellationToken)
    {
        if (Files[path].Bytes > maxBytes)
        {
            Findings.Add(ArchiveRules.MetadataBytes, path, Text(maxBytes), Text(Files[path].Bytes));
            return null;
        }
        return await ParseAsync(path, async stream =>
        {
            using var buffer = new MemoryStream();
            await stream.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
            return buffer.ToArray();
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Digests of one file; null, with a finding, when the archive lies about it.</summary>
    public async Task<ContentDigests?> DigestAsync(string path, IEnumerable<DigestAlgorithm> also, CancellationToken cancellationToken)
    {
        try
        {
            DigestAlgorithm[] wanted = [.. UsualDigests.Union(also)];
            return await _tree.DigestAsync(path, wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            ReportUnreadable(path);
            return null;
        }
    }

    /// <summary>Digests many files on all cores and hands each result over, one call at a time per file.</summary>
    public Task DigestAllAsync(
        IEnumerable<KeyValuePair<string, IReadOnlyCollection<DigestAlgorithm>>> wanted,
        Action<string, ContentDigests> use, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(wanted, cancellationToken, async (item, token) =>
        {
            var digests = await DigestAsync(item.Key, item.Value, token).ConfigureAwait(false);
            if (digests is not null) use(item.Key, digests);
        });

    private void ReportUnreadable(string path)
    {
        if (_unreadable.TryAdd(path, true)) Findings.Add(PackageRules.Unreadable, path);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private HashSet<string> FoldersInAnyCase()
    {
        var folders = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in Paths.Concat(EmptyFolders.Select(f => f + "/")))
            for (var at = path.LastIndexOf('/'); at > 0 && folders.Add(path[..at]); at = path.LastIndexOf('/', at - 1)) { }
        return folders;
    }
}
