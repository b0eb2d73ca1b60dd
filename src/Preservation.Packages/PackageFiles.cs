using System.Collections.Concurrent;
using System.Globalization;
using System.Xml;
using Preservation.Core;
using Preservation.Core.Files;

namespace Preservation.Packages;

/// <summary>
/// A package's listing with what the validators do to its files: parse one, digest many. A file that fails by its own fault
/// becomes a finding; a failure of the surroundings goes through as an exception.
/// </summary>
internal sealed class PackageFiles
{
    private readonly IFileTree _tree;
    private readonly Lazy<NameSet> _folders;
    private readonly ConcurrentDictionary<string, bool> _unreadable = new(StringComparer.Ordinal);

    private PackageFiles(IFileTree tree, Limits limits, FileIndex index)
    {
        _tree = tree;
        Limits = limits;
        Index = index;
        Findings = new FindingList(limits);
        Findings.AddRange(index.Findings);
        _folders = new Lazy<NameSet>(FoldersInAnyCase);
    }

    public Limits Limits { get; }

    public FindingList Findings { get; }

    /// <summary>Every entry; the validators look at files and empty folders, links and special files are in the findings.</summary>
    public FileIndex Index { get; }

    /// <summary>The paths of all files in byte order.</summary>
    public IEnumerable<string> Paths => Under("");

    public string RootName => _tree.RootName;

    public ArchiveForm? Archive => _tree.Archive;

    public static async Task<PackageFiles> ListAsync(IFileTree tree, Limits limits, CancellationToken cancellationToken) =>
        new(tree, limits, await tree.IndexAsync(limits, cancellationToken).ConfigureAwait(false));

    public bool Has(string path) => Index.FindFile(path) >= 0;

    /// <summary>The paths of the files that begin so, in byte order; in that order they stand together.</summary>
    public IEnumerable<string> Under(string folder) => Index.Under(folder).Where(n => Index.KindOf(n) == EntryKind.File).Select(Index.PathOf);

    /// <summary>The names of the folders right inside one, in byte order.</summary>
    public IEnumerable<string> Folders(string within) => Index.Inside(within).Where(e => e.IsFolder).Select(e => e.Name);

    /// <summary>The paths of the files right inside a folder, in byte order.</summary>
    public IEnumerable<string> FilesIn(string folder) =>
        Index.Inside(folder).Where(e => !e.IsFolder && Index.KindOf(e.Number) == EntryKind.File).Select(e => folder + e.Name);

    /// <summary>Is there such a folder, whatever the case of its letters?</summary>
    public bool HasFolderInAnyCase(string folder) => _folders.Value.Find(folder.ToUpperInvariant()) >= 0;

    public bool HasFolder(string folder) => Index.Inside(folder + "/").Any() || (Index.Find(folder) is >= 0 and var number && Index.KindOf(number) == EntryKind.EmptyFolder);

    /// <summary>Opens a file of the index.</summary>
    /// <exception cref="InvalidDataException">The archive lies about it; may come while reading.</exception>
    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => _tree.OpenAsync(path, cancellationToken);

    /// <summary>Opens and parses a metadata file; null, with a finding, when it is missing its limits or malformed.</summary>
    public async Task<T?> ParseAsync<T>(string path, Func<Stream, Task<T>> parse, CancellationToken cancellationToken)
        where T : class
    {
        var bytes = Index.BytesOf(Index.FindFile(path));
        if (bytes > Limits.MaxMetadataBytes)
        {
            Findings.Add(ArchiveRules.MetadataBytes, path, Text(Limits.MaxMetadataBytes), Text(bytes));
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
        var bytes = Index.BytesOf(Index.FindFile(path));
        if (bytes > maxBytes)
        {
            Findings.Add(ArchiveRules.MetadataBytes, path, Text(maxBytes), Text(bytes));
            return null;
        }
        return await ParseAsync(path, async stream =>
        {
            using var buffer = new MemoryStream();
            await stream.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
            return buffer.ToArray();
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what is promised of once, on all cores, and adds a finding for each promise that is not kept.</summary>
    public Task KeepAsync(FilePromises promises, CancellationToken cancellationToken) =>
        promises.CheckAsync(_tree, Environment.ProcessorCount, Findings.Add, ReportUnreadable, cancellationToken);

    private void ReportUnreadable(string path)
    {
        if (_unreadable.TryAdd(path, true)) Findings.Add(PackageRules.Unreadable, path);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private NameSet FoldersInAnyCase()
    {
        var folders = new NameSet();
        foreach (var number in Index.Numbers)
        {
            var path = Index.PathOf(number).ToUpperInvariant().AsSpan();
            if (Index.KindOf(number) == EntryKind.EmptyFolder) folders.TryAdd(path, out _);
            for (var at = path.LastIndexOf('/'); at > 0 && folders.TryAdd(path[..at], out _); at = path[..at].LastIndexOf('/')) { }
        }
        return folders;
    }
}
