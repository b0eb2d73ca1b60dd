using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Workflow.Fixity;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Digests of contents by functions that ingest does not take: from the catalogue where it holds the content, else from a fixity run over its object.</summary>
internal static class FurtherDigests
{
    private const int MostRows = 1_000;
    private const int MostMaterial = 20;
    private const int MostRuns = 100;

    /// <summary>The digests by a function that are known, by SHA-512.</summary>
    public static async Task<Dictionary<string, byte[]>> KnownAsync(CatalogueSession session, DigestAlgorithm algorithm, IEnumerable<byte[]> contents, CancellationToken cancellationToken)
    {
        var sought = contents.ToArray();
        return await session.Rows.ContentDigests.AsNoTracking().Where(c => c.Algorithm == algorithm.Name && sought.Contains(c.Sha512)).ToDictionaryAsync(c => Convert.ToHexString(c.Sha512), c => c.Digest, cancellationToken);
    }

    /// <summary>Digests some of the receipts, frozen documents, heads of the audit log and pieces of validation material that were not read by a function since then; how many.</summary>
    public static async Task<int> ReadCatalogueAsync(CatalogueSession session, DigestAlgorithm algorithm, DateTimeOffset since, bool withMaterial, CancellationToken cancellationToken)
    {
        var digests = new List<(byte[] Sha512, byte[] Digest)>();
        await using (var command = session.Command("""
            SELECT d.sha512, d.content FROM (
                SELECT r.sha512, r.body AS content FROM receipt r WHERE sha512(r.body) = r.sha512
                UNION SELECT p.sha512, p.body FROM frozen_document_part p WHERE sha512(p.body) = p.sha512
                UNION SELECT sha512(a.head), a.head FROM audit_batch a) AS d
            WHERE NOT EXISTS (SELECT FROM content_digest c WHERE c.sha512 = d.sha512 AND c.algorithm = $1 AND c.read_at >= $3) LIMIT $2
            """, algorithm.Name, MostRows, since))
            await ReadAsync(command);
        if (withMaterial)
            await using (var command = session.Command("""
                SELECT m.sha512, m.content FROM validation_material m JOIN evidence_due d ON d.kind = 'Material' AND d.subject = m.id::text
                WHERE NOT EXISTS (SELECT FROM content_digest c WHERE c.sha512 = m.sha512 AND c.algorithm = $1) LIMIT $2
                """, algorithm.Name, MostMaterial))
                await ReadAsync(command);
        if (digests.Count == 0) return 0;
        await using var keep = session.Command("INSERT INTO content_digest (sha512, algorithm, digest, read_at) SELECT t.sha512, $3, t.digest, $4 FROM unnest($1::bytea[], $2::bytea[]) AS t (sha512, digest) ON CONFLICT (sha512, algorithm) DO UPDATE SET read_at = excluded.read_at",
            digests.Select(d => d.Sha512).ToArray(), digests.Select(d => d.Digest).ToArray(), algorithm.Name, session.Now);
        await keep.ExecuteNonQueryAsync(cancellationToken);
        return digests.Count;

        async Task ReadAsync(Npgsql.NpgsqlCommand command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) digests.Add(((byte[])reader[0], [.. algorithm.Compute((byte[])reader[1]).Bytes]));
        }
    }

    /// <summary>Enters fixity runs, at most one a day and object, over what waits for a digest by a function in use.</summary>
    public static async Task EnterRunsAsync(CatalogueSession session, IEnumerable<EvidenceDue> waiting, CancellationToken cancellationToken)
    {
        var since = session.Now - TimeSpan.FromDays(1);
        var objects = waiting.Select(d => d.PackageId ?? (d.Kind == LeafKind.Verdict ? Guid.Parse(d.Subject) : null)).OfType<Guid>().Distinct().Take(MostRuns).ToArray();
        var under = await session.Rows.FixityRuns.Where(r => r.PackageId != null && objects.Contains(r.PackageId.Value) && (r.State == RunState.Running || r.CreatedAt > since)).Select(r => r.PackageId!.Value).ToListAsync(cancellationToken);
        foreach (var one in objects.Except(under)) FixityRunner.Add(session, RunKind.OnDemand, null, one, session.Now);
    }
}
