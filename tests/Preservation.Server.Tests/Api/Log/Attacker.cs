using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Log;

namespace Preservation.Server.Tests.Api.Log;

/// <summary>
/// Has every credential of the service and its database: rewrites history as the owner of the tables, works out every leaf, node and head anew, and can put the
/// history of before back.
/// </summary>
internal sealed class Attacker(string owner)
{
    private static readonly string[] Tables = ["audit_entry", "audit_detail", "audit_batch", "audit_seal", "audit_node", "receipt", "change"];

    /// <summary>The log in its order.</summary>
    public async Task<List<AuditEntry>> LogAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand("SELECT e.id, e.at, e.principal_id, e.agency_id, e.action, e.subject_kind, e.subject_id, e.detail_digest FROM audit_seal s JOIN audit_entry e ON e.id = s.entry_id ORDER BY s.sequence", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var log = new List<AuditEntry>();
        while (await reader.ReadAsync())
            log.Add(new AuditEntry
            {
                Id = reader.GetInt64(0), At = reader.GetFieldValue<DateTimeOffset>(1), PrincipalId = reader.IsDBNull(2) ? null : reader.GetGuid(2), AgencyId = reader.IsDBNull(3) ? null : reader.GetGuid(3),
                Action = reader.GetString(4), SubjectKind = reader.GetString(5), SubjectId = reader.GetString(6), DetailDigest = reader.GetFieldValue<byte[]>(7),
            });
        return log;
    }

    public async Task SaveAsync()
    {
        await using var connection = await OpenAsync();
        foreach (var table in Tables) await RunAsync(connection, $"CREATE TABLE kept_{table} AS TABLE {table}");
    }

