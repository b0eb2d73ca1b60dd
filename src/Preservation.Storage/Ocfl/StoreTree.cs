using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Storage.Objects;

namespace Preservation.Storage.Ocfl;

/// <summary>The objects under a prefix of a store as a tree of files, so that whatever judges folders can judge a bucket.</summary>
/// <param name="store">The store; it stays open.</param>
/// <param name="prefix">Empty, or ending with <c>/</c>.</param>
public sealed class StoreTree(IObjectStore store, string prefix) : IFileTree
{
    private FileIndex? _index;

    /// <inheritdoc/>
    public string RootName => prefix.TrimEnd('/').Split('/')[^1];

    /// <inheritdoc/>
    public async Task<FileIndex> IndexAsync(Limits limits, CancellationToken cancellationToken)
    {
        if (_index is not null) return _index;
        var judge = new ArchiveJudge(limits);
        await foreach (var found in store.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            judge.Look(new FileEntry(found.Key[prefix.Length..], found.Bytes, EntryKind.File));
            if (!judge.MayContinue) break;
        }
        return _index = judge.ToIndex(isArchive: false);
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
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
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
