using System.Globalization;
using System.Text.RegularExpressions;
using NpgsqlTypes;
using Preservation.Ocfl.Inventories;

namespace Preservation.Workflow.Rebuild;

/// <summary>Lists the store once and reads the inventory of every object that the catalogue does not know to the last key: which of them are the journal's?</summary>
internal sealed partial class ObjectListing(RebuildDatabase database, ProvenContents contents)
{
    private const int Page = 256;
    private const int Parallelism = 8;
    private const string Prefixes = "^ocfl/(?:[0-9a-f]+/)+";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!await database.IsDoneAsync("listed", cancellationToken)) await ListAsync(cancellationToken);
        while (await ScanAsync(cancellationToken)) { }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, "TRUNCATE rebuild.listed", cancellationToken);
        var count = 0L;
        await using (var copy = await connection.BeginBinaryImportAsync("COPY rebuild.listed (key, bytes) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            await foreach (var found in contents.From.Objects.ListAsync(contents.From.Prefix, cancellationToken))
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(found.Key, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(found.Bytes, NpgsqlDbType.Bigint, cancellationToken);
                count++;
            }
            await copy.CompleteAsync(cancellationToken);
        }
        // An object of which every key is known already (from a dump) is not looked at again.
        await RebuildDatabase.ExecuteAsync(connection, $"""
            INSERT INTO rebuild.object (prefix) SELECT DISTINCT substring(l.key FROM '{Prefixes}') FROM rebuild.listed l
            WHERE l.key ~ '{Prefixes}' AND NOT EXISTS (SELECT FROM copy c WHERE c.store = $1 AND c.key = l.key) ON CONFLICT DO NOTHING
            """, cancellationToken, contents.From.Objects.Name);
        await RebuildDatabase.DoneAsync(connection, "listed", count.ToString(CultureInfo.InvariantCulture), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<bool> ScanAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var prefixes = (await RebuildDatabase.RowsAsync(connection, $"SELECT prefix FROM rebuild.object WHERE id IS NULL AND NOT done ORDER BY prefix LIMIT {Page}", cancellationToken)).Select(r => r[0]!).ToList();
        if (prefixes.Count == 0) return false;
        var seen = new (string? Id, long? Segment, string? Problem)[prefixes.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, prefixes.Count), new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (i, token) => seen[i] = await LookAsync(prefixes[i], token));
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        for (var i = 0; i < seen.Length; i++)
        {
            await RebuildDatabase.ExecuteAsync(connection, "UPDATE rebuild.object SET id = $2, segment = $3, done = $4 WHERE prefix = $1", cancellationToken, prefixes[i], seen[i].Id, seen[i].Segment, seen[i].Id is null);
            if (seen[i].Problem is { } problem) await RebuildDatabase.NoteAsync(connection, seen[i].Id ?? prefixes[i], problem, cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task<(string? Id, long? Segment, string? Problem)> LookAsync(string prefix, CancellationToken cancellationToken)
    {
        var (inventory, problem) = await contents.InventoryAsync(prefix, cancellationToken);
        if (inventory is null) return (null, null, problem);
        using (inventory) return (inventory.Id, SegmentOf(inventory), problem);
    }

    // A segment is an object of one file, and the file's name says which.
    private static long? SegmentOf(Inventory inventory)
    {
        var first = inventory.StateOf(1).Select(s => s.LogicalPath).Take(2).ToList();
        return first.Count == 1 && SegmentName().Match(first[0]) is { Success: true } name ? long.Parse(name.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"^journal-([0-9]{8,18})\.jsonl\.br$")]
    private static partial Regex SegmentName();
}
