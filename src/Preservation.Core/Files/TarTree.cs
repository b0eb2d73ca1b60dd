using System.Collections.Frozen;
using System.Formats.Tar;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Preservation.Core.Digests;
using Preservation.Core.Findings;

namespace Preservation.Core.Files;

/// <summary>
/// A package inside a tar archive, read in place through an index of offsets: nothing is unpacked, so no name in it can
/// reach a file system. A gzipped tar is expanded first, once, into a bounded temporary file without a name of its own.
/// </summary>
public sealed class TarTree : IFileTree
{
    private readonly SafeFileHandle _file;
    private readonly string _prefix;
    private readonly FrozenDictionary<string, (long Place, FileEntry Entry)> _entries;
    private readonly DigestMemory _digests = new();

    private TarTree(SafeFileHandle file, string rootName, FrozenDictionary<string, (long, FileEntry)> entries, ArchiveForm archive)
    {
        Archive = archive;
        _file = file;
        RootName = rootName;
        _prefix = rootName.Length == 0 ? "" : rootName + "/";
        _entries = entries;
    }

    /// <inheritdoc/>
    public string RootName { get; }

    /// <inheritdoc/>
    public ArchiveForm? Archive { get; }

    /// <summary>
    /// Reads the headers of a plain or gzipped tar and reports everything doubtful in it. The tree is null when the file is
    /// no readable tar or unpacks to too much.
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
            var entries = await ReadHeadersAsync(stream, judge, cancellationToken).ConfigureAwait(false);
            var root = ArchiveJudge.SingleRoot(entries.Select(e => e.Entry));
            // A gzipped tar is read from its expansion, which has another name.
            var archive = new ArchiveForm(Path.GetFileName(file), "tar", IsCompressedWhole: stream.Name != Path.GetFullPath(file));
            return (new TarTree(stream.SafeFileHandle, root, EntryIndex.Build(entries, root), archive), judge.Findings);
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
    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (!_entries.TryGetValue(path, out var found) || found.Entry.Kind != EntryKind.File)
            throw new FileNotFoundException("no such file in the archive", path);
        if (PackagePath.Unsafe(_prefix + path) is { } reason) throw new InvalidDataException($"unsafe name: {reason}");
        return Task.FromResult<Stream>(new FileSliceStream(_file, found.Place, found.Entry.Bytes));
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

    private static async Task<List<(long Place, FileEntry Entry)>> ReadHeadersAsync(
        FileStream stream, ArchiveJudge judge, CancellationToken cancellationToken)
    {
        var entries = new List<(long, FileEntry)>();
        var reader = new TarReader(stream, leaveOpen: true);
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
                judge.Look(entry);
                entries.Add((place, entry));
            }
        }
        return entries;
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
