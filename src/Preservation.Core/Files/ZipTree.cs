using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
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
    private readonly FileIndex _index;
    private readonly PieceList<(int Index, ZipPlace Place)> _places;

    private ZipTree(SafeFileHandle file, string path, FileIndex index, PieceList<(int Index, ZipPlace Place)> places)
    {
        _file = file;
        _path = path;
        _index = index;
        _places = places;
    }

    /// <inheritdoc/>
    public string RootName => _index.RootName;

    /// <inheritdoc/>
    public ArchiveForm? Archive => new(Path.GetFileName(_path), "zip", IsCompressedWhole: false);

    /// <summary>
    /// Reads the archive's directory and reports everything doubtful in it. The tree is null when the file is no readable zip; otherwise its
    /// index lists even entries that have findings, and it refuses to open those that are unsafe.
    /// </summary>
    /// <exception cref="IOException">The file could not be read. This says nothing about the archive.</exception>
    public static (ZipTree? Tree, IReadOnlyList<Finding> Findings) Open(string file, Limits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var handle = File.OpenHandle(file);
        try
        {
            var judge = new ArchiveJudge(limits);
            var places = ReadDirectory(handle, judge);
            var index = judge.ToIndex(isArchive: true);
            return (new ZipTree(handle, file, index, places), index.Findings);
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
    public Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken) => Task.FromResult(_index);

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var number = _index.FindFile(path);
        if (number < 0) throw new FileNotFoundException("no such file in the archive", path);
        if (PackagePath.Unsafe(path) is { } reason) throw new InvalidDataException($"unsafe name: {reason}");
        var (index, place) = _places[number];
        var bytes = _index.BytesOf(number);
        if (place.IsEncrypted) throw new InvalidDataException("the entry is encrypted");
        return place.Method switch
        {
            ZipPlace.Stored when place.PackedBytes != bytes => throw new InvalidDataException("the entry is not as long as the archive declares"),
            ZipPlace.Stored => Slice(place),
            ZipPlace.Deflated => new BoundedEntryStream(new DeflateStream(Slice(place), CompressionMode.Decompress), bytes),
            _ => await OpenRareAsync(index, bytes, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private static PieceList<(int Index, ZipPlace Place)> ReadDirectory(SafeFileHandle handle, ArchiveJudge judge)
    {
        using var directory = new ZipDirectory(handle);
        var places = new PieceList<(int, ZipPlace)>();
        for (var i = 0; judge.MayContinue && directory.Next() is { } record; i++)
            if (judge.Look(new FileEntry(record.Name.TrimEnd('/'), record.Bytes, KindOf(record)), record.Place.PackedBytes, record.Place.IsEncrypted) >= 0) places.Add((i, record.Place));
        return places;
    }

    private FileSliceStream Slice(ZipPlace place) => new(_file, ZipDirectory.ContentOf(_file, place), place.PackedBytes);

    // Deflate64, and whatever else the platform learns to read or refuses: through an archive object of its own.
    private async Task<Stream> OpenRareAsync(int index, long bytes, CancellationToken cancellationToken)
    {
        var archive = OpenArchive(_path);
        try
        {
            if (index >= archive.Entries.Count || archive.Entries[index].Length != bytes) throw new InvalidDataException("the archive's directory is damaged");
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

    private static EntryKind KindOf(ZipRecord record)
    {
        if (record.Name.EndsWith('/')) return EntryKind.EmptyFolder;
        return (record.Attributes >> UnixTypeShift) switch
        {
            0xA => EntryKind.SymbolicLink,
            0x1 or 0x2 or 0x6 or 0xC => EntryKind.Special,
            _ => EntryKind.File,
        };
    }
}
