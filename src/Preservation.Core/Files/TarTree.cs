using System.Formats.Tar;
using Microsoft.Win32.SafeHandles;
using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>
/// A package inside a tar archive, read in place through an index of offsets: nothing is unpacked, so no name in it can
/// reach a file system. A gzipped tar is expanded first, once, into a bounded temporary file without a name of its own.
/// </summary>
public sealed class TarTree : IFileTree
{
    private readonly SafeFileHandle _file;
    private readonly FileIndex _index;
    private readonly PieceList<long> _places;

    private TarTree(SafeFileHandle file, FileIndex index, PieceList<long> places, ArchiveForm archive)
    {
        Archive = archive;
        _file = file;
        _index = index;
        _places = places;
    }

    /// <inheritdoc/>
    public string RootName => _index.RootName;

    /// <inheritdoc/>
    public ArchiveForm? Archive { get; }

    /// <summary>
    /// Reads the headers of a plain or gzipped tar and reports everything doubtful in it. The tree is null when the file is no readable tar or
    /// unpacks to too much.
    /// </summary>
    /// <exception cref="IOException">The file could not be read, or the temporary folder is full. This says nothing about the archive.</exception>
    public static async Task<(TarTree? Tree, IReadOnlyList<Finding> Findings)> OpenAsync(
        string file, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var (stream, refusal) = await GzipExpansion.OpenAsync(file, limits, cancellationToken).ConfigureAwait(false);
        if (stream is null) return (null, [refusal!]);
        try
        {
            var judge = new ArchiveJudge(limits);
            var places = await ReadHeadersAsync(stream, judge, cancellationToken).ConfigureAwait(false);
            // A gzipped tar is read from its expansion, which has another name.
            var archive = new ArchiveForm(Path.GetFileName(file), "tar", IsCompressedWhole: stream.Name != Path.GetFullPath(file));
            var index = judge.ToIndex(isArchive: true);
            return (new TarTree(stream.SafeFileHandle, index, places, archive), index.Findings);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException
            or ArgumentException or NotSupportedException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return (null, [new Finding(ArchiveRules.Unreadable, "", Found: Path.GetFileName(file))]);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken) => Task.FromResult(_index);

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var number = _index.FindFile(path);
        if (number < 0) throw new FileNotFoundException("no such file in the archive", path);
        if (PackagePath.Unsafe(path, allowsLineEnds: true) is { } reason) throw new InvalidDataException($"unsafe name: {reason}");
        return Task.FromResult<Stream>(new FileSliceStream(_file, _places[number], _index.BytesOf(number)));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<PieceList<long>> ReadHeadersAsync(
        FileStream stream, ArchiveJudge judge, CancellationToken cancellationToken)
    {
        var places = new PieceList<long>();
        var reader = new TarReader(new TarHeaders(stream), leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            while (judge.MayContinue
                && await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } tarEntry)
            {
                if (tarEntry.EntryType == TarEntryType.GlobalExtendedAttributes) continue;
                var path = NameOf(tarEntry);
                if (path.Length == 0) continue;
                var kind = KindOf(tarEntry.EntryType);
                var entry = new FileEntry(path, kind == EntryKind.File ? tarEntry.Length : 0, kind);
                var place = tarEntry.DataOffset;
                if (kind == EntryKind.File && entry.Bytes > 0 && (place < 0 || place + entry.Bytes > stream.Length))
                    throw new EndOfStreamException("an entry reaches beyond the archive");
                if (judge.Look(entry) >= 0) places.Add(place);
            }
        }
        return places;
    }

    // "tar -C folder ." writes every name with "./" in front; it means nothing.
    private static string NameOf(TarEntry entry)
    {
        var name = entry.Name;
        while (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
        if (name is ".") return "";
        return entry.EntryType == TarEntryType.Directory ? name.TrimEnd('/') : name;
    }

    private static EntryKind KindOf(TarEntryType type) => type switch
    {
        TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile => EntryKind.File,
        TarEntryType.Directory => EntryKind.EmptyFolder,
        TarEntryType.SymbolicLink or TarEntryType.HardLink => EntryKind.SymbolicLink,
        _ => EntryKind.Special,
    };
}
