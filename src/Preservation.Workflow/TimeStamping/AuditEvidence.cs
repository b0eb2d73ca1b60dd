using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Core.Files;
using Preservation.Core.Log;
using Preservation.Evidence.Export;
using Preservation.Evidence.TimeStamps;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Proves that entries stand in the audit log: their ways to the newest head that is time-stamped (RFC 9162 §2.1.3), and that head's own record.</summary>
/// <param name="session">One that sees everything.</param>
/// <param name="reading">Reads the head's record.</param>
/// <param name="trust">Knows the certificates above tokens.</param>
internal sealed class AuditEvidence(CatalogueSession session, RecordReading reading, TimeStampTrust trust)
{
    private const int Page = 200;

    /// <summary><c>proofs.json</c>, and what it leads to: <c>head.bin</c>, its record <c>head.ers</c>, and the answer over the tree's root; nothing before a head is time-stamped.</summary>
    public async IAsyncEnumerable<EvidencePart> PartsAsync(IReadOnlyCollection<long> entries, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (entries.Count == 0 || await HeadAsync(cancellationToken) is not { } leaf) yield break;
        var size = long.Parse(leaf.Subject, CultureInfo.InvariantCulture);
        var head = await session.Rows.AuditBatches.AsNoTracking().Where(b => b.TreeSize == size).OrderBy(b => b.Number).FirstAsync(cancellationToken);
        var batch = await reading.BatchAsync(leaf.BatchId, cancellationToken);
        var record = await reading.RecordAsync(leaf, cancellationToken);
        var row = (await reading.TokensAsync(batch.Id, cancellationToken)).Single(t => t.Id == record.Tokens[0].Id);
        if (!TimeStampResponse.TryDecode(row.Response!, out var response) || response.Token is not { } token) throw new InvalidOperationException("a stored time-stamp cannot be read");
        yield return EvidencePart.Of(EvidencePartKind.Audit, "head.bin", head.Head);
        yield return EvidencePart.Of(EvidencePartKind.Audit, "head.ers", record.Encoded.AsMemory());
        yield return EvidencePart.Of(EvidencePartKind.Audit, "head.tsr", row.Response!);
        yield return EvidencePart.Of(EvidencePartKind.Audit, "root.hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(batch.Root) + "\n"));
        yield return EvidencePart.Of(EvidencePartKind.Audit, "tsa-chain.pem", Encoding.ASCII.GetBytes(await trust.ChainPemAsync(token, cancellationToken)));
        yield return new EvidencePart(EvidencePartKind.Audit, "proofs.json", cancel => ProofsAsync(entries, head, leaf, batch, token.Time, cancel));
    }

    // The newest head in the newest proven batch that has any.
    private async Task<EvidenceLeaf?> HeadAsync(CancellationToken cancellationToken)
    {
        var batch = await session.Rows.EvidenceBatches.Where(b => b.Kind == BatchKind.Objects && session.Rows.EvidenceTokens.Any(t => t.Id == b.LeadToken && t.Token != null)
            && session.Rows.EvidenceLeaves.Any(l => l.BatchId == b.Id && l.Kind == LeafKind.AuditHead)).OrderByDescending(b => b.TokenTime).ThenByDescending(b => b.Algorithm).Select(b => (Guid?)b.Id).FirstOrDefaultAsync(cancellationToken);
        if (batch is not { } id) return null;
        var leaves = await session.Rows.EvidenceLeaves.AsNoTracking().Where(l => l.BatchId == id && l.Kind == LeafKind.AuditHead).OrderByDescending(l => l.Subject.Length).ThenByDescending(l => l.Subject).Take(1).ToListAsync(cancellationToken);
        return leaves[0];
    }

    private async Task<Stream> ProofsAsync(IReadOnlyCollection<long> entries, AuditBatch head, EvidenceLeaf leaf, EvidenceBatch batch, DateTimeOffset time, CancellationToken cancellationToken)
    {
        var file = TemporaryFile.Create();
        await using (var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("treeSize", head.TreeSize);
            writer.WriteString("head", Convert.ToHexStringLower(head.Head));
            await WriteStampAsync(writer, leaf, batch, time, cancellationToken);
            await WriteEntriesAsync(writer, entries, head.TreeSize, cancellationToken);
            writer.WriteEndObject();
        }
        file.Position = 0;
        return file;
    }

    private async Task WriteStampAsync(Utf8JsonWriter writer, EvidenceLeaf leaf, EvidenceBatch batch, DateTimeOffset time, CancellationToken cancellationToken)
    {
        writer.WriteStartObject("stamp");
        writer.WriteString("time", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("algorithm", DigestAlgorithm.Find(batch.Algorithm)!.Name);
        writer.WriteString("root", Convert.ToHexStringLower(batch.Root));
        writer.WriteStartArray("reducedHashTree");
        foreach (var list in await reading.ReducedTreeAsync(batch.Id, leaf.Ordinal, cancellationToken))
        {
            writer.WriteStartArray();
            foreach (var value in list) writer.WriteStringValue(value.Hex);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // Entries that came after the head are named, so that nobody takes their absence for a gap.
    private async Task WriteEntriesAsync(Utf8JsonWriter writer, IReadOnlyCollection<long> entries, long size, CancellationToken cancellationToken)
    {
        var tree = new AuditTree(session);
        var later = new List<long>();
        writer.WriteStartArray("entries");
        foreach (var some in entries.Order().Chunk(Page))
        {
            var rows = await session.Rows.AuditEntries.AsNoTracking().Where(e => some.Contains(e.Id))
                .Join(session.Rows.AuditSeals.Where(s => s.Sequence < size), e => e.Id, s => s.EntryId, (e, s) => new { Entry = e, s.Sequence }).OrderBy(x => x.Sequence).ToListAsync(cancellationToken);
            foreach (var row in rows)
            {
                writer.WriteStartObject();
                writer.WriteNumber("sequence", row.Sequence);
                writer.WriteString("skeleton", AuditJson.Skeleton(row.Entry));
                writer.WriteStartArray("proof");
                foreach (var hash in await tree.ProofAsync(MerkleLog.InclusionRanges(row.Sequence, size), cancellationToken)) writer.WriteStringValue(Convert.ToHexStringLower(hash.AsSpan()));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            later.AddRange(some.Except(rows.Select(r => r.Entry.Id)));
            await writer.FlushAsync(cancellationToken);
        }
        writer.WriteEndArray();
        writer.WriteStartArray("later");
        foreach (var id in later) writer.WriteNumberValue(id);
        writer.WriteEndArray();
    }
}
