using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Rebuild;

/// <summary>The last steps: what is due for evidence, the journal's own rows, what was at work, and the entry that tells of it all.</summary>
internal sealed class RebuildEnd(RebuildDatabase database, NpgsqlDataSource owner, string store, TimeProvider clock)
{
    private const string Due = """
        ALTER TABLE evidence_due DISABLE TRIGGER USER;
        DELETE FROM evidence_due;
        INSERT INTO evidence_due (kind, subject, package_id, version, sha256, sha512, since)
        SELECT * FROM (
            SELECT 'File' AS kind, f.id::text AS subject, f.package_id, f.version_from, f.sha256, f.sha512, NULL::timestamptz FROM file f
            UNION ALL SELECT 'Inventory', v.package_id || '/v' || v.version, v.package_id, v.version, NULL, v.inventory_sha512, v.created_at FROM package_version v
            UNION ALL SELECT 'Receipt', r.id::text, NULL, NULL, sha256(r.body), r.sha512, r.issued_at FROM receipt r
            UNION ALL SELECT 'Material', m.id::text, NULL, NULL, sha256(m.content), m.sha512, m.fetched_at FROM validation_material m
            UNION ALL SELECT 'Document', p.document_id || '/' || p.name, NULL, NULL, sha256(p.body), p.sha512, p.added_at FROM frozen_document_part p
            UNION ALL SELECT 'Verdict', d.id::text, NULL, NULL, NULL, d.inventory_sha512, d.recorded_at FROM verdict_making d WHERE d.inventory_sha512 IS NOT NULL AND d.recorded_at IS NOT NULL
            UNION ALL SELECT 'AuditHead', b.tree_size::text, NULL, NULL, sha256(b.head), sha512(b.head), b.sealed_at FROM audit_batch b) AS d (kind, subject, package_id, version, sha256, sha512, since)
        WHERE NOT EXISTS (SELECT FROM evidence_leaf l WHERE l.kind = d.kind AND l.subject = d.subject AND l.digest IN (d.sha512, d.sha256));
        ALTER TABLE evidence_due ENABLE TRIGGER USER;
        """;

    // Of a dump: what it had not yet written lies on the store by now, and must not be written again under other numbers.
    private const string Segments = """
        INSERT INTO journal_segment (number, object_id, entries, sha512, created_at, stored_at) SELECT number, object_id, entries, sha512, created_at, created_at FROM rebuild.segment
        ON CONFLICT (number) DO UPDATE SET object_id = excluded.object_id, entries = excluded.entries, sha512 = excluded.sha512, content = NULL, created_at = excluded.created_at, stored_at = excluded.stored_at;
        DELETE FROM journal_entry e WHERE EXISTS (SELECT FROM rebuild.entry r WHERE r.id = e.id);
        """;

    // Of a dump too: what was kept for work that has since come to its end.
    private const string Ended = """
        ALTER TABLE submission DISABLE TRIGGER USER;
        DELETE FROM submission_facts f USING submission s WHERE s.id = f.submission_id AND s.state IN ('Preserved', 'Rejected', 'Returned', 'Tested');
        UPDATE submission SET plan = NULL, lease_until = NULL WHERE state IN ('Preserved', 'Rejected', 'Returned', 'Tested') AND plan IS NOT NULL;
        UPDATE submission SET lease_until = NULL WHERE lease_until IS NOT NULL;
        ALTER TABLE submission ENABLE TRIGGER USER;
        """;

