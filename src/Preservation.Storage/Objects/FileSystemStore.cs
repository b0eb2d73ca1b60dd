using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Preservation.Storage.Objects;

/// <summary>
/// A store in a folder. An object is written beside the tree, flushed, and then linked or renamed into place, so that it is
/// there whole or not at all, also after a loss of power. Keys are paths; names that differ only in case need a file system
/// that tells them apart.
/// </summary>
public sealed class FileSystemStore : IObjectStore
{
    private const string StagingName = ".staging";
    private const string LockName = "lock-";
    private const int PieceBytes = 256 * 1024;
    private const string NoLocks = "a folder cannot be locked";
    private const int Attempts = 100;
    private readonly string _root;
    private readonly string _staging;
    private readonly bool _flushes;
    private readonly FileSteps _steps;
    private readonly FolderFlushes _folders;

    /// <param name="name">Name for people.</param>
    /// <param name="root">The folder; made when missing. Its subfolder <c>.staging</c> holds unfinished writes and is never listed.</param>
    /// <param name="flushes">False trades the promise of surviving a crash for speed: for tests only.</param>
    /// <param name="makesRoot">False for a medium that comes and goes: while it is away nothing is made where it will be.</param>
    public FileSystemStore(string name, string root, bool flushes = true, bool makesRoot = true) : this(name, root, flushes, new FileSteps(before: null), makesRoot)
    {
    }

