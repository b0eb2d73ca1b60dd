using System.Buffers;
using Preservation.Core.Digests;

namespace Preservation.Core.Files;

/// <summary>A package that lies unpacked in a folder.</summary>
public sealed class FolderTree : IFileTree
{
    private const int SmallBytes = 256 * 1024;
    private const int EntriesAhead = 256;
    private readonly string _root;
    private readonly Lock _gate = new();
    private FileIndex? _index;

    /// <summary>Looks at a folder; nothing is read yet.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public FolderTree(string root)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(_root)) throw new DirectoryNotFoundException($"no folder {root}");
    }

    /// <inheritdoc/>
    public string RootName => Path.GetFileName(_root);

    /// <inheritdoc/>
    public Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        lock (_gate) return Task.FromResult(_index ??= List(limits, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken) => Task.FromResult<Stream>(FileSliceStream.Open(Find(path, out _)));

    /// <inheritdoc/>
    public Task<ContentDigests> DigestAsync(string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(algorithms);
        var full = Find(path, out var listed);
        if (!PosixRead.IsSupported || listed >= SmallBytes) return DigestStreamAsync(full, algorithms, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(SmallBytes);
        try
        {
            var read = PosixRead.Read(full, listed, buffer.AsSpan(0, SmallBytes));
            return read < 0 ? DigestStreamAsync(full, algorithms, cancellationToken) : Task.FromResult(ContentDigests.Of(buffer.AsSpan(0, read), algorithms));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<ContentDigests> DigestStreamAsync(string full, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken)
    {
        var stream = FileSliceStream.Open(full);
        await using (stream.ConfigureAwait(false)) return await StreamDigest.ComputeAsync(stream, algorithms, cancellationToken).ConfigureAwait(false);
    }

    private FileIndex List(Limits limits, CancellationToken cancellationToken)
    {
        var judge = new ArchiveJudge(limits);
        foreach (var entry in Ahead(FolderEntries.List(_root, limits.MaxDepth)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            judge.Look(entry);
            if (!judge.MayContinue) break;
        }
        return judge.ToIndex(isArchive: false);
    }

    // The system is asked for the next entries while the last are judged.
    private static IEnumerable<FileEntry> Ahead(IEnumerable<FileEntry> entries)
    {
        using var pieces = entries.Chunk(EntriesAhead).GetEnumerator();
        var next = Task.Run(Next);
        try
        {
            while (next.GetAwaiter().GetResult() is { } piece)
            {
                next = Task.Run(Next);
                foreach (var entry in piece) yield return entry;
            }
        }
        finally
        {
            Task.WaitAny(next);
        }
        FileEntry[]? Next() => pieces.MoveNext() ? pieces.Current : null;
    }

    // Once listed, the index says what is a file and that no link lies above it.
    private string Find(string path, out long listedBytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        listedBytes = -1;
        if (_index is { } index)
        {
            if (index.FindFile(path) is not (>= 0 and var file)) throw new FileNotFoundException("no such file in the package", path);
            listedBytes = index.BytesOf(file);
            return Path.Join(_root, path);
        }
        var full = Path.GetFullPath(Path.Join(_root, path));
        if (!full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw new FileNotFoundException("outside the package", path);
        if (!File.Exists(full) || IsReparse(full)) throw new FileNotFoundException("no such file in the package", path);
        return full;
    }

    private bool IsReparse(string full)
    {
        for (var at = full; at.Length > _root.Length; at = Path.GetDirectoryName(at)!)
            if (new FileInfo(at).LinkTarget is not null) return true;
        return false;
    }
}
