using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;

namespace Preservation.Workflow.Rebuild;

/// <summary>
/// Files of a package, version by version, as its inventory shows them; the journal adds what an inventory cannot say (identifier and format). What the
/// journal does not tell of is taken from the inventory alone.
/// </summary>
internal sealed class PackageFilesRebuild(NpgsqlConnection connection, string prefix, Guid package, Inventory inventory)
{
    private readonly Dictionary<int, Digest> _known = [];

    /// <summary>Digests of the inventories of all versions; null when the object is not the one the catalogue means.</summary>
    public async Task<ImmutableDictionary<int, Digest>?> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await RebuildDatabase.RowsAsync(connection, "SELECT version::text, encode(inventory_sha512, 'hex') FROM package_version WHERE package_id = $1", cancellationToken, package))
            _known[int.Parse(row[0]!, CultureInfo.InvariantCulture)] = new Digest(DigestAlgorithm.Sha512, [.. Convert.FromHexString(row[1]!)]);
        var head = inventory.Head.Number;
        if (_known.Keys.DefaultIfEmpty(0).Max() > head) return await RefuseAsync($"the store's copy ends with v{head}, the journal tells of later versions", cancellationToken);
        if (_known.TryGetValue(head, out var stated) && stated != inventory.BytesDigest) return await RefuseAsync($"the inventory of v{head} is not the one that was recorded", cancellationToken);
        await FillAsync("rebuild_content (path, sha512)", inventory.Contents.Select(c => (c.ContentPath, c.Digest.Bytes.ToArray())), cancellationToken);
        await FillAsync("rebuild_fixity (path, sha256)", inventory.Fixity.Where(f => f.Algorithm == "sha256").Select(f => (f.ContentPath, Convert.FromHexString(f.Value))), cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, "ANALYZE rebuild_content; ANALYZE rebuild_fixity", cancellationToken);
        foreach (var version in inventory.Versions)
        {
            if (!_known.ContainsKey(version.Number.Number)) await TakeOverAsync(version, cancellationToken);
            await VersionAsync(version.Number.Number, cancellationToken);
        }
        return _known.ToImmutableDictionary();
    }

    private async Task<ImmutableDictionary<int, Digest>?> RefuseAsync(string problem, CancellationToken cancellationToken)
    {
        await RebuildDatabase.NoteAsync(connection, inventory.Id, problem, cancellationToken);
        return null;
    }

    // The object says of a version that the journal does not know of what it can: the object is the truth, and only the newest can be affected.
    private async Task TakeOverAsync(InventoryVersion version, CancellationToken cancellationToken)
    {
        var number = version.Number.Number;
        if (number != inventory.Head.Number) return;
        _known[number] = inventory.BytesDigest;
        await RebuildDatabase.ExecuteAsync(connection, "INSERT INTO package_version (package_id, version, inventory_sha512, message, created_at) VALUES ($1, $2, $3, $4, $5)", cancellationToken,
            package, number, inventory.BytesDigest.Bytes.ToArray(), version.Message ?? "", version.Created.ToUniversalTime());
        await RebuildDatabase.ExecuteAsync(connection, "UPDATE package SET head_version = $2 WHERE id = $1", cancellationToken, package, number);
        await RebuildDatabase.ExecuteAsync(connection, "UPDATE package_copy SET version = $2, last_read_at = 'epoch' WHERE package_id = $1", cancellationToken, package, number);
        await RebuildDatabase.LackAsync(connection, $"v{number} of {inventory.Id} was not yet journaled: it was taken over from the object, without its submission and documents.", cancellationToken);
    }

    private async Task VersionAsync(int version, CancellationToken cancellationToken)
    {
        await RebuildDatabase.ExecuteAsync(connection, "DELETE FROM rebuild_state", cancellationToken);
        await FillAsync("rebuild_state (path, sha512)", inventory.StateOf(version).Select(s => (s.LogicalPath, s.Digest.Bytes.ToArray())), cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, "ANALYZE rebuild_state", cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, """
            UPDATE file SET version_until = $2 WHERE package_id = $1 AND version_from < $2 AND version_until IS NULL
                AND NOT EXISTS (SELECT FROM rebuild_state s WHERE s.path = file.logical_path AND s.sha512 = file.sha512)
            """, cancellationToken, package, version);
        await RebuildDatabase.ExecuteAsync(connection, """
            INSERT INTO file (id, package_id, logical_path, version_from, bytes, sha256, sha512, puid, format, media_type) OVERRIDING SYSTEM VALUE
            SELECT r.id, r.package_id, r.logical_path, r.version_from, r.bytes, d.sha256, s.sha512, r.puid, r.format, r.media_type
            FROM rebuild.row_file r JOIN rebuild_state s ON s.path = r.logical_path
            JOIN (SELECT DISTINCT ON (c.sha512) c.sha512, f.sha256 FROM rebuild_content c JOIN rebuild_fixity f ON f.path = c.path) d ON d.sha512 = s.sha512
            WHERE r.package_id = $1 AND r.version_from = $2 ON CONFLICT DO NOTHING
            """, cancellationToken, package, version);
        var unjournaled = await RebuildDatabase.ExecuteAsync(connection, $"""
            INSERT INTO file (package_id, logical_path, version_from, bytes, sha256, sha512)
            SELECT $1, s.path, $2, l.bytes, d.sha256, s.sha512 FROM rebuild_state s
            JOIN (SELECT DISTINCT ON (c.sha512) c.sha512, c.path, f.sha256 FROM rebuild_content c JOIN rebuild_fixity f ON f.path = c.path) d ON d.sha512 = s.sha512
            JOIN rebuild.listed l ON l.key = '{prefix}' || d.path
            WHERE {NotShown} ON CONFLICT DO NOTHING
            """, cancellationToken, package, version);
        if (unjournaled > 0)
            await RebuildDatabase.NoteAsync(connection, inventory.Id, string.Create(CultureInfo.InvariantCulture, $"{unjournaled} files of v{version} are in no journal: taken from the inventory, without format and under new identifiers"), cancellationToken);
        if (await RebuildDatabase.ScalarAsync(connection, $"SELECT count(*) FROM rebuild_state s WHERE {NotShown}", cancellationToken, package, version) is long left and > 0)
            await RebuildDatabase.NoteAsync(connection, inventory.Id, string.Create(CultureInfo.InvariantCulture, $"{left} files of v{version} could not be entered: the inventory gives no SHA-256, or the store has not the content"), cancellationToken);
        if (await RebuildDatabase.ScalarAsync(connection, "SELECT count(*) FROM rebuild.row_file r WHERE r.package_id = $1 AND r.version_from = $2 AND NOT EXISTS (SELECT FROM file f WHERE f.id = r.id)", cancellationToken, package, version) is long other and > 0)
            await RebuildDatabase.NoteAsync(connection, inventory.Id, string.Create(CultureInfo.InvariantCulture, $"{other} files that the journal tells of are not in v{version} of the object"), cancellationToken);
    }

    private const string NotShown = """
        NOT EXISTS (SELECT FROM file f WHERE f.package_id = $1 AND f.logical_path = s.path AND f.sha512 = s.sha512 AND f.version_from <= $2 AND (f.version_until IS NULL OR f.version_until > $2))
        """;

    private async Task FillAsync(string table, IEnumerable<(string Path, byte[] Digest)> rows, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {table} FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var (path, digest) in rows)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(path, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(digest, NpgsqlDbType.Bytea, cancellationToken);
        }
        await copy.CompleteAsync(cancellationToken);
    }
}
