using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Core.Files;

namespace Preservation.Workflow.Fixity;

/// <summary>The keys of copies, in pages that memory has room for: of several small copies all at once, of a large one some thousand at a time.</summary>
internal static class CopyKeys
{
    /// <summary>Keys of one page.</summary>
    public const int Page = 4_096;

    // Sorts before whatever may follow in a key.
    private const string Next = "\u0001";

    /// <summary>Functions besides SHA-512 that keys are to be digested by in the same reading: those of a hash-tree renewal, and of new trees by another function than the configured one.</summary>
    public static async Task<ImmutableArray<DigestAlgorithm>> FunctionsAsync(CatalogueSessions sessions, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var functions = await session.Rows.HashTreeRenewals.Where(r => r.EndedAt == null).Select(r => r.ToAlgorithm).Union(session.Rows.EvidenceFunctions.Select(f => f.Algorithm)).ToListAsync(cancellationToken);
        return [.. functions.Select(a => DigestAlgorithm.Find(a)!)];
    }

    /// <summary>Every key of the copies once.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<StoredCopy>> PagesAsync(CatalogueSessions sessions, IReadOnlyList<PackageCopy> copies, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (copies is not [{ Keys: > Page } large])
        {
            yield return await AllAsync(sessions, copies, cancellationToken);
            yield break;
        }
        var (from, last) = await BoundsAsync(sessions, large, cancellationToken);
        while (from is not null)
        {
            var page = await PageAsync(sessions, large.Store, from, last!, cancellationToken);
            from = page.Count < Page ? null : page.Select(k => k.Key).Max(PathOrder.Instance) + Next;
            yield return page.FindAll(k => k.PackageId == large.PackageId);
        }
    }

    private static async Task<IReadOnlyList<StoredCopy>> AllAsync(CatalogueSessions sessions, IReadOnlyList<PackageCopy> copies, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var (ids, stores) = (copies.Select(c => c.PackageId).Distinct().ToArray(), copies.Select(c => c.Store).Distinct().ToArray());
        var wanted = copies.Select(c => (c.PackageId, c.Store)).ToHashSet();
        var keys = await session.Rows.Copies.AsNoTracking().Where(c => ids.Contains(c.PackageId) && stores.Contains(c.Store)).ToListAsync(cancellationToken);
        return keys.FindAll(k => wanted.Contains((k.PackageId, k.Store)));
    }

    // The fence keeps the planner from going through the store in the order of keys until it meets the copy.
    private static async Task<(string? First, string? Last)> BoundsAsync(CatalogueSessions sessions, PackageCopy copy, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var command = session.Command("""SELECT min(k), max(k) FROM (SELECT key COLLATE "C" AS k FROM copy WHERE package_id = $1 AND store = $2 OFFSET 0) x""", copy.PackageId, copy.Store);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return await reader.IsDBNullAsync(0, cancellationToken) ? (null, null) : (reader.GetString(0), reader.GetString(1));
    }

    // An object's keys lie side by side in the order of keys, by which there is an index; another's that lies between is left out by the caller.
    private static async Task<List<StoredCopy>> PageAsync(CatalogueSessions sessions, string store, string from, string last, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.Copies.FromSql($"""SELECT * FROM copy WHERE store = {store} AND key COLLATE "C" >= {from} AND key COLLATE "C" <= {last} ORDER BY key COLLATE "C" LIMIT {Page}""").AsNoTracking().ToListAsync(cancellationToken);
    }
}
