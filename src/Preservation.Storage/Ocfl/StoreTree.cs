using System.Runtime.CompilerServices;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>
/// The objects under a prefix of a store as a tree of files, so that whatever judges folders can judge a bucket. A store has no folders and no
/// links; an empty object whose key ends with a slash, by which some programs mark a folder, is an empty folder when nothing lies under it.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="prefix">Empty, or ending with <c>/</c>.</param>
/// <param name="closesStore">True to close the store with the tree; otherwise it stays open.</param>
public sealed class StoreTree(IObjectStore store, string prefix, bool closesStore = false) : IFileTree
{
    private FileIndex? _index;

    /// <inheritdoc/>
    public string RootName => prefix.TrimEnd('/').Split('/')[^1];

    /// <inheritdoc/>
    public async Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken)
    {
        if (_index is not null) return _index;
        var judge = new ArchiveJudge(limits);
        await foreach (var entry in ListAsync(cancellationToken).ConfigureAwait(false))
        {
            judge.Look(entry);
            if (!judge.MayContinue) break;
        }
        return _index = judge.ToIndex(isArchive: false);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The object's key cannot be the path of a file.</exception>
    public async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            ObjectKey.Check(prefix + path);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
        try
        {
            return (await store.OpenReadAsync(prefix + path, range: null, cancellationToken).ConfigureAwait(false)).Stream;
        }
        catch (ObjectNotFoundException e)
        {
            throw new FileNotFoundException("no such object in the store", path, e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => closesStore ? store.DisposeAsync() : ValueTask.CompletedTask;

    private async IAsyncEnumerable<FileEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Stores list in the order of the keys: what lies under a marked folder comes right after its mark.
        string? marked = null;
        await foreach (var found in store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            var path = found.Key[prefix.Length..];
            if (marked is not null && !path.StartsWith(marked, StringComparison.Ordinal)) yield return new FileEntry(marked[..^1], 0, EntryKind.EmptyFolder);
            marked = null;
            if (path.Length == 0 && found.Bytes == 0) continue; // the mark of the prefix itself
            if (found.Bytes == 0 && path.EndsWith('/')) marked = path;
            else yield return new FileEntry(path, found.Bytes, EntryKind.File);
        }
        if (marked is not null) yield return new FileEntry(marked[..^1], 0, EntryKind.EmptyFolder);
    }
}
