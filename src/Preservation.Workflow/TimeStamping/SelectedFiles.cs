using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.TimeStamping;

/// <summary>The files of a package that were asked for, with their leaves in the batches, a page of rows at a time.</summary>
internal sealed class SelectedFiles(CatalogueSession session, Guid package, EvidenceSelection selection)
{
    private const int Page = 500;

    /// <summary>Batches under a proven token in which any of the files lies, oldest first.</summary>
    public async Task<List<EvidenceBatch>> BatchesAsync(CancellationToken cancellationToken)
    {
        var ids = new HashSet<Guid>();
        if (selection.Paths is null && selection.Version is null)
            ids.UnionWith(await session.Rows.EvidenceLeaves.Where(l => l.PackageId == package && l.Kind == LeafKind.File).Select(l => l.BatchId).Distinct().ToListAsync(cancellationToken));
        else
            await foreach (var files in PagesAsync(cancellationToken))
                ids.UnionWith(await LeavesOf(files).Select(l => l.BatchId).Distinct().ToListAsync(cancellationToken));
        return await session.Rows.EvidenceBatches.AsNoTracking().Where(b => ids.Contains(b.Id) && b.Kind == BatchKind.Objects && session.Rows.EvidenceTokens.Any(t => t.Id == b.LeadToken && t.Token != null))
            .OrderBy(b => b.TokenTime).ThenBy(b => b.Id).ToListAsync(cancellationToken);
    }

    /// <summary>The files that lie in a batch, by path.</summary>
    public async IAsyncEnumerable<(EvidenceLeaf Leaf, StoredFile File)> InAsync(Guid batch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var files in PagesAsync(cancellationToken))
        {
            var leaves = (await LeavesOf(files).Where(l => l.BatchId == batch).ToListAsync(cancellationToken)).ToDictionary(l => l.Subject);
            foreach (var file in files)
                if (leaves.TryGetValue(file.Id.ToString(CultureInfo.InvariantCulture), out var leaf)) yield return (leaf, file);
        }
    }

    /// <summary>
    /// The name of a file in the archive of a batch: its path, and of those that a later file of the same path in the same batch has replaced the version's
    /// folder before it.
    /// </summary>
    public async Task<string> NameAsync(StoredFile file, Guid batch, CancellationToken cancellationToken)
    {
        if (file.VersionUntil is null || selection.Version is not null) return file.LogicalPath;
        var later = await session.Rows.Files.Where(f => f.PackageId == package && f.LogicalPath == file.LogicalPath && f.VersionFrom > file.VersionFrom).ToListAsync(cancellationToken);
        return later.Count > 0 && await LeavesOf(later).AnyAsync(l => l.BatchId == batch, cancellationToken) ? string.Create(CultureInfo.InvariantCulture, $"v{file.VersionFrom}/{file.LogicalPath}") : file.LogicalPath;
    }

    /// <summary>All of the files, by path, whether they are covered or not.</summary>
    public async IAsyncEnumerable<List<StoredFile>> PagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = session.Rows.Files.AsNoTracking().Where(f => f.PackageId == package);
        if (selection.Version is { } version) files = files.Where(f => f.VersionFrom <= version && (f.VersionUntil == null || f.VersionUntil > version));
        if (selection.Paths is { } paths)
        {
            foreach (var some in paths.Order(StringComparer.Ordinal).Chunk(Page))
                yield return [.. (await files.Where(f => some.Contains(f.LogicalPath)).ToListAsync(cancellationToken)).OrderBy(f => f.LogicalPath, StringComparer.Ordinal).ThenBy(f => f.VersionFrom)];
            yield break;
        }
        for (var (path, from) = ("", -1); ;)
        {
            var (afterPath, afterVersion) = (path, from);
            var page = await files.Where(f => EF.Functions.Collate(f.LogicalPath, "C").CompareTo(afterPath) > 0 || (f.LogicalPath == afterPath && f.VersionFrom > afterVersion))
                .OrderBy(f => EF.Functions.Collate(f.LogicalPath, "C")).ThenBy(f => f.VersionFrom).Take(Page).ToListAsync(cancellationToken);
            if (page.Count == 0) yield break;
            (path, from) = (page[^1].LogicalPath, page[^1].VersionFrom);
            yield return page;
        }
    }

    private IQueryable<EvidenceLeaf> LeavesOf(List<StoredFile> files)
    {
        var subjects = files.ConvertAll(f => f.Id.ToString(CultureInfo.InvariantCulture));
        return session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.Kind == LeafKind.File && subjects.Contains(l.Subject));
    }
}
