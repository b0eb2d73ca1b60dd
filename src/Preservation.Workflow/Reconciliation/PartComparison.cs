using System.Data;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Files;
using Preservation.Storage.Objects;
using Preservation.Storage.Ocfl;

namespace Preservation.Workflow.Reconciliation;

/// <summary>One part of a store: its listing, sorted, and the catalogue's keys in the same order are gone through side by side. No content is read.</summary>
internal sealed class PartComparison(CatalogueSessions sessions, OcflStore root)
{
    /// <summary>The catalogue's keys of a part in byte order; its parameters are the store, the beginning of the keys and where the part ends. Answered by an index alone.</summary>
    public const string Known = """SELECT key, bytes, package_id FROM copy WHERE store = $1 AND key COLLATE "C" >= $2 AND key COLLATE "C" < $3 ORDER BY key COLLATE "C" """;

    private const int Parallelism = 8;
    private readonly IObjectStore _store = root.Objects;

    /// <summary>Numbers of keys on both sides.</summary>
    public (long Listed, long Known) Counts { get; private set; }

    /// <summary>What differs. What the catalogue has and the listing had not, or otherwise, was asked for by its own key once more.</summary>
    /// <exception cref="IOException">The store cannot be listed.</exception>
    public async Task<List<Find>> RunAsync(string beginning, CancellationToken cancellationToken)
    {
        // What the catalogue says at the beginning was on the store before: what is written meanwhile is not missed.
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken, IsolationLevel.RepeatableRead);
        var listed = new List<StoredObject>();
        await foreach (var found in _store.ListAsync(beginning, cancellationToken)) listed.Add(found);
        listed.Sort((a, b) => PathOrder.Instance.Compare(a.Key, b.Key));
        var (finds, known) = await CompareAsync(session, beginning, listed, cancellationToken);
        Counts = (listed.Count, known);
        return await AskAgainAsync(finds, cancellationToken);
    }

    private async Task<(List<Find> Finds, long Known)> CompareAsync(CatalogueSession session, string beginning, List<StoredObject> listed, CancellationToken cancellationToken)
    {
        var finds = new List<Find>();
        var (next, known) = (0, 0L);
        await using var command = session.Command(Known, _store.Name, beginning, StoreParts.After(beginning));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            known++;
            var key = reader.GetString(0);
            while (next < listed.Count && PathOrder.Instance.Compare(listed[next].Key, key) < 0) Unknown(listed[next++]);
            if (next < listed.Count && listed[next].Key == key)
            {
                if (listed[next].Bytes != reader.GetInt64(1)) finds.Add(new Find(FindKind.Size, key, reader.GetGuid(2), reader.GetInt64(1), listed[next].Bytes, listed[next].ETag));
                next++;
            }
            else finds.Add(new Find(FindKind.Missing, key, reader.GetGuid(2), reader.GetInt64(1), null, null));
        }
        while (next < listed.Count) Unknown(listed[next++]);
        return (finds, known);

        void Unknown(StoredObject found)
        {
            if (!IsOfTheRoot(found.Key)) finds.Add(new Find(FindKind.Unknown, found.Key, null, null, found.Bytes, found.ETag));
        }
    }

    // What makes the prefix a storage root belongs to no object (OCFL 1.1 §4.1, §4.2).
    private bool IsOfTheRoot(string key) => !key.AsSpan(root.Prefix.Length).Contains('/') || key.StartsWith(root.Prefix + "extensions/", StringComparison.Ordinal);

    private async Task<List<Find>> AskAgainAsync(List<Find> finds, CancellationToken cancellationToken)
    {
        var again = finds.ToArray();
        var still = new bool[again.Length];
        await Parallel.ForEachAsync(Enumerable.Range(0, again.Length), new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var head = again[i].Kind == FindKind.Unknown ? null : await _store.HeadAsync(again[i].Key, token);
            still[i] = again[i].Kind switch { FindKind.Unknown => true, FindKind.Missing => head is null, _ => head is not null && head.Bytes != again[i].Expected };
        });
        return [.. again.Where((_, i) => still[i])];
    }
}
