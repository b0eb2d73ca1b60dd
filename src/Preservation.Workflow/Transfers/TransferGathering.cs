using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Transfers;

/// <summary>Gathers what the catalogue knows of a round, in a few set-based questions.</summary>
internal static class TransferGathering
{
    public static async Task<TransferRecord> LoadAsync(CatalogueSession session, RegistrationRound round, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var registration = await session.Rows.Registrations.AsNoTracking().SingleAsync(r => r.Id == round.RegistrationId, cancellationToken);
        var agency = await session.Rows.Agencies.Where(a => a.Id == registration.AgencyId).Select(a => a.Name).SingleAsync(cancellationToken);
        var fonds = registration.FondsId is null ? null : await session.Rows.Fonds.Where(f => f.Id == registration.FondsId).Select(f => f.Code + " – " + f.Name).SingleAsync(cancellationToken);
        var came = await session.Rows.Submissions.CountAsync(s => s.RoundId == round.Id, cancellationToken);
        var decisions = await session.Rows.Decisions.Where(d => d.RoundId == round.Id).OrderBy(d => d.Id).Select(d => d.Id).ToListAsync(cancellationToken);
        return new TransferRecord(
            registration.Code, registration.Title, round.Number, round.OpensOn, round.ClosesOn, round.ClosedAt!.Value, now, agency,
            await NamesAsync(session, "SELECT DISTINCT a.name FROM submission s JOIN package p ON p.id = s.package_id JOIN agency a ON a.id = p.custodian_id WHERE s.round_id = $1 AND s.state = 'Preserved' ORDER BY 1", round.Id, cancellationToken), fonds,
            await NamesAsync(session, "SELECT DISTINCT p.name || coalesce(', ' || p.position, '') FROM submission s JOIN principal p ON p.id = s.submitted_by WHERE s.round_id = $1 ORDER BY 1", round.Id, cancellationToken),
            await NamesAsync(session, """
                SELECT DISTINCT p.name || coalesce(', ' || p.position, '') FROM submission s JOIN decision_submission o ON o.submission_id = s.id AND o.effect IN ('Approved', 'FirstApproval', 'Returned')
                JOIN decision d ON d.id = o.decision_id JOIN principal p ON p.id = d.decided_by WHERE s.round_id = $1 ORDER BY 1
                """, round.Id, cancellationToken),
            round.PlannedPackages, came, await TakenAsync(session, round.Id, cancellationToken), await LeftAsync(session, round.Id, cancellationToken), decisions);
    }

    private static async Task<List<TakenPackage>> TakenAsync(CatalogueSession session, Guid round, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            SELECT s.id, p.id, v.version, coalesce(d.code, p.id::text), coalesce(s.title, p.title), v.description -> 'start' ->> 'text', v.description -> 'end' ->> 'text',
                (v.description -> 'start' ->> 'from')::date, (v.description -> 'end' ->> 'to')::date, coalesce(v.description ->> 'retentionCode', p.retention_code),
                (SELECT count(*)::int FROM document x WHERE x.package_id = p.id AND x.version_from <= v.version AND (x.version_until IS NULL OR x.version_until > v.version)),
                f.files, f.bytes, s.record_status, (SELECT count(*)::int FROM package_copy c WHERE c.package_id = p.id AND c.state = 'Good'),
                (SELECT count(*)::int FROM submission_finding w WHERE w.submission_id = s.id AND w.severity = 'warning'), p.waiver, encode(s.sha256, 'hex'), coalesce(s.ended_at, p.preserved_at)
            FROM submission s JOIN package_version v ON v.submission_id = s.id JOIN package p ON p.id = v.package_id LEFT JOIN dossier d ON d.package_id = p.id
            CROSS JOIN LATERAL (SELECT count(*)::int AS files, coalesce(sum(x.bytes), 0)::bigint AS bytes FROM file x
                WHERE x.package_id = p.id AND x.version_from <= v.version AND (x.version_until IS NULL OR x.version_until > v.version) AND x.logical_path LIKE 'representations/%/data/%') AS f
            WHERE s.round_id = $1 AND s.state = 'Preserved' ORDER BY coalesce(s.ended_at, p.preserved_at), s.id
            """, round);
        var taken = new List<TakenPackage>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            taken.Add(new TakenPackage(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetString(3), reader.GetString(4), Text(5), Text(6), Day(7), Day(8), Text(9), reader.GetInt32(10), reader.GetInt32(11), reader.GetInt64(12),
                reader.GetString(13), reader.GetInt32(14), reader.GetInt32(15), Text(16), reader.GetString(17), reader.GetFieldValue<DateTimeOffset>(18)));
        return taken;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        DateOnly? Day(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateOnly>(column);
    }

    private static async Task<List<LeftPackage>> LeftAsync(CatalogueSession session, Guid round, CancellationToken cancellationToken) =>
        await session.Rows.Submissions.AsNoTracking().Where(s => s.RoundId == round && s.State != SubmissionState.Preserved).OrderBy(s => s.ReceivedAt).ThenBy(s => s.Id)
            .Select(s => new LeftPackage(s.Id, s.Title ?? s.FileName, s.State, s.Reason, session.Rows.SubmissionFindings.Count(f => f.SubmissionId == s.Id && f.Severity == "error"))).ToListAsync(cancellationToken);

    private static async Task<List<string>> NamesAsync(CatalogueSession session, string sql, Guid round, CancellationToken cancellationToken)
    {
        await using var command = session.Command(sql, round);
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) names.Add(reader.GetString(0));
        return names;
    }
}
