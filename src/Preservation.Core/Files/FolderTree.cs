using System.Runtime.CompilerServices;
using Preservation.Core.Digests;

namespace Preservation.Core.Files;

/// <summary>A package that lies unpacked in a folder.</summary>
public sealed class FolderTree : IFileTree
{
    private readonly string _root;
    private readonly DigestMemory _digests = new();

    /// <summary>Looks at a folder; nothing is read yet.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public FolderTree(string root)
    {
        _root = Path.GetFullPath(root);
        if (!Directory.Exists(_root)) throw new DirectoryNotFoundException($"no folder {root}");
    }

    /// <inheritdoc/>
    public string RootName => Path.GetFileName(_root);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FileEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(_root)]);
        while (folders.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isEmpty = true;
            foreach (var info in folder.EnumerateFileSystemInfos())
            {
                isEmpty = false;
                var path = Relative(info.FullName);
                if (info.LinkTarget is not null) yield return new FileEntry(path, 0, EntryKind.SymbolicLink);
                else if (info is DirectoryInfo sub) folders.Push(sub);
                else if ((info.Attributes & FileAttributes.Device) != 0 || IsSpecial(info)) yield return new FileEntry(path, 0, EntryKind.Special);
                else yield return new FileEntry(path, ((FileInfo)info).Length, EntryKind.File);
            }
            if (isEmpty && folder.FullName != _root) yield return new FileEntry(Relative(folder.FullName), 0, EntryKind.EmptyFolder);
        }
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(Path.Join(_root, path));
        if (!full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new FileNotFoundException("outside the package", path);
        if (!File.Exists(full) || IsReparse(full)) throw new FileNotFoundException("no such file in the package", path);
        return Task.FromResult<Stream>(new FileStream(full, new FileStreamOptions
        {
            Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0,
            Options = FileOptions.SequentialScan,
        }));
    }

    /// <inheritdoc/>
    public Task<ContentDigests> DigestAsync(
        string path, IReadOnlyCollection<DigestAlgorithm> algorithms, CancellationToken cancellationToken) =>
        _digests.GetAsync(this, path, algorithms, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Relative(string full) =>
        full[(_root.Length + 1)..].Replace(Path.DirectorySeparatorChar, '/');

    private bool IsReparse(string full)
    {
        for (var at = full; at.Length > _root.Length; at = Path.GetDirectoryName(at)!)
            if (new FileInfo(at).LinkTarget is not null) return true;
        return false;
    }

    // A pipe, socket or device of the system has no regular file's mode; .NET tells them only by trying the type.
    private static bool IsSpecial(FileSystemInfo info) =>
        !OperatingSystem.IsWindows() && info.Attributes.HasFlag(FileAttributes.System);
}
