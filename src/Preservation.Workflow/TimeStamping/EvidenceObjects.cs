using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Ocfl.Inventories;
using Preservation.Ocfl.Versions;
using Preservation.Workflow.Copies;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Options;

namespace Preservation.Workflow.TimeStamping;

/// <summary>
/// Writes trees and tokens to every store: a batch with the first token that was proven as one object, every further token as an object of its own. What an
/// object holds is fixed before its first byte is written, so that whoever goes on after an interruption writes the same.
/// </summary>
public sealed class EvidenceObjects(CatalogueSessions sessions, CopyWriter copies, StoreSet stores, IOptions<PreservationOptions> options)
{
    private const int Page = 10_000;

    /// <summary>Writes the batch and its first token, unless that was done.</summary>
    /// <exception cref="CopiesIncompleteException">A store does not have it.</exception>
    public async Task StoreAsync(EvidenceBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var token = await TokenAsync(batch.LeadToken!.Value, cancellationToken);
        await using var leaves = Temporary();
        await using var renewed = Temporary();
        await WriteLeavesAsync(batch.Id, leaves, cancellationToken);
        await WriteRenewedAsync(batch, renewed, cancellationToken);
        var files = FilesOf(batch, token);
        var planned = files.Select(f => PlannedFileOf(f.Key, f.Value)).Append(await PlannedFileOfAsync("leaves.tsv", leaves, cancellationToken)).ToList();
        if (renewed.Length > 0) planned.Add(await PlannedFileOfAsync("tokens.tsv", renewed, cancellationToken));
        using var plan = VersionPlan.Create(null, $"urn:uuid:{batch.Id}", planned.OrderBy(f => f.LogicalPath, StringComparer.Ordinal), token.TokenTime!.Value, $"evidence batch of {batch.Leaves} leaves", User);
        var proven = await WriteAsync(plan, (path, _) => Task.FromResult<Stream>(path switch { "leaves.tsv" => Again(leaves.Name), "tokens.tsv" => Again(renewed.Name), _ => new MemoryStream(files[path], writable: false) }), cancellationToken);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var mark = session.Command("UPDATE evidence_batch SET state = 'Stored', stored_at = $2, last_problem = NULL WHERE id = $1 AND state = 'Stamped'", batch.Id, session.Now))
            if (await mark.ExecuteNonQueryAsync(cancellationToken) == 0) return; // another process was faster, with the same bytes
        await MarkAsync(session, token.Id, cancellationToken);
        await CopyWriter.RecordAsync(session, batch.Id, plan, proven, cancellationToken);
        await TellAgenciesAsync(session, batch.Id, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    // Each agency is told how much of its own is under evidence now, and of nobody else's.
    private static async Task TellAgenciesAsync(CatalogueSession session, Guid batch, CancellationToken cancellationToken)
    {
        var told = await session.Rows.EvidenceLeaves.Where(l => l.BatchId == batch).Join(session.Rows.Packages, l => l.PackageId, p => (Guid?)p.Id, (l, p) => new { p.ProducerId, p.Id })
            .Distinct().GroupBy(p => p.ProducerId).Select(g => new { Agency = g.Key, Packages = g.Count() }).ToListAsync(cancellationToken);
        foreach (var one in told) session.Audit(null, one.Agency, "evidence.stored", "evidenceBatch", batch.ToString(), new { one.Packages });
    }

    /// <summary>Writes a further token of a batch, unless that was done.</summary>
    /// <exception cref="CopiesIncompleteException">A store does not have it.</exception>
    public async Task StoreAsync(EvidenceBatch batch, Guid further, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var token = await TokenAsync(further, cancellationToken);
        var files = FilesOf(batch, token);
        files["batch.txt"] = Encoding.ASCII.GetBytes($"urn:uuid:{batch.Id}\n");
        using var plan = VersionPlan.Create(null, $"urn:uuid:{token.Id}", files.Select(f => PlannedFileOf(f.Key, f.Value)), token.TokenTime!.Value, $"token {token.Slot} of evidence batch {batch.Id}", User);
        var proven = await WriteAsync(plan, (path, _) => Task.FromResult<Stream>(new MemoryStream(files[path], writable: false)), cancellationToken);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        if (await MarkAsync(session, token.Id, cancellationToken) == 0) return;
        await CopyWriter.RecordAsync(session, token.Id, plan, proven, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private static VersionUser User { get; } = new(Events.Software, "info:preservation/server");

    private static PlannedFile PlannedFileOf(string path, byte[] content) => new(path, content.Length, DigestAlgorithm.Sha512.Compute(content), [DigestAlgorithm.Sha256.Compute(content)]);

    private static async Task<PlannedFile> PlannedFileOfAsync(string path, FileStream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        var digests = await StreamDigest.ComputeAsync(content, [DigestAlgorithm.Sha512, DigestAlgorithm.Sha256], cancellationToken);
        return new PlannedFile(path, digests.Bytes, digests[DigestAlgorithm.Sha512], [digests[DigestAlgorithm.Sha256]]);
    }

    private static FileStream Temporary() => new(Path.GetTempFileName(), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });

    private static FileStream Again(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private async Task<ImmutableArray<ProvenCopy>> WriteAsync(VersionPlan plan, Func<string, CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        var proven = await copies.WriteAsync(plan, open, cancellationToken);
        stores.Require(options.Value.Copies, proven);
        return proven;
    }

    private async Task<EvidenceToken> TokenAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.EvidenceTokens.AsNoTracking().SingleAsync(t => t.Id == id, cancellationToken);
    }

    private static async Task<int> MarkAsync(CatalogueSession session, Guid token, CancellationToken cancellationToken)
    {
        await using var mark = session.Command("UPDATE evidence_token SET stored_at = $2 WHERE id = $1 AND stored_at IS NULL", token, session.Now);
        return await mark.ExecuteNonQueryAsync(cancellationToken);
    }

    private static SortedDictionary<string, byte[]> FilesOf(EvidenceBatch batch, EvidenceToken token) => new(StringComparer.Ordinal)
    {
        ["request.tsq"] = token.Request, ["root.hex"] = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(batch.Root) + "\n"), ["token.tsr"] = token.Response!, ["token.tst"] = token.Token!,
    };

    // Kind, digest, package, subject; of a hash-tree renewal also the digests it was made of, and where the chain before began and ended.
    private async Task WriteLeavesAsync(Guid batch, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        for (var from = 0; ; from += Page)
        {
            var (first, last) = (from, from + Page);
            var leaves = await session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.BatchId == batch && l.Ordinal >= first && l.Ordinal < last).OrderBy(l => l.Ordinal).ToListAsync(cancellationToken);
            foreach (var leaf in leaves)
            {
                await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{leaf.Kind}\t{Convert.ToHexStringLower(leaf.Digest)}\t{leaf.PackageId}\t{leaf.Subject}"));
                await writer.WriteLineAsync(leaf.ContentDigest is null ? ""
                    : string.Create(CultureInfo.InvariantCulture, $"\t{Convert.ToHexStringLower(leaf.ContentDigest)}\t{Convert.ToHexStringLower(leaf.SequenceDigest!)}\t{leaf.PriorToken}\t{leaf.OfBatch}\t{leaf.OfOrdinal}\t{string.Join(',', leaf.PriorTokens ?? [])}"));
            }
            if (leaves.Count < Page) return;
        }
    }

    // Tokens as this tree covers them, where that is more than what lies with their own batches: number and DER (base64).
    private async Task WriteRenewedAsync(EvidenceBatch batch, Stream output, CancellationToken cancellationToken)
    {
        if (batch.Kind == BatchKind.Objects) return;
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using var command = session.Command("""
            SELECT t.id, t.renewed_form FROM evidence_token t WHERE t.renewed_form <> t.token AND t.id IN (
                SELECT l.subject::uuid FROM evidence_leaf l WHERE l.batch_id = $1 AND l.kind = 'TimeStamp'
                UNION SELECT unnest(l.prior_tokens) FROM evidence_leaf l WHERE l.batch_id = $1 AND l.kind = 'Rehash') ORDER BY t.id
            """, batch.Id);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) await writer.WriteLineAsync($"{reader.GetGuid(0)}\t{Convert.ToBase64String((byte[])reader[1])}");
    }
}