    public async Task RestoreAsync()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await TriggersAsync(connection, "DISABLE");
        foreach (var table in Tables.Reverse()) await RunAsync(connection, $"DELETE FROM {table}");
        foreach (var table in Tables) await RunAsync(connection, $"INSERT INTO {table} {(table == "audit_entry" ? "OVERRIDING SYSTEM VALUE " : "")}SELECT * FROM kept_{table}");
        await TriggersAsync(connection, "ENABLE");
        await transaction.CommitAsync();
    }

    /// <summary>Puts another history in place of the log, every hash above it worked out anew.</summary>
    /// <param name="log">The entries in their new order; ids may not repeat.</param>
    /// <param name="recomputes">False leaves leaves and heads as they were, where there are as many entries.</param>
    public async Task ReplaceAsync(IReadOnlyList<AuditEntry> log, bool recomputes = true)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await TriggersAsync(connection, "DISABLE");
        if (recomputes) foreach (var table in new[] { "change", "audit_node", "audit_seal" }) await RunAsync(connection, $"DELETE FROM {table}");
        await RunAsync(connection, "CREATE TEMP TABLE details ON COMMIT DROP AS TABLE audit_detail");
        await RunAsync(connection, "DELETE FROM audit_detail");
        await RunAsync(connection, recomputes ? "DELETE FROM audit_entry" : "DELETE FROM audit_entry WHERE false");
        await using (var batch = new NpgsqlBatch(connection))
        {
            foreach (var entry in log) batch.BatchCommands.Add(Written(entry));
            await batch.ExecuteNonQueryAsync();
        }
        await RunAsync(connection, "INSERT INTO audit_detail SELECT d.* FROM details d JOIN audit_entry e ON e.id = d.entry_id");
        if (recomputes) await SealAsync(connection, log);
        if (recomputes) await RunAsync(connection, "SELECT refill_changes()");
        await TriggersAsync(connection, "ENABLE");
        await transaction.CommitAsync();
    }

    private static NpgsqlBatchCommand Written(AuditEntry e) => Command("""
            INSERT INTO audit_entry (id, at, principal_id, agency_id, action, subject_kind, subject_id, detail_digest) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (id) DO UPDATE SET at = excluded.at, principal_id = excluded.principal_id, agency_id = excluded.agency_id, action = excluded.action,
                subject_kind = excluded.subject_kind, subject_id = excluded.subject_id, detail_digest = excluded.detail_digest
            """, e.Id, e.At, e.PrincipalId, e.AgencyId, e.Action, e.SubjectKind, e.SubjectId, e.DetailDigest);

    private static NpgsqlBatchCommand Command(string sql, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return command;
    }

    // Seals and heads as the service would have made them: at the sizes of before as far as the log goes, and at its end.
    private static async Task SealAsync(NpgsqlConnection connection, IReadOnlyList<AuditEntry> log)
    {
        var sizes = new List<(long Size, DateTimeOffset At)>();
        await using (var read = new NpgsqlCommand("SELECT tree_size, sealed_at FROM audit_batch ORDER BY number", connection))
        await using (var reader = await read.ExecuteReaderAsync())
            while (await reader.ReadAsync()) sizes.Add((reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1)));
        var last = sizes[^1].At;
        sizes.RemoveAll(s => s.Size >= log.Count);
        sizes.Add((log.Count, last));
        await RunAsync(connection, "DELETE FROM audit_batch");
        var (frontier, next) = (MerkleFrontier.Empty, 0);
        await using var batch = new NpgsqlBatch(connection);
        var page = new List<System.Collections.Immutable.ImmutableArray<byte>>();
        for (var i = 0; i < log.Count; i++)
        {
            var leaf = MerkleLog.LeafHash(AuditJson.Skeleton(log[i]));
            frontier = frontier.Append(leaf);
            page.Add(leaf);
            batch.BatchCommands.Add(Command("INSERT INTO audit_seal (entry_id, sequence, batch, leaf_hash) VALUES ($1, $2, $3, $4)", log[i].Id, (long)i, (long)next + 1, leaf.ToArray()));
            if (page.Count == 256)
            {
                batch.BatchCommands.Add(Command("INSERT INTO audit_node (height, number, hash) VALUES (8, $1, $2)", (long)(i / 256), MerkleLog.Head(page.ToArray()).ToArray()));
                page.Clear();
            }
            if (sizes[next].Size != i + 1) continue;
            batch.BatchCommands.Add(Command("INSERT INTO audit_batch (number, tree_size, head, frontier, sealed_at) VALUES ($1, $2, $3, $4, $5)", (long)++next, frontier.Size, frontier.Head.ToArray(), frontier.Encode(), sizes[next - 1].At));
        }
        await batch.ExecuteNonQueryAsync();
    }

    /// <summary>Gives every receipt in the database the head of now, sealed with the service's own key.</summary>
    public async Task ForgeReceiptsAsync(Func<byte[], byte[]> seal)
    {
        await using var connection = await OpenAsync();
        await TriggersAsync(connection, "DISABLE");
        var log = await LogAsync();
        var frontier = log.Aggregate(MerkleFrontier.Empty, (f, e) => f.Append(MerkleLog.LeafHash(AuditJson.Skeleton(e))));
        var receipts = new List<(Guid Id, JsonObject Body)>();
        await using (var read = new NpgsqlCommand("SELECT id, body FROM receipt", connection))
        await using (var reader = await read.ExecuteReaderAsync())
            while (await reader.ReadAsync()) receipts.Add((reader.GetGuid(0), JsonNode.Parse(reader.GetFieldValue<byte[]>(1))!.AsObject()));
        foreach (var (id, body) in receipts)
        {
            body["auditLog"] = new JsonObject { ["treeSize"] = frontier.Size, ["head"] = Convert.ToHexStringLower(frontier.Head.AsSpan()) };
            body.Remove("logEntry");
            var forged = Encoding.UTF8.GetBytes(body.ToJsonString());
            await RunAsync(connection, "UPDATE receipt SET body = $2, sha512 = $3, seal = $4 WHERE id = $1", id, forged, SHA512.HashData(forged), seal(forged));
        }
        await TriggersAsync(connection, "ENABLE");
    }

    /// <summary>One of the ways, by chance; says which entries are not where they were: the first place that differs.</summary>
    public static (string What, List<AuditEntry> After, int First, bool Recomputes) Alter(IReadOnlyList<AuditEntry> log, int until, Random random)
    {
        List<AuditEntry> after = [.. log];
        var at = random.Next(until);
        switch (random.Next(8))
        {
            case 0: after[at] = Changed(log[at], random); return ("rewrite", after, at, true);
            case 1: after[at] = Changed(log[at], random); return ("rewrite and leave the tree", after, at, false);
            case 2:
                after.InsertRange(at, Enumerable.Range(0, random.Next(1, 4)).Select(i => Forged(log, i, random)));
                return ("insert", after, at, true);
            case 3:
                after.RemoveRange(at, Math.Min(random.Next(1, 4), log.Count - at));
                return ("delete", after, at, true);
            case 4:
                after.RemoveAt(at);
                after.Insert(until, Forged(log, 0, random));
                return ("delete one and insert one elsewhere", after, at, true);
            case 5:
                var other = random.Next(until) is var chosen && chosen == at ? at + 1 : chosen;
                (after[at], after[other]) = (after[other], after[at]);
                return ("exchange two places", after, Math.Min(at, other), true);
            case 6: after.RemoveRange(at, log.Count - at); return ("truncate", at == 0 ? [Forged(log, 0, random)] : after, at, true);
            default:
                after.RemoveRange(at, log.Count - at);
                after.AddRange(Enumerable.Range(0, log.Count - at + random.Next(50)).Select(i => Forged(log, i, random)));
                return ("truncate and write another end", after, at, true);
        }
    }

    private static AuditEntry Changed(AuditEntry entry, Random random) => random.Next(4) switch
    {
        0 => Copy(entry, action: entry.Action + "d"),
        1 => Copy(entry, at: entry.At.AddTicks(10)),
        2 => Copy(entry, subject: Guid.NewGuid().ToString()),
        _ => Copy(entry, digest: RandomNumberGenerator.GetBytes(32)),
    };

    private static AuditEntry Forged(IReadOnlyList<AuditEntry> log, int number, Random random) => Copy(log[random.Next(log.Count)], id: log.Max(e => e.Id) + 1000 + number, digest: RandomNumberGenerator.GetBytes(32));

    private static AuditEntry Copy(AuditEntry e, long? id = null, string? action = null, DateTimeOffset? at = null, string? subject = null, byte[]? digest = null) => new()
    {
        Id = id ?? e.Id, At = at ?? e.At, PrincipalId = e.PrincipalId, AgencyId = e.AgencyId, Action = action ?? e.Action, SubjectKind = e.SubjectKind, SubjectId = subject ?? e.SubjectId, DetailDigest = digest ?? e.DetailDigest,
    };

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync();
        await RunAsync(connection, "SELECT set_config('preservation.everything', 'on', false)");
        return connection;
    }

    private static async Task TriggersAsync(NpgsqlConnection connection, string what)
    {
        await RunAsync(connection, "SET CONSTRAINTS ALL IMMEDIATE");
        foreach (var table in Tables.Except(["audit_node"])) await RunAsync(connection, $"ALTER TABLE {table} {what} TRIGGER USER");
        await RunAsync(connection, "SET CONSTRAINTS ALL DEFERRED");
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
