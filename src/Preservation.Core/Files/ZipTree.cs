using System.Collections.Frozen;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Preservation.Core.Digests;
using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>
/// A package inside a zip archive, read in place: nothing is unpacked to disk, so no name in it can reach a file system.
/// Entries are read in parallel over one handle; an entry that is stored without compression can be read from any place.
/// </summary>
public sealed class ZipTree : IFileTree
{
    private const int UnixTypeShift = 28;
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly string _prefix;
    private readonly FrozenDictionary<string, ((int Index, ZipPlace Place) Place, FileEntry Entry)> _entries;
    private readonly DigestMemory _digests = new();

    private ZipTree(SafeFileHandle file, string path, string rootName, FrozenDictionary<string, ((int, ZipPlace), FileEntry)> entries)
    {
        _file = file;
        _path = path;
        RootName = rootName;
        _prefix = rootName.Length == 0 ? "" : rootName + "/";
        _entries = entries;
    }

    /// <inheritdoc/>
    public string RootName { get; }

    /// <inheritdoc/>
    public ArchiveForm? Archive => new(Path.GetFileName(_path), "zip", IsCompressedWhole: false);

    /// <summary>
    /// Reads the archive's directory and reports everything doubtful in it. The tree is null when the file is no readable
    /// zip; otherwise it lists even entries that have findings, and refuses to open those that are unsafe.
    /// </summary>
    /// <exception cref="IOException">The file could not be read. This says nothing about the archive.</exception>
    public static (ZipTree? Tree, IReadOnlyList<Finding> Findings) Open(string file, Limits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var handle = File.OpenHandle(file);
        try
        {
            using var archive = OpenArchive(file);
            var judge = new ArchiveJudge(limits);
            var entries = ReadDirectory(handle, archive, judge);
            var root = ArchiveJudge.SingleRoot(entries.Select(e => e.Entry));
            return (new ZipTree(handle, file, root, EntryIndex.Build(entries, root)), judge.Findings);
        }
        catch (InvalidDataException)
        {
            handle.Dispose();
            return (null, [new Finding(ArchiveRules.Unreadable, "", Found: Path.GetFileName(file))]);
        }
        catch
        {
            handle.Dispose();
            throw;
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
        var (index, place) = found.Place;
        if (place.IsEncrypted) throw new InvalidDataException("the entry is encrypted");
        return place.Method switch
        {
            ZipPlace.Stored when place.PackedBytes != found.Entry.Bytes => throw new InvalidDataException("the entry is not as long as the archive declares"),
            ZipPlace.Stored => Slice(place),
            ZipPlace.Deflated => new BoundedEntryStream(new DeflateStream(Slice(place), CompressionMode.Decompress), found.Entry.Bytes),
            _ => await OpenRareAsync(index, found.Entry.Bytes, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <inheritdoc/>
    public Task<ContentDigests> DigestAsync(
        string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        _digests.GetAsync(this, path, algorithms, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private static List<((int Index, ZipPlace Place) Place, FileEntry Entry)> ReadDirectory(SafeFileHandle handle, ZipArchive archive, ArchiveJudge judge)
    {
        using var directory = new ZipDirectory(handle);
        var entries = new List<((int, ZipPlace), FileEntry)>(archive.Entries.Count);
        for (var i = 0; i < archive.Entries.Count && judge.MayContinue; i++)
        {
            var zipEntry = archive.Entries[i];
            var entry = new FileEntry(zipEntry.FullName.TrimEnd('/'), zipEntry.Length, KindOf(zipEntry));
            judge.Look(entry, zipEntry.CompressedLength, zipEntry.IsEncrypted);
            entries.Add(((i, directory.Next(zipEntry)), entry));
        }
        return entries;
    }

    private FileSliceStream Slice(ZipPlace place) => new(_file, ZipDirectory.ContentOf(_file, place), place.PackedBytes);

    // Deflate64, and whatever else the platform learns to read or refuses: through an archive object of its own.
    private async Task<Stream> OpenRareAsync(int index, long bytes, CancellationToken cancellationToken)
    {
        var archive = OpenArchive(_path);
        try
        {
            return new BoundedEntryStream(await archive.Entries[index].OpenAsync(cancellationToken).ConfigureAwait(false), bytes, archive);
        }
        catch
        {
            await archive.DisposeAsync().ConfigureAwait(false);
            throw;
        }
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
