namespace Preservation.Invariants.Checks;

/// <summary>Invariant 5, the part that is rows: each change of state has its event and its audit entry, once; what is to be time-stamped is, or is in line for it; the journal has what it says.</summary>
internal sealed class HistoryChecks(Catalogue catalogue, Report report)
{
    private const string Events = "5 each change has its event, once";
    private const string Entries = "5 each change has its audit entry, once";
    private const string Repairs = "5 each repair has its events";
    private const string Evidence = "5 everything is under evidence or in line for it";
    private const string Journal = "3 each journal segment is an object on the stores";

    public async Task RunAsync()
    {
        await CountsAsync(Events, "SELECT s.id::text, count(e.id)::text, '1 transfer' FROM submission s LEFT JOIN premis_event e ON e.submission_id = s.id AND e.type = 'transfer' GROUP BY s.id");
        await CountsAsync(Events, """
            SELECT s.id::text, count(e.id)::text, '1 replication' FROM submission s LEFT JOIN premis_event e ON e.submission_id = s.id AND e.type = 'replication' AND e.outcome = 'success' WHERE s.state = 'Preserved' GROUP BY s.id
            """);
        await CountsAsync(Events, """
            SELECT s.id::text, count(e.id)::text, '1 information package creation' FROM submission s LEFT JOIN premis_event e ON e.submission_id = s.id AND e.type = 'information package creation' WHERE s.state = 'Preserved' GROUP BY s.id
            """);
        await CountsAsync(Entries, """
            SELECT s.id::text, count(a.id)::text, '1 submission.receive' FROM submission s LEFT JOIN audit_entry a ON a.subject_id = s.id::text AND a.action = 'submission.receive' GROUP BY s.id
            """);
        await CountsAsync(Entries, """
            SELECT s.id::text, count(a.id)::text, '1 submission.checked' FROM submission s LEFT JOIN audit_entry a ON a.subject_id = s.id::text AND a.action = 'submission.checked' WHERE s.state IN ('Preserved', 'Rejected', 'Tested') GROUP BY s.id
            """);
        await CountsAsync(Entries, """
            SELECT p.id::text || ' (' || p.head_version || ')', (count(a.id) - p.head_version + 1)::text, '1 package.preserved a version' FROM package p LEFT JOIN audit_entry a ON a.subject_id = p.id::text AND a.action = 'package.preserved'
            WHERE NOT EXISTS (SELECT FROM package_version v WHERE v.package_id = p.id AND v.submission_id IS NULL) GROUP BY p.id
            """);
        // A canary is damaged on purpose: its problems are measured, and belong to no package whose history they could be.
        await CountsAsync(Repairs, """
            SELECT f.package_id || ' on ' || f.store || ' in run ' || f.run_id, least(count(DISTINCT e.type), 2)::text, CASE WHEN o.package_id IS NULL THEN '2 fixity check and recovery' ELSE '0 of a canary' END FROM fixity_problem f
            LEFT JOIN canary_object o ON o.package_id = f.package_id
            LEFT JOIN premis_event e ON e.package_id = f.package_id AND ((e.at = f.found_at AND e.type = 'fixity check') OR (e.at = f.repaired_at AND e.type = 'recovery'))
            WHERE f.repaired_at IS NOT NULL GROUP BY f.package_id, f.store, f.run_id, f.found_at, o.package_id
            """);
        await EvidenceAsync("File", "SELECT id::text AS subject, sha512 FROM file");
        await EvidenceAsync("Inventory", "SELECT package_id || '/v' || version AS subject, inventory_sha512 AS sha512 FROM package_version");
        await EvidenceAsync("Receipt", "SELECT id::text AS subject, sha512 FROM receipt");
        await EvidenceAsync("Document", "SELECT document_id || '/' || name AS subject, sha512 FROM frozen_document_part");
        await EvidenceAsync("AuditHead", "SELECT tree_size::text AS subject, sha512(head) AS sha512 FROM audit_batch");
        foreach (var row in await catalogue.RowsAsync("""
            SELECT j.number::text, count(c.store)::text FROM journal_segment j LEFT JOIN package_copy p ON p.object_id = j.object_id
                LEFT JOIN copy c ON c.package_id = p.package_id AND c.store = p.store AND c.sha512 = j.sha512 AND c.role = 'Content' WHERE j.stored_at IS NOT NULL GROUP BY j.number
            """))
            report.Require(row[1] != "0", Journal, () => $"segment {row[0]} lies in no copy with its digest");
        foreach (var row in await catalogue.RowsAsync("SELECT number::text, row_number() OVER (ORDER BY number)::text FROM journal_segment"))
            report.Require(row[0] == row[1], Journal, () => $"segment {row[0]} is the {row[1]}. there is");
    }

    // One row a subject: its name, how many there are, and how many there must be of what.
    private async Task CountsAsync(string check, string sql)
    {
        foreach (var row in await catalogue.RowsAsync(sql))
            report.Require(row[1] == row[2]![..1], check, () => $"{row[0]} has {row[1]}, wanted is {row[2]}");
    }

    private async Task EvidenceAsync(string kind, string subjects)
    {
        foreach (var row in await catalogue.RowsAsync($"""
            SELECT s.subject, EXISTS (SELECT FROM evidence_leaf l WHERE l.kind = '{kind}' AND l.subject = s.subject AND l.digest = s.sha512)::text, EXISTS (SELECT FROM evidence_due d WHERE d.kind = '{kind}' AND d.subject = s.subject AND d.sha512 = s.sha512)::text FROM ({subjects}) s
            """))
            report.Require(row[1] == "true" || row[2] == "true", Evidence, () => $"{kind} {row[0]}");
    }
}
