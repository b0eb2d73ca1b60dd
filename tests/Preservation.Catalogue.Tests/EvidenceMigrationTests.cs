using System.Reflection;
using Npgsql;
using Preservation.Testing.Databases;

namespace Preservation.Catalogue.Tests;

/// <summary>Batches of before tokens had a table of their own, in a schema beside the migrated one.</summary>
internal sealed class EvidenceMigrationTests : CatalogueFixture
{
    [Test]
    public async Task Tokens_move_out_of_their_batches_and_what_no_batch_covers_is_due()
    {
        // A database of its own: the older scripts grant rights in the public schema, too.
        await using var database = await TestDatabase.CreateAsync();
        await using var connection = new NpgsqlConnection(database.Owner);
        await connection.OpenAsync();
        await RunAsync(connection, "CREATE SCHEMA before; SET search_path = before; CREATE TABLE schema_version (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())");
        foreach (var script in Scripts().Where(s => string.CompareOrdinal(s.Name, "0009") < 0)) await RunAsync(connection, script.Sql);
        await RunAsync(connection, """
            INSERT INTO evidence_batch (id, state, algorithm, leaves, root, nonce, request, token, tsa, token_time, created_at, stored_at, last_problem) VALUES
                ('00000000-0000-0000-0000-000000000001', 'Stored', 'sha512', 1, '\x01', '\x02', '\x03', '\x04', 'http://tsa.test/', '2026-01-02Z', '2026-01-01Z', '2026-01-03Z', NULL),
                ('00000000-0000-0000-0000-000000000002', 'Asking', 'sha512', 1, '\x05', '\x06', '\x07', NULL, NULL, NULL, '2026-01-04Z', NULL, 'no answer');
            INSERT INTO audit_batch (number, tree_size, head, frontier, sealed_at) VALUES (1, 5, '\x08', '\x09', '2026-01-05Z'), (2, 6, '\x0a', '\x09', '2026-01-06Z');
            INSERT INTO evidence_leaf (batch_id, ordinal, kind, digest, subject) VALUES ('00000000-0000-0000-0000-000000000001', 0, 'AuditHead', sha512('\x08'::bytea), '5');
            """);
        await RunAsync(connection, Scripts().Single(s => s.Name.StartsWith("0009", StringComparison.Ordinal)).Sql);
        Assert.That(await ColumnAsync(connection, "SELECT concat_ws('|', batch_id, slot, state, tsa, nonce, request, response, stored_at IS NOT NULL, last_problem) FROM evidence_token ORDER BY batch_id"), Is.EqualTo(new[]
        {
            @"00000000-0000-0000-0000-000000000001|1|Proven|http://tsa.test/|\x02|\x03|\x04|t", @"00000000-0000-0000-0000-000000000002|1|Asking|\x06|\x07|f|no answer",
        }));
        Assert.That(await ColumnAsync(connection, "SELECT concat_ws('|', b.id, b.kind, b.slots, t.batch_id) FROM evidence_batch b LEFT JOIN evidence_token t ON t.id = b.lead_token ORDER BY b.id"), Is.EqualTo(new[]
        {
            "00000000-0000-0000-0000-000000000001|Objects|1|00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002|Objects|1",
        }));
        Assert.That(await ColumnAsync(connection, "SELECT kind || ' ' || subject FROM evidence_due"), Is.EqualTo(new[] { "AuditHead 6" }));
    }

    [Test]
    public async Task What_was_asked_and_answered_is_kept_as_it_is()
    {
        await using var session = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
        await using (var insert = session.Command("""
            INSERT INTO evidence_batch (id, state, kind, slots, algorithm, leaves, root, created_at) VALUES ('00000000-0000-0000-0000-000000000001', 'Asking', 'Objects', 1, 'sha512', 1, '\x01', now());
            """)) await insert.ExecuteNonQueryAsync();
        await using (var insert = session.Command("""
            INSERT INTO evidence_token (id, batch_id, slot, state, nonce, request, response, created_at)
            VALUES ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', 1, 'Answered', '\x01', '\x02', '\x03', now())
            """)) await insert.ExecuteNonQueryAsync();
        await session.CommitAsync(default);
        foreach (var change in new[] { "UPDATE evidence_token SET request = '\\x09'", "UPDATE evidence_token SET response = '\\x09'", "DELETE FROM evidence_token", "UPDATE evidence_batch SET root = '\\x09'" })
        {
            await using var attempt = await Database.Sessions.BeginAsync(CatalogueScope.All, default);
            await using var command = attempt.Command(change);
            Assert.That(async () => await command.ExecuteNonQueryAsync(), Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.InsufficientPrivilege), change);
        }
    }

    private static IEnumerable<(string Name, string Sql)> Scripts()
    {
        const string prefix = "Preservation.Catalogue.Migrations.";
        var assembly = typeof(Migrator).GetTypeInfo().Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name[prefix.Length..], reader.ReadToEnd());
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> ColumnAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync()) values.Add(reader.GetString(0));
        return values;
    }
}
