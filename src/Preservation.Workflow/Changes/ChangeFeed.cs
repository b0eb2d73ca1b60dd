using Npgsql;
using Preservation.Catalogue;

namespace Preservation.Workflow.Changes;

/// <summary>
/// Reads what changed, in the order of the sealed audit log. Places are given to committed entries alone, one batch after the other, so that nothing can turn up later below
/// a cursor that was handed out.
/// </summary>
public static class ChangeFeed
{
    /// <summary>The last place that is sealed; -1 while the log is empty.</summary>
    public static async Task<long> HeadAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        await using var command = session.Command("SELECT coalesce(max(tree_size), 0) - 1 FROM audit_batch");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The next changes in the session's scope.</summary>
    /// <param name="session">Whose rooms are looked into.</param>
    /// <param name="after">The place gone on from; -1 for the beginning.</param>
    /// <param name="agency">Of this agency alone; null for all in scope.</param>
    /// <param name="types">Of these types alone; empty for all.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<ChangePage> ReadAsync(CatalogueSession session, long after, Guid? agency, IReadOnlyCollection<string> types, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(types);
        var head = await HeadAsync(session, cancellationToken); // before the changes are read: what is sealed in between is left for the next page
        var items = new List<ChangeView>();
        await using (var command = session.Command("""
            SELECT c.sequence, e.at, c.type, c.agency_id, e.subject_kind, e.subject_id, CASE e.subject_kind WHEN 'submission' THEN e.subject_id::uuid ELSE r.submission_id END,
                CASE e.subject_kind WHEN 'package' THEN e.subject_id::uuid END, r.kind, d.detail ->> 'state', e.id, s.leaf_hash
            FROM change c JOIN audit_entry e ON e.id = c.entry_id JOIN audit_seal s ON s.entry_id = c.entry_id LEFT JOIN audit_detail d ON d.entry_id = c.entry_id
            LEFT JOIN receipt r ON r.id = CASE e.subject_kind WHEN 'receipt' THEN e.subject_id::uuid END
            WHERE c.sequence > $1 AND c.sequence <= $2 AND ($3 OR c.agency_id = ANY ($4)) AND ($5::uuid IS NULL OR c.agency_id = $5) AND ($6 OR c.type = ANY ($7))
            ORDER BY c.sequence LIMIT $8
            """, after, head, session.Scope.Everything, session.Scope.Agencies.ToArray(), agency, types.Count == 0, types.ToArray(), most + 1))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken))
                items.Add(new ChangeView(
                    reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetGuid(3), reader.GetString(4), reader.GetString(5),
                    reader.GetFieldValue<Guid?>(6), reader.GetFieldValue<Guid?>(7), Lower(Text(reader, 8)), Text(reader, 9), reader.GetInt64(10), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(11))));
        if (items.Count <= most) return new ChangePage(items, Math.Max(after, head), false);
        items.RemoveAt(most);
        return new ChangePage(items, items[^1].Sequence, true);
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static string? Lower(string? name) => name is null ? null : char.ToLowerInvariant(name[0]) + name[1..];
}
