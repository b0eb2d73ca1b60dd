using System.Globalization;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Evidence.HashTrees;
using Preservation.Evidence.TimeStamps;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Enters a tree: the batch with its root, the leaves, the pages above them, and a request for each token with its nonce, all before anybody is asked.</summary>
internal static class NewBatch
{
    private const int Chunk = 10_000;

    public static async Task<Guid> AddAsync(
        CatalogueSession session, BatchKind kind, DigestAlgorithm algorithm, IReadOnlyList<NewLeaf> leaves, int slots, CancellationToken cancellationToken)
    {
        var writer = new HashTreePageWriter(algorithm);
        foreach (var leaf in leaves) writer.Add(new Digest(algorithm, [.. leaf.Digest]));
        var (root, pages) = writer.Close();
        var id = Guid.CreateVersion7(session.Now);
        var (objects, bytes) = await WeightAsync(session, leaves, cancellationToken);
        session.Rows.EvidenceBatches.Add(new EvidenceBatch
        {
            Id = id, State = EvidenceState.Asking, Kind = kind, Algorithm = algorithm.Name, Leaves = leaves.Count, Objects = objects, Bytes = bytes, Root = [.. root.Bytes], Slots = slots, CreatedAt = session.Now,
        });
        await session.FlushAsync(cancellationToken);
        foreach (var (chunk, at) in leaves.Chunk(Chunk).Select((c, i) => (c, i * Chunk))) await AddLeavesAsync(session, id, chunk, at, cancellationToken);
        await AddPagesAsync(session, id, pages, cancellationToken);
        for (var slot = 1; slot <= slots; slot++) session.Rows.EvidenceTokens.Add(Request(session, id, slot, root));
        await session.FlushAsync(cancellationToken);
        return id;
    }

    // Through a tree over tokens stand the objects of all their trees, each tree once.
    private static async Task<(long Objects, long Bytes)> WeightAsync(CatalogueSession session, IReadOnlyList<NewLeaf> leaves, CancellationToken cancellationToken)
    {
        var (objects, bytes) = (0L, 0L);
        var trees = new Dictionary<Guid, (long Objects, long Bytes)>();
        foreach (var chunk in leaves.Chunk(Chunk))
        {
            var of = chunk.Select(l => l.Kind == LeafKind.Rehash && l.Subject.IndexOf(':', StringComparison.Ordinal) is > 0 and var at ? (Kind: Enum.Parse<LeafKind>(l.Subject[..at]), Subject: l.Subject[(at + 1)..]) : (l.Kind, l.Subject)).ToLookup(l => l.Kind, l => l.Subject);
            objects += chunk.Length - of[LeafKind.TimeStamp].Count();
            await using (var sum = session.Command("""
                SELECT coalesce((SELECT sum(bytes) FROM file WHERE id = ANY($1)), 0) + coalesce((SELECT sum(length(body)) FROM receipt WHERE id = ANY($2)), 0)
                    + coalesce((SELECT sum(length(content)) FROM validation_material WHERE id = ANY($3)), 0)
                    + coalesce((SELECT sum(length(p.body)) FROM frozen_document_part p JOIN unnest($4::text[]) AS t (subject) ON p.document_id = split_part(t.subject, '/', 1)::uuid AND p.name = split_part(t.subject, '/', 2)), 0)
                """, of[LeafKind.File].Select(s => long.Parse(s, CultureInfo.InvariantCulture)).ToArray(), of[LeafKind.Receipt].Select(Guid.Parse).ToArray(), of[LeafKind.Material].Select(Guid.Parse).ToArray(), of[LeafKind.Document].ToArray()))
                bytes += Convert.ToInt64(await sum.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
            await using var under = session.Command("SELECT DISTINCT b.id, b.objects, b.bytes FROM evidence_token t JOIN evidence_batch b ON b.id = t.batch_id WHERE t.id = ANY($1)", of[LeafKind.TimeStamp].Select(Guid.Parse).ToArray());
            await using var reader = await under.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) trees[reader.GetGuid(0)] = (reader.GetInt64(1), reader.GetInt64(2));
        }
        return (objects + trees.Values.Sum(t => t.Objects), bytes + trees.Values.Sum(t => t.Bytes));
    }

    /// <summary>A request for a token, with a nonce of its own.</summary>
    public static EvidenceToken Request(CatalogueSession session, Guid batch, int slot, Digest root)
    {
        var request = TimeStampRequest.Create(root);
        return new EvidenceToken
        {
            Id = Guid.CreateVersion7(session.Now), BatchId = batch, Slot = slot, State = TokenState.Asking,
            Nonce = request.Nonce!.Value.ToByteArray(isUnsigned: true, isBigEndian: true), Request = [.. request.Encoded], CreatedAt = session.Now,
        };
    }

    public static async Task AddPagesAsync(CatalogueSession session, Guid batch, IReadOnlyList<(int Height, int Page, byte[] Nodes)> pages, CancellationToken cancellationToken)
    {
        await using var insert = session.Command("""
            INSERT INTO evidence_page (batch_id, height, page, nodes) SELECT $1, t.* FROM unnest($2::integer[], $3::integer[], $4::bytea[]) AS t ON CONFLICT DO NOTHING
            """, batch, pages.Select(p => p.Height).ToArray(), pages.Select(p => p.Page).ToArray(), pages.Select(p => p.Nodes).ToArray());
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task AddLeavesAsync(CatalogueSession session, Guid batch, NewLeaf[] leaves, int at, CancellationToken cancellationToken)
    {
        await using var insert = session.Command("""
            INSERT INTO evidence_leaf (batch_id, ordinal, kind, digest, package_id, subject, content_digest, sequence_digest, prior_tokens, prior_token, of_batch, of_ordinal)
            SELECT $1, $2 + t.ordinal - 1, t.kind, t.digest, t.package, t.subject, t.content, t.sequence, p.prior, p.prior[cardinality(p.prior)], t.of_batch, t.of_ordinal
            FROM unnest($3::text[], $4::bytea[], $5::uuid[], $6::text[], $7::bytea[], $8::bytea[], $9::text[], $10::uuid[], $11::integer[])
                WITH ORDINALITY AS t (kind, digest, package, subject, content, sequence, prior, of_batch, of_ordinal, ordinal)
                CROSS JOIN LATERAL (SELECT string_to_array(t.prior, ' ')::uuid[] AS prior) AS p
            """, batch, at, leaves.Select(l => l.Kind.ToString()).ToArray(), leaves.Select(l => l.Digest).ToArray(), leaves.Select(l => l.Package).ToArray(), leaves.Select(l => l.Subject).ToArray(),
            leaves.Select(l => l.Rehash?.ContentDigest).ToArray(), leaves.Select(l => l.Rehash?.SequenceDigest).ToArray(), leaves.Select(l => l.Rehash is { } r ? string.Join(' ', r.PriorTokens) : null).ToArray(),
            leaves.Select(l => l.Rehash?.OfBatch).ToArray(), leaves.Select(l => l.Rehash?.OfOrdinal).ToArray());
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }
}