    /// <summary>Ends the rebuild, and takes its own schema away.</summary>
    public async Task<RebuildReport> RunAsync(bool isOverDump, Func<string, bool> isStaged, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await RebuildDatabase.ExecuteAsync(connection, Due, cancellationToken);
            await RebuildDatabase.ExecuteAsync(connection, Segments, cancellationToken);
            await RebuildDatabase.ExecuteAsync(connection, Ended, cancellationToken);
            await RebuildDatabase.ExecuteAsync(connection, "SELECT refill_changes()", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        await GapsAsync(connection, isOverDump, cancellationToken);
        var report = await ReportAsync(connection, cancellationToken);
        await using var session = await new CatalogueSessions(owner, clock).BeginAsync(CatalogueScope.All, cancellationToken);
        var work = await UnfinishedAsync(session, isStaged, cancellationToken);
        report = report with { Gaps = [.. report.Gaps, .. work] };
        session.Audit(null, null, "catalogue.rebuilt", "store", store,
            new { report.JournaledUntil, isOverDump, report.Segments, report.Entries, report.Objects, gaps = report.Gaps.Take(50), problems = report.Problems.Length });
        if (report.Problems.Length > 0)
            session.Rows.Tasks.Add(new PreservationTask
            {
                Id = Guid.CreateVersion7(session.Now), Kind = TaskKinds.CatalogueRebuilt, State = TaskState.Open, Role = Role.PreservationOfficer, CreatedAt = session.Now,
                Subject = string.Create(CultureInfo.InvariantCulture, $"{store}: {report.Problems.Length} problems, first {report.Problems[0].Subject}: {report.Problems[0].Problem}"),
            });
        await session.FlushAsync(cancellationToken);
        await using (var drop = session.Command("DROP SCHEMA rebuild CASCADE")) await drop.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return report;
    }

    private static async Task GapsAsync(NpgsqlConnection connection, bool isOverDump, CancellationToken cancellationToken)
    {
        if (await RebuildDatabase.ScalarAsync(connection, "SELECT count(*) FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_detail d WHERE d.entry_id = e.id)", cancellationToken) is long details and > 0)
            await RebuildDatabase.LackAsync(connection, string.Create(CultureInfo.InvariantCulture, $"The details of {details} audit entries are in no journal, so that they can be erased; their digests are in the entries{(isOverDump ? "" : ", and a dump has them")}."), cancellationToken);
        if (await RebuildDatabase.ScalarAsync(connection, "SELECT max(at) FROM rebuild.entry", cancellationToken) is not DateTime)
            await RebuildDatabase.LackAsync(connection, "The store has no journal segment that is newer than the database.", cancellationToken);
    }

    private static async Task<RebuildReport> ReportAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var until = await RebuildDatabase.ScalarAsync(connection, "SELECT greatest((SELECT max(at) FROM rebuild.entry), (SELECT max(created_at) FROM journal_segment))", cancellationToken) as DateTime?;
        async Task<long> CountAsync(string sql) => (long)(await RebuildDatabase.ScalarAsync(connection, sql, cancellationToken))!;
        return new RebuildReport(
            await CountAsync("SELECT count(*) FROM rebuild.segment"), await CountAsync("SELECT count(*) FROM rebuild.entry"), await CountAsync("SELECT count(*) FROM rebuild.object WHERE done AND id IS NOT NULL"),
            until is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null,
            [.. (await RebuildDatabase.RowsAsync(connection, "SELECT sentence FROM rebuild.gap ORDER BY sentence", cancellationToken)).Select(r => r[0]!)],
            [.. (await RebuildDatabase.RowsAsync(connection, "SELECT subject, problem FROM rebuild.problem ORDER BY subject, problem", cancellationToken)).Select(r => new RebuildProblem(r[0]!, r[1]!))]);
    }

    // A submission that was acknowledged ends: it is checked again when its bytes are still there, and returned when they are not.
    private static async Task<ImmutableArray<string>> UnfinishedAsync(CatalogueSession session, Func<string, bool> isStaged, CancellationToken cancellationToken)
    {
        const string States = "('Received', 'Checking', 'AwaitingApproval', 'Archiving')";
        var open = new List<(Guid Id, string? Key, Guid Agency)>();
        await using (var select = session.Command($"SELECT id, staging_key, agency_id FROM submission WHERE state IN {States} AND plan IS NULL"))
        await using (var reader = await select.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken)) open.Add((reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetGuid(2)));
        var sentences = ImmutableArray.CreateBuilder<string>();
        foreach (var (id, key, agency) in open)
        {
            var isThere = key is not null && isStaged(key);
            await using (var free = session.Command("DELETE FROM package_alias a USING submission s WHERE s.id = $1 AND a.package_id = s.package_id AND NOT EXISTS (SELECT FROM package p WHERE p.id = a.package_id)", id)) await free.ExecuteNonQueryAsync(cancellationToken);
            await using (var end = session.Command("""
                UPDATE submission SET state = $2, reason = coalesce($3, reason), ended_at = CASE WHEN $2 = 'Returned' THEN $4 ELSE ended_at END,
                    package_id = (SELECT p.id FROM package p WHERE p.id = submission.package_id) WHERE id = $1
                """, id, isThere ? "Received" : "Returned", isThere ? null : Lost, session.Now)) await end.ExecuteNonQueryAsync(cancellationToken);
            await using (var tasks = session.Command("UPDATE task SET state = 'Done', decision = 'catalogue rebuilt', decided_at = $2 WHERE submission_id = $1 AND state = 'Open'", id, session.Now)) await tasks.ExecuteNonQueryAsync(cancellationToken);
            session.Audit(null, agency, isThere ? "submission.again" : "submission.returned", "submission", id.ToString(), new { reason = isThere ? "the catalogue was rebuilt" : Lost });
            sentences.Add($"Submission {id} was at work: {(isThere ? "its bytes are in staging, and it is checked again" : "its bytes are not in staging here, and it was returned")}.");
        }
        return sentences.ToImmutable();
    }

    private const string Lost = "The archive lost this submission's bytes together with its catalogue before it was preserved. Please submit it again.";
}
