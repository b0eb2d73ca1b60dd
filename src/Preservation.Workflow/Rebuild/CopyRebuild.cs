using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Storage.Ocfl;
using Preservation.Workflow.Copies;

namespace Preservation.Workflow.Rebuild;

/// <summary>Every key of an object on every store that has a copy of it. What the listing of the store shows otherwise is noted.</summary>
internal sealed class CopyRebuild(NpgsqlConnection connection, OcflStore from)
{
    /// <summary>Enters the keys of an object.</summary>
    /// <param name="inventory">The object.</param>
    /// <param name="digests">Digests of the inventories of its versions, as far as they are known; of the newest one in any case by itself.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public async Task RunAsync(Inventory inventory, ImmutableDictionary<int, Digest> digests, CancellationToken cancellationToken)
    {
        var prefix = from.ObjectPrefix(inventory.Id);
        await using (var copy = await connection.BeginBinaryImportAsync("COPY rebuild_key (key, role, version, bytes, sha512) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            foreach (var key in from.KeysOf(inventory))
            {
                var version = VersionOf(key.Key[prefix.Length..]) ?? inventory.Head.Number;
                var role = CopyWriter.RoleOf(key.Key);
                var (digest, bytes) = (key.Digest, key.Bytes);
                if (digest is null && digests.TryGetValue(version, out var known))
                    (digest, bytes) = role == CopyRole.Sidecar ? (DigestAlgorithm.Sha512.Compute(Sidecar.ToBytes(known)), Sidecar.ToBytes(known).Length) : (known, (long?)null);
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(key.Key, NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(role.ToString(), NpgsqlDbType.Text, cancellationToken);
                await copy.WriteAsync(version, NpgsqlDbType.Integer, cancellationToken);
                if (bytes is { } length) await copy.WriteAsync(length, NpgsqlDbType.Bigint, cancellationToken);
                else await copy.WriteNullAsync(cancellationToken);
                if (digest is not null) await copy.WriteAsync(digest.Bytes.ToArray(), NpgsqlDbType.Bytea, cancellationToken);
                else await copy.WriteNullAsync(cancellationToken);
            }
            await copy.CompleteAsync(cancellationToken);
        }
        await RebuildDatabase.ExecuteAsync(connection, "ANALYZE rebuild_key", cancellationToken);
        await EnterAsync(inventory.Id, cancellationToken);
    }

    // Lengths: of inventories and their kin from themselves, of contents from the catalogue's files, of other objects' contents from the listing.
    private async Task EnterAsync(string id, CancellationToken cancellationToken)
    {
        await RebuildDatabase.ExecuteAsync(connection, """
            UPDATE rebuild_key k SET bytes = f.bytes FROM (SELECT DISTINCT ON (sha512) sha512, bytes FROM file WHERE package_id = split_part($1, 'urn:uuid:', 2)::uuid) f WHERE k.bytes IS NULL AND f.sha512 = k.sha512
            """, cancellationToken, id);
        await RebuildDatabase.ExecuteAsync(connection, """
            INSERT INTO rebuild.problem (subject, problem)
            SELECT $1, k.key || CASE WHEN l.key IS NULL THEN ' is missing on the store' ELSE ' has ' || l.bytes || ' bytes on the store instead of ' || k.bytes END
            FROM rebuild_key k LEFT JOIN rebuild.listed l ON l.key = k.key WHERE l.key IS NULL OR l.bytes <> k.bytes ON CONFLICT DO NOTHING
            """, cancellationToken, id);
        await RebuildDatabase.ExecuteAsync(connection, "UPDATE rebuild_key k SET bytes = l.bytes FROM rebuild.listed l WHERE k.bytes IS NULL AND l.key = k.key", cancellationToken);
        await RebuildDatabase.ExecuteAsync(connection, """
            INSERT INTO copy (package_id, store, key, role, version, encoding, bytes, sha512, state, written_at, last_read_at, last_result)
            SELECT p.package_id, p.store, k.key, k.role, k.version, 'identity', k.bytes, k.sha512, p.state, coalesce(v.created_at, p.verified_at), p.last_read_at, p.last_result
            FROM rebuild_key k CROSS JOIN package_copy p LEFT JOIN package_version v ON v.package_id = p.package_id AND v.version = k.version
            WHERE p.object_id = $1 AND k.bytes IS NOT NULL AND k.sha512 IS NOT NULL
            ON CONFLICT (store, key) DO UPDATE SET version = excluded.version, bytes = excluded.bytes, sha512 = excluded.sha512
            """, cancellationToken, id);
    }

    private static int? VersionOf(string path) =>
        path[0] == 'v' && path.IndexOf('/', StringComparison.Ordinal) is var slash and > 1 && int.TryParse(path.AsSpan(1, slash - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
