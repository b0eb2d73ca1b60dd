using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Preservation.Ocfl.Inventories;

namespace Preservation.Workflow.Rebuild;

/// <summary>Brings the journal's segments from the store into the database that is being made, each in one transaction, proven against its inventory.</summary>
internal sealed class JournalReading(RebuildDatabase database, ProvenContents contents)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var open = await RebuildDatabase.RowsAsync(connection, """
            SELECT o.prefix, o.segment::text FROM rebuild.object o WHERE o.segment IS NOT NULL
                AND NOT EXISTS (SELECT FROM rebuild.segment s WHERE s.number = o.segment)
                AND NOT EXISTS (SELECT FROM journal_segment s WHERE s.number = o.segment AND s.object_id = o.id AND s.stored_at IS NOT NULL) ORDER BY o.segment
            """, cancellationToken);
        foreach (var row in open) await LoadAsync(connection, row[0]!, long.Parse(row[1]!, CultureInfo.InvariantCulture), cancellationToken);
        foreach (var row in await RebuildDatabase.RowsAsync(connection, """
            SELECT n::text FROM generate_series((SELECT coalesce(max(number), 0) FROM journal_segment WHERE stored_at IS NOT NULL) + 1, (SELECT max(segment) FROM rebuild.object)) AS n
            WHERE NOT EXISTS (SELECT FROM rebuild.segment s WHERE s.number = n)
            """, cancellationToken))
            await RebuildDatabase.NoteAsync(connection, $"journal segment {row[0]}", "is not there, or cannot be believed: what it told is lacking", cancellationToken);
    }

    private async Task LoadAsync(NpgsqlConnection connection, string prefix, long number, CancellationToken cancellationToken)
    {
        var (inventory, problem) = await contents.InventoryAsync(prefix, cancellationToken);
        if (inventory is null)
        {
            await RebuildDatabase.NoteAsync(connection, prefix, problem!, cancellationToken);
            return;
        }
        using var _ = inventory;
        var (content, damage) = await contents.FileAsync(inventory, inventory.StateOf(1).First().LogicalPath, cancellationToken);
        if (damage is not null) await RebuildDatabase.NoteAsync(connection, inventory.Id, damage, cancellationToken);
        if (content is null) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (content)
        {
            var sha512 = await SHA512.HashDataAsync(content, cancellationToken);
            content.Position = 0;
            var entries = await EntriesAsync(connection, content, cancellationToken);
            await RebuildDatabase.ExecuteAsync(connection, "INSERT INTO rebuild.segment (number, object_id, entries, sha512, created_at) VALUES ($1, $2, $3, $4, $5)", cancellationToken,
                number, inventory.Id, entries, sha512, CreatedOf(inventory));
        }
        await transaction.CommitAsync(cancellationToken);
    }

    private static DateTimeOffset CreatedOf(Inventory inventory) => inventory.Versions[0].Created.ToUniversalTime();

    private static async Task<long> EntriesAsync(NpgsqlConnection connection, Stream content, CancellationToken cancellationToken)
    {
        var count = 0L;
        using var lines = new StreamReader(new BrotliStream(content, CompressionMode.Decompress, leaveOpen: true));
        await using var copy = await connection.BeginBinaryImportAsync("COPY rebuild.entry (id, at, table_name, operation, row) FROM STDIN (FORMAT BINARY)", cancellationToken);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            using var entry = JsonDocument.Parse(line);
            var fields = entry.RootElement;
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(fields.GetProperty("id").GetInt64(), NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(fields.GetProperty("at").GetDateTimeOffset().ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(fields.GetProperty("table").GetString()!, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(fields.GetProperty("operation").GetString()!, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(fields.GetProperty("row").GetRawText(), NpgsqlDbType.Jsonb, cancellationToken);
            count++;
        }
        await copy.CompleteAsync(cancellationToken);
        return count;
    }
}
