using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Preservation.Core.Digests;
using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>
/// A package inside a zip archive, read in place: nothing is unpacked to disk, so no name in it can reach a file system.
/// Entries are read in parallel, each reader with its own handle on the archive.
/// </summary>
public sealed class ZipTree : IFileTree
{
    private const int UnixTypeShift = 28;
    private readonly string _file;
    private readonly string _prefix;
    private readonly FrozenDictionary<string, (int Place, FileEntry Entry)> _entries;
    private readonly ConcurrentBag<ZipArchive> _readers = [];
    private readonly DigestMemory _digests = new();

    private ZipTree(string file, string rootName, FrozenDictionary<string, (int, FileEntry)> entries)
    {
        _file = file;
        RootName = rootName;
        _prefix = rootName.Length == 0 ? "" : rootName + "/";
        _entries = entries;
    }

    /// <inheritdoc/>
    public string RootName { get; }

    /// <inheritdoc/>
    public ArchiveForm? Archive => new(Path.GetFileName(_file), "zip", IsCompressedWhole: false);

    /// <summary>
    /// Reads the archive's directory and reports everything doubtful in it. The tree is null when the file is no readable
    /// zip; otherwise it lists even entries that have findings, and refuses to open those that are unsafe.
    /// </summary>
    /// <exception cref="IOException">The file could not be read. This says nothing about the archive.</exception>
    public static (ZipTree? Tree, IReadOnlyList<Finding> Findings) Open(string file, Limits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        try
        {
            using var archive = OpenArchive(file);
            var judge = new ArchiveJudge(limits);
            var entries = new List<(int Place, FileEntry Entry)>(archive.Entries.Count);
            for (var i = 0; i < archive.Entries.Count && judge.MayContinue; i++)
            {
                var zipEntry = archive.Entries[i];
                var entry = new FileEntry(zipEntry.FullName.TrimEnd('/'), zipEntry.Length, KindOf(zipEntry));
                judge.Look(entry, zipEntry.CompressedLength, zipEntry.IsEncrypted);
                entries.Add((i, entry));
            }
            var root = ArchiveJudge.SingleRoot(entries.Select(e => e.Entry));
            return (new ZipTree(file, root, EntryIndex.Build(entries, root)), judge.Findings);
        }
        catch (InvalidDataException)
        {
            return (null, [new Finding(ArchiveRules.Unreadable, "", Found: Path.GetFileName(file))]);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<FileEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (_, entry) in _entries.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (!_entries.TryGetValue(path, out var found) || found.Entry.Kind != EntryKind.File)
            throw new FileNotFoundException("no such file in the archive", path);
        if (PackagePath.Unsafe(_prefix + path) is { } reason) throw new InvalidDataException($"unsafe name: {reason}");
        var reader = _readers.TryTake(out var free) ? free : OpenArchive(_file);
        try
        {
            var content = await reader.Entries[found.Place].OpenAsync(cancellationToken).ConfigureAwait(false);
            return new BoundedEntryStream(content, found.Entry.Bytes, () => _readers.Add(reader));
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<ContentDigests> DigestAsync(
        string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        _digests.GetAsync(this, path, algorithms, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_readers.TryTake(out var reader)) await reader.DisposeAsync().ConfigureAwait(false);
    }

    private static ZipArchive OpenArchive(string file) => new(
        new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read }),
        ZipArchiveMode.Read);

    private static EntryKind KindOf(ZipArchiveEntry entry)
    {
        if (entry.FullName.EndsWith('/')) return EntryKind.EmptyFolder;
        return (unchecked((uint)entry.ExternalAttributes) >> UnixTypeShift) switch
        {
            0xA => EntryKind.SymbolicLink,
            0x1 or 0x2 or 0x6 or 0xC => EntryKind.Special,
            _ => EntryKind.File,
        };
    }
}
