using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Ocfl.Inventories;

namespace Preservation.Workflow.Rebuild;

/// <summary>Leaves of a tree from its object, and the pages above them worked out anew: they are entered only when they come to the root that was time-stamped.</summary>
internal sealed class EvidenceTreeRebuild(NpgsqlConnection connection, ProvenContents contents)
{
    private const string Leaves = "leaves.tsv";

    /// <summary>Enters the leaves; false when the object is no tree.</summary>
    public async Task<bool> RunAsync(Guid batch, Inventory inventory, CancellationToken cancellationToken)
    {
        var rows = await RebuildDatabase.RowsAsync(connection, """
            SELECT algorithm, encode(root, 'hex'), EXISTS (SELECT FROM evidence_leaf l WHERE l.batch_id = b.id)::text FROM evidence_batch b WHERE id = $1
            """, cancellationToken, batch);
        if (rows.Length == 0) return false;
        if (rows[0][2] == "true") return true;
        var (content, problem) = await contents.FileAsync(inventory, Leaves, cancellationToken);
        if (problem is not null) await RebuildDatabase.NoteAsync(connection, inventory.Id, problem, cancellationToken);
        if (content is null) return true;
        await using var _ = content;
        var algorithm = DigestAlgorithm.Find(rows[0][0]!) ?? throw new InvalidDataException($"{rows[0][0]} is no digest function");
        var writer = new HashTreePageWriter(algorithm);
        foreach (var leaf in Read(content)) writer.Add(new Digest(algorithm, [.. Convert.FromHexString(leaf[1])]));
        var (root, pages) = writer.Close();
        if (root.Hex != rows[0][1])
        {
            await RebuildDatabase.NoteAsync(connection, inventory.Id, "the leaves do not come to the root that was time-stamped", cancellationToken);
            return true;
        }
        content.Position = 0;
        await LeavesAsync(batch, Read(content), cancellationToken);
        foreach (var (height, page, nodes) in pages)
            await RebuildDatabase.ExecuteAsync(connection, "INSERT INTO evidence_page (batch_id, height, page, nodes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", cancellationToken, batch, height, page, nodes);
        return true;
    }

    private static IEnumerable<string[]> Read(Stream content)
    {
        using var lines = new StreamReader(content, leaveOpen: true);
        while (lines.ReadLine() is { } line) yield return line.Split('\t');
    }

    private async Task LeavesAsync(Guid batch, IEnumerable<string[]> leaves, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync("""
            COPY evidence_leaf (batch_id, ordinal, kind, digest, package_id, subject, content_digest, sequence_digest, prior_token, of_batch, of_ordinal, prior_tokens) FROM STDIN (FORMAT BINARY)
            """, cancellationToken);
        var ordinal = 0;
        foreach (var leaf in leaves)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(batch, NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(ordinal++, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(leaf[0], NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(Convert.FromHexString(leaf[1]), NpgsqlDbType.Bytea, cancellationToken);
            await WriteAsync(copy, leaf, 2, t => Guid.Parse(t), NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(leaf[3], NpgsqlDbType.Text, cancellationToken);
            await WriteAsync(copy, leaf, 4, Convert.FromHexString, NpgsqlDbType.Bytea, cancellationToken);
            await WriteAsync(copy, leaf, 5, Convert.FromHexString, NpgsqlDbType.Bytea, cancellationToken);
            await WriteAsync(copy, leaf, 6, t => Guid.Parse(t), NpgsqlDbType.Uuid, cancellationToken);
            await WriteAsync(copy, leaf, 7, t => Guid.Parse(t), NpgsqlDbType.Uuid, cancellationToken);
            await WriteAsync(copy, leaf, 8, t => int.Parse(t, CultureInfo.InvariantCulture), NpgsqlDbType.Integer, cancellationToken);
            await WriteAsync(copy, leaf, 9, t => t.Split(',').Select(Guid.Parse).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid, cancellationToken);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    private static Task WriteAsync<T>(NpgsqlBinaryImporter copy, string[] leaf, int field, Func<string, T> read, NpgsqlDbType type, CancellationToken cancellationToken) =>
        leaf.Length > field && leaf[field].Length > 0 ? copy.WriteAsync(read(leaf[field]), type, cancellationToken) : copy.WriteNullAsync(cancellationToken);
}
