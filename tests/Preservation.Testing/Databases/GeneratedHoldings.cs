using System.Globalization;
using Npgsql;

namespace Preservation.Testing.Databases;

/// <summary>
/// A catalogue of a given size, made within the database itself: packages with a dossier, documents and files, copies of all of them on two stores that were read over the
/// last ninety days, the results of those readings, and some trouble. There are no bytes behind it. Rows are as the service would have written them, but for the journal and the audit log.
/// </summary>
public sealed record GeneratedHoldings(int Packages, int FilesEach)
{
    /// <summary>Documents of each package.</summary>
    public const int Documents = 2;

    /// <summary>The stores that hold copies.</summary>
    public static readonly string[] Stores = ["first", "second"];

    /// <summary>Whose packages they are.</summary>
    public static readonly Guid Agency = new("00000000-0000-7000-a000-000000000001");

    // What the service maintains row by row is made good at the end, all at once.
    private static readonly string[] Tables = ["submission", "package", "package_version", "dossier", "document", "dossier_document", "file", "package_copy", "copy", "fixity_problem", "fixity_run"];
    private static readonly string[] Large = ["file", "copy"];

    /// <summary>Files altogether.</summary>
    public long Files => (long)Packages * FilesEach;

    /// <summary>Id of a package, counted from 1.</summary>
    public static Guid Package(int number) => new(string.Create(CultureInfo.InvariantCulture, $"00000000-0000-7000-8000-{number:x12}"));