    internal FileSystemStore(string name, string root, bool flushes, FileSteps steps, bool makesRoot = true)
    {
        Name = name;
        _steps = steps;
        _folders = new FolderFlushes(steps.FlushFolder);
        _root = Path.GetFullPath(root);
        _staging = Path.Join(_root, StagingName);
        _flushes = flushes;
        if (makesRoot) Directory.CreateDirectory(_staging);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public StoreCapabilities Capabilities { get; } = new(ConditionalPut: true, long.MaxValue);

    /// <inheritdoc/>
    public async Task<StoredObject> PutAsync(
        string key, Stream content, long length, PutCondition condition, CancellationToken cancellationToken)
    {
        var target = PathOf(key);
        ArgumentNullException.ThrowIfNull(content);
        if (condition is PutCondition.Absent && File.Exists(target)) throw new PreconditionFailedException(key);
        var staged = Path.Join(_staging, Path.GetRandomFileName());
        try
        {
            await StageAsync(staged, content, length, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            await PlaceAsync(key, staged, target, condition, cancellationToken).ConfigureAwait(false);
            if (_flushes) await FlushAsync(key, Path.GetDirectoryName(target)!).ConfigureAwait(false);
        }
        finally
        {
            if (File.Exists(staged)) _steps.Delete(staged);
        }
        return Describe(key, new FileInfo(target)) ?? throw Removed(key);
    }

    /// <inheritdoc/>
    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult(Describe(key, new FileInfo(PathOf(key))));

    /// <inheritdoc/>
    public Task<ObjectContent> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(PathOf(key), new FileStreamOptions
            {
                Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, BufferSize = 0,
                Options = range is null ? FileOptions.SequentialScan : FileOptions.None,
            });
            var description = new StoredObject(key, file.Length, ETag(File.GetLastWriteTimeUtc(file.SafeFileHandle), file.Length));
            if (range is null) return Task.FromResult(new ObjectContent(description, file));
            file.Position = Math.Min(range.Start, file.Length);
            return Task.FromResult(new ObjectContent(description, new RangeStream(file, range.Length)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is UnauthorizedAccessException && Directory.Exists(PathOf(key))))
        {
            throw new ObjectNotFoundException(key, e);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var folders = new Stack<string>([prefix[..(prefix.LastIndexOf('/') + 1)]]);
        while (folders.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var directory = new DirectoryInfo(Path.Join(_root, folder));
            if (!directory.Exists) continue;
            foreach (var info in directory.EnumerateFileSystemInfos())
            {
                var key = folder + info.Name;
                if (info is DirectoryInfo)
                {
                    var sub = key + "/";
                    if (key != StagingName && (sub.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(sub, StringComparison.Ordinal))) folders.Push(sub);
                }
                else if (key.StartsWith(prefix, StringComparison.Ordinal) && Describe(key, (FileInfo)info) is { } found) yield return found;
            }
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        try
        {
            if (File.Exists(path)) _steps.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // another delete was faster
        }
        // Also when there was no file: a write or a delete that was killed may have left its folders.
        var last = RemoveEmptyFolders(Path.GetDirectoryName(path)!);
        if (_flushes) FlushNearest(last);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<int> RemoveUnfinishedAsync(DateTimeOffset startedBefore, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var file in new DirectoryInfo(_staging).EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Name.StartsWith(LockName, StringComparison.Ordinal) || file.LastWriteTimeUtc >= startedBefore.UtcDateTime) continue;
            _steps.Delete(file.FullName);
            removed++;
        }
        return Task.FromResult(removed);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProbedCapability>> ProbeAsync(string prefix, DateTimeOffset now, CancellationToken cancellationToken) =>
        ConditionProbe.AloneAsync(this, prefix, "a folder has no such thing: its owner can delete every file", cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectLock?> ReadLockAsync(string key, string? versionId, CancellationToken cancellationToken) => throw new NotSupportedException(NoLocks);

    /// <inheritdoc/>
    public Task<ObjectLock> RetainAsync(string key, string? versionId, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotSupportedException(NoLocks);

    /// <inheritdoc/>
    public Task<ObjectLock> HoldAsync(string key, string? versionId, bool isHeld, CancellationToken cancellationToken) => throw new NotSupportedException(NoLocks);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task StageAsync(string staged, Stream content, long length, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(length, 1, PieceBytes));
        try
        {
            using var file = _steps.Create(staged);
            for (long at = 0; at < length;)
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - at));
                await ExactLength.ReadAsync(content, piece, cancellationToken).ConfigureAwait(false);
                await _steps.WriteAsync(file, staged, piece, at, cancellationToken).ConfigureAwait(false);
                at += piece.Length;
            }
            await ExactLength.EndAsync(content, cancellationToken).ConfigureAwait(false);
            if (_flushes) _steps.Flush(file, staged);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task FlushAsync(string key, string folder)
    {
        try
        {
            await _folders.FlushAsync(folder).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException e)
        {
            throw Removed(key, e); // a delete took the folder along
        }
    }

    private static StoreUnavailableException Removed(string key, Exception? inner = null) => new($"{key} was removed while it was written", inner);

    // Folders may be removed by a concurrent delete between making them and using them: then they are made again.
    // A rename that finds no folder is told as a missing file when another writer makes the folder in that moment.
    private async Task PlaceAsync(string key, string staged, string target, PutCondition condition, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                switch (condition)
                {
                    case PutCondition.Absent:
                        if (!_steps.TryLink(staged, target)) throw new PreconditionFailedException(key);
                        return;
                    case PutCondition.Unchanged unchanged:
                        await ReplaceUnchangedAsync(key, staged, target, unchanged.ETag, cancellationToken).ConfigureAwait(false);
                        return;
                    default:
                        Replace(staged, target);
                        return;
                }
            }
            catch (Exception e) when (e is DirectoryNotFoundException || (e is FileNotFoundException && File.Exists(staged)))
            {
                if (attempt == Attempts) throw Removed(key, e);
                TryMakeFolders(Path.GetDirectoryName(target)!);
            }
        }
    }

    private async Task ReplaceUnchangedAsync(string key, string staged, string target, string etag, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(key, cancellationToken).ConfigureAwait(false);
        if (Describe(key, new FileInfo(target))?.ETag != etag) throw new PreconditionFailedException(key);
        Replace(staged, target);
    }

    // The clock of a file system ticks in milliseconds: a replacement is dated after what it replaces, so that no two
    // writings of a key share an ETag.
    private void Replace(string staged, string target)
    {
        var old = new FileInfo(target);
        if (old.Exists && File.GetLastWriteTimeUtc(staged) <= old.LastWriteTimeUtc)
            _steps.Date(staged, old.LastWriteTimeUtc.AddMicroseconds(1));
        _steps.Replace(staged, target);
    }

    // A lock of the operating system, held across processes, one file for each of 256 groups of keys.
    private async Task<FileStream> LockAsync(string key, CancellationToken cancellationToken)
    {
        var group = Core.Digests.DigestAlgorithm.Sha256.Compute(System.Text.Encoding.UTF8.GetBytes(key)).Hex[..2];
        while (true)
        {
            try
            {
                return _steps.Lock(Path.Join(_staging, LockName + group));
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void TryMakeFolders(string folder)
    {
        var made = new Stack<string>();
        for (var at = folder; !Directory.Exists(at); at = Path.GetDirectoryName(at)!) made.Push(at);
        try
        {
            while (made.TryPop(out var one))
            {
                _steps.MakeFolder(one);
                if (_flushes) FlushNearest(Path.GetDirectoryName(one)!);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // a delete took the folder above along: all of them are made again with the next attempt
        }
    }

    private string RemoveEmptyFolders(string folder)
    {
        var at = folder;
        while (at.Length > _root.Length)
        {
            try
            {
                _steps.RemoveFolder(at);
            }
            catch (DirectoryNotFoundException)
            {
                // another delete was faster
            }
            catch (IOException)
            {
                return at; // not empty
            }
            at = Path.GetDirectoryName(at)!;
        }
        return at;
    }

    // A concurrent delete may take the folder at any moment; then its name is what must go from the folder above.
    private void FlushNearest(string folder)
    {
        for (var at = folder; ; at = Path.GetDirectoryName(at)!)
        {
            try
            {
                _steps.FlushFolder(at);
                return;
            }
            catch (DirectoryNotFoundException) when (at.Length > _root.Length)
            {
                // gone: the one above
            }
        }
    }

    private string PathOf(string key)
    {
        ObjectKey.Check(key);
        if (key == StagingName || key.StartsWith(StagingName + "/", StringComparison.Ordinal)) throw new ArgumentException("reserved for unfinished writes", nameof(key));
        return Path.Join(_root, key);
    }

    private static StoredObject? Describe(string key, FileInfo file)
    {
        try
        {
            file.Refresh();
            return file.Exists ? new StoredObject(key, file.Length, ETag(file.LastWriteTimeUtc, file.Length)) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static string ETag(DateTime written, long length) =>
        string.Create(CultureInfo.InvariantCulture, $"{written.Ticks:x}-{length:x}");
}
