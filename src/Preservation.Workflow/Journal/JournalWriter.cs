using System.IO.Compression;
using System.Security.Cryptography;
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

namespace Preservation.Workflow.Journal;

/// <summary>
/// Writes what the objects on the stores do not tell by themselves (people, grants, agreements, submissions and findings, receipts, tasks, events, the
/// audit log, identifiers and formats of files, states of copies) to every store: row changes gathered by the database, in numbered segments, each an
/// OCFL object of its own, compressed JSON lines. Details of audit entries stay out, so that they can be erased. The catalogue is made again of it
/// by <see cref="Rebuild.CatalogueRebuild"/>.
/// </summary>
public sealed class JournalWriter(CatalogueSessions sessions, CopyWriter copies, StoreSet stores, IOptions<PreservationOptions> options)
{
    private const int MaxEntries = 50_000;
    private const long MaxCharacters = 32 << 20; // a segment is made in memory
    private const long JournalLock = 0x5052_4553_4A4F_55;

    /// <summary>Closes segments over what is open and brings every unwritten segment to the stores.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await CloseSegmentAsync(cancellationToken)) { }
        while (await NextUnwrittenAsync(cancellationToken) is { } segment) await StoreAsync(segment, cancellationToken);
    }

    // The bytes of a segment are fixed here, once: a writer that dies is followed by one that writes the same. True when more may be open.
    private async Task<bool> CloseSegmentAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var tryLock = session.Command("SELECT pg_try_advisory_xact_lock($1)", JournalLock))
            if (await tryLock.ExecuteScalarAsync(cancellationToken) is not true) return false;
        if (await LastAsync(session, cancellationToken) is not { } last) return false;
        var entries = await session.Rows.JournalEntries.AsNoTracking().Where(e => e.Segment == null && e.Id <= last).OrderBy(e => e.Id).ToListAsync(cancellationToken);
        var number = (await session.Rows.JournalSegments.MaxAsync(s => (long?)s.Number, cancellationToken) ?? 0) + 1;
        var content = Pack(entries);
        session.Rows.JournalSegments.Add(new JournalSegment
        {
            Number = number, ObjectId = $"urn:uuid:{Guid.CreateVersion7(session.Now)}", Entries = entries.Count, Sha512 = SHA512.HashData(content), Content = content, CreatedAt = session.Now,
        });
        await session.FlushAsync(cancellationToken);
        await using (var mark = session.Command("UPDATE journal_entry SET segment = $1 WHERE id = ANY ($2)", number, entries.Select(e => e.Id).ToArray()))
            await mark.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return true;
    }

    // The last entry that still fits, and the first one however large it is.
    private static async Task<long?> LastAsync(CatalogueSession session, CancellationToken cancellationToken)
    {
        await using var last = session.Command("""
            SELECT max(id) FROM (SELECT id, row_number() OVER w AS number, sum(characters) OVER w AS characters
                FROM (SELECT id, length(row_data::text) AS characters FROM journal_entry WHERE segment IS NULL ORDER BY id LIMIT $1) AS open WINDOW w AS (ORDER BY id)) AS open
            WHERE number = 1 OR characters <= $2
            """, MaxEntries, MaxCharacters);
        return await last.ExecuteScalarAsync(cancellationToken) as long?;
    }

    private async Task<JournalSegment?> NextUnwrittenAsync(CancellationToken cancellationToken)
    {
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        return await session.Rows.JournalSegments.AsNoTracking().Where(s => s.StoredAt == null).OrderBy(s => s.Number).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task StoreAsync(JournalSegment segment, CancellationToken cancellationToken)
    {
        var name = $"journal-{segment.Number:D8}.jsonl.br";
        var content = segment.Content!;
        using var plan = VersionPlan.Create(null, segment.ObjectId,
            [new PlannedFile(name, content.Length, DigestAlgorithm.Sha512.Compute(content), [DigestAlgorithm.Sha256.Compute(content)])],
            segment.CreatedAt, $"journal segment {segment.Number}", new VersionUser(Events.Software, "info:preservation/server"));
        var proven = await copies.WriteAsync(plan, (_, _) => Task.FromResult<Stream>(new MemoryStream(content, writable: false)), cancellationToken);
        stores.Require(options.Value.Copies, proven);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        await using (var mark = session.Command("UPDATE journal_segment SET stored_at = $2, content = NULL WHERE number = $1 AND stored_at IS NULL", segment.Number, session.Now))
            if (await mark.ExecuteNonQueryAsync(cancellationToken) == 0) return; // another process was faster, with the same bytes
        await using (var done = session.Command("DELETE FROM journal_entry WHERE segment = $1", segment.Number)) await done.ExecuteNonQueryAsync(cancellationToken);
        await CopyWriter.RecordAsync(session, Guid.Parse(segment.ObjectId["urn:uuid:".Length..]), plan, proven, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    private static byte[] Pack(IEnumerable<JournalEntry> entries)
    {
        using var packed = new MemoryStream();
        using (var writer = new StreamWriter(new BrotliStream(packed, CompressionLevel.Optimal), new UTF8Encoding(false)) { NewLine = "\n" })
            foreach (var entry in entries)
                writer.WriteLine($$"""{"id":{{entry.Id}},"at":"{{entry.At.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ}}","table":"{{entry.TableName}}","operation":"{{entry.Operation}}","row":{{entry.RowData}}}""");
        return packed.ToArray();
    }
}