    /// <summary>Fills a migrated database that is empty.</summary>
    /// <param name="owner">Connection string of the owner role.</param>
    public async Task FillAsync(string owner)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(owner) { CommandTimeout = 0 }.ToString());
        await using var connection = await source.OpenConnectionAsync();
        await RunAsync(connection, "SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'");
        foreach (var table in Tables) await RunAsync(connection, $"ALTER TABLE {table} DISABLE TRIGGER USER");
        var indexes = new List<string>();
        foreach (var table in Large) indexes.AddRange(await TakeIndexesAsync(connection, table));
        foreach (var statement in Statements) await RunAsync(connection, statement);
        foreach (var index in indexes) await RunAsync(connection, index);
        foreach (var table in Tables) await RunAsync(connection, $"ALTER TABLE {table} ENABLE TRIGGER USER");
        await RunAsync(connection, "VACUUM ANALYZE");
    }

    private string[] Statements =>
    [
        $"""
        INSERT INTO principal (id, kind, name, valid_from, created_at) VALUES ('{Agency}', 'System', 'Generated', now(), now());
        INSERT INTO agency (id, name, kind, created_at) VALUES ('{Agency}', 'Sở Nội vụ', 'Submitting', now());
        INSERT INTO agreement (id, agency_id, code, title, created_at) VALUES ('{Agency}', '{Agency}', 'A', 'A', now());
        INSERT INTO agreement_version (id, agreement_id, version, effective_from, terms, created_at) VALUES ('{Agency}', '{Agency}', 1, now(), '{"{}"}', now());
        INSERT INTO store (name, kind, address, failure_domain, registered_at) VALUES ('first', 'FileSystem', '/first', '{"{}"}', now()), ('second', 'FileSystem', '/second', '{"{}"}', now());
        """,
        $"""
        CREATE TEMP TABLE made AS SELECT n, {Id("8000", "n")} AS id, {Id("9000", "n")} AS submission, now() - make_interval(secs => 7776000.0 * ((n::bigint * 7919) % {Packages}) / {Packages}) AS read_at,
            'ocfl/' || substr(h, 1, 3) || '/' || substr(h, 4, 3) || '/' || substr(h, 7, 3) || '/' || h || '/' AS prefix
        FROM (SELECT n, encode(sha256(('urn:uuid:' || {Id("8000", "n")})::bytea), 'hex') AS h FROM generate_series(1, {Packages}) n) x
        """,
        """
        INSERT INTO submission (id, agency_id, agreement_version_id, submitted_by, state, file_name, bytes, sha256, package_id, title, received_at, ended_at)
        SELECT submission, a.id, a.id, a.id, 'Preserved', 'goi-' || n || '.zip', 1000000, sha256(n::text::bytea), m.id, 'Hồ sơ ' || n, read_at - interval '1 year', read_at - interval '1 year' FROM made m, agency a
        """,
        $"""
        INSERT INTO package (id, submission_id, producer_id, custodian_id, agreement_version_id, kind, title, head_version, preserved_at, files, bytes)
        SELECT m.id, submission, a.id, a.id, a.id, 'tt05', 'Hồ sơ ' || n, 1, read_at - interval '1 year', {FilesEach}, {FilesEach} * 50000 FROM made m, agency a;
        INSERT INTO package_version (package_id, version, submission_id, inventory_sha512, message, created_at) SELECT id, 1, submission, sha512(n::text::bytea), 'ingest', read_at - interval '1 year' FROM made;
        """,
        $"""
        INSERT INTO dossier (id, package_id, code, title, fields) SELECT {Id("b000", "n")}, id, 'H49.' || n, 'Hồ sơ ' || n, '{"{}"}' FROM made;
        INSERT INTO document (id, package_id, code, number, notation, fields, version_from)
        SELECT {Id("c000", $"n::bigint * {Documents} + d")}, id, 'D' || d, (n % 1000)::text, 'QĐ-UBND', '{"{}"}', 1 FROM made, generate_series(0, {Documents - 1}) d;
        INSERT INTO dossier_document (dossier_id, document_id, ordinal) SELECT {Id("b000", "n")}, {Id("c000", $"n::bigint * {Documents} + d")}, d FROM made, generate_series(0, {Documents - 1}) d;
        """,
        $"""
        INSERT INTO file (package_id, logical_path, version_from, bytes, sha256, sha512, puid, format, media_type)
        SELECT id, 'representations/rep1/data/van-ban-' || f || '.pdf', 1, 50000, sha256((n || '/' || f)::bytea), sha512((n || '/' || f)::bytea), 'fmt/354', 'PDF/A', 'application/pdf' FROM made, generate_series(1, {FilesEach}) f
        """,
        $"""
        INSERT INTO package_copy (package_id, object_id, store, version, state, verified_at, last_read_at, last_result, plan, due_at, keys, bytes)
        SELECT id, 'urn:uuid:' || id, name, 1, CASE WHEN n % 10000 = 1 THEN 'Missing' ELSE 'Good' END, read_at, read_at, 'Ok', 'default/90', read_at + interval '82 days' + (n % 8) * interval '1 day', {FilesEach + 5}, {FilesEach} * 50000 + 12000 FROM made, store
        """,
        $"""
        INSERT INTO copy (package_id, store, key, role, version, encoding, bytes, sha512, state, written_at, last_read_at, last_result)
        SELECT id, name, prefix || 'v1/content/representations/rep1/data/van-ban-' || f || '.pdf', 'Content', 1, 'identity', 50000, sha512((n || '/' || f)::bytea), 'Good', read_at, read_at, 'Ok' FROM made, store, generate_series(1, {FilesEach}) f;
        INSERT INTO copy (package_id, store, key, role, version, encoding, bytes, sha512, state, written_at, last_read_at, last_result)
        SELECT id, name, prefix || k.key, k.role, 1, 'identity', 2400, sha512((n || k.key)::bytea), 'Good', read_at, read_at, 'Ok' FROM made, store,
            (VALUES ('inventory.json', 'Inventory'), ('inventory.json.sha512', 'Sidecar'), ('0=ocfl_object_1.1', 'Declaration'), ('v1/inventory.json', 'Inventory'), ('v1/inventory.json.sha512', 'Sidecar')) AS k (key, role);
        """,
        """
        INSERT INTO fixity_run (id, kind, state, created_at, ended_at, cutoff, copies_read, files_read, bytes_read)
        SELECT ('00000000-0000-7000-d000-' || lpad(to_hex(d), 12, '0'))::uuid, 'Scheduled', 'Ended', now() - d * interval '1 day', now() - d * interval '1 day' + interval '1 hour', now() - (90 + d) * interval '1 day', 1000, 25000, 1000000000 FROM generate_series(0, 89) d;
        SELECT fixity_result_month((now() - interval '1 month' * m)::date) FROM generate_series(0, 3) m;
        INSERT INTO fixity_result (at, store, package_id, run_id, outcome, keys, bytes)
        SELECT c.last_read_at, c.store, c.package_id, '00000000-0000-7000-d000-000000000001', 'Ok', c.keys, c.bytes FROM package_copy c;
        """,
        """
        INSERT INTO fixity_problem (id, run_id, package_id, store, key, outcome, expected_sha512, found_at, action)
        SELECT gen_random_uuid(), '00000000-0000-7000-d000-000000000001', c.package_id, c.store, c.key, 'Missing', c.sha512, now() - random() * interval '90 days', 'kept, no good source'
        FROM package_copy p JOIN copy c USING (package_id, store) WHERE p.state = 'Missing' AND c.role = 'Content';
        INSERT INTO reconciliation_run (id, store, state, started_at, ended_at, keys_listed, keys_known) SELECT gen_random_uuid(), name, 'Ended', now() - d * interval '7 days', now() - d * interval '7 days', 1000, 1000 FROM store, generate_series(0, 12) d;
        INSERT INTO reconciliation_find (store, key, kind, run_id, package_id, object_prefix, expected_bytes, first_seen_at, last_seen_at)
        SELECT p.store, p.key, 'Missing', (SELECT id FROM reconciliation_run LIMIT 1), p.package_id, split_part(p.key, '/v1/', 1) || '/', 50000, p.found_at, p.found_at FROM fixity_problem p;
        """,
    ];

    private static string Id(string kind, string number) => $"('00000000-0000-7000-{kind}-' || lpad(to_hex({number}), 12, '0'))::uuid";

    // Indexes are made faster over rows that are there than row by row. The primary key stays: it grows at its end.
    private static async Task<List<string>> TakeIndexesAsync(NpgsqlConnection connection, string table)
    {
        var again = new List<string>();
        var away = new List<string>();
        await using (var command = new NpgsqlCommand($"""
            SELECT 'ALTER TABLE {table} DROP CONSTRAINT ' || conname, 'ALTER TABLE {table} ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype IN ('f', 'u')
            UNION ALL SELECT 'DROP INDEX ' || indexname, indexdef, false FROM pg_indexes i WHERE tablename = '{table}' AND schemaname = 'public' AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname) ORDER BY 3, 1
            """, connection))
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync()) (away, again) = ([.. away, reader.GetString(0)], [.. again, reader.GetString(1)]);
        foreach (var statement in away) await RunAsync(connection, statement);
        return again;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
