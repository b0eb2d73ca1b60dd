using Preservation.Catalogue;

namespace Preservation.Workflow.Ingest;

/// <summary>A submission that waits for a person's decision, with what there is to know before it is opened.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AgencyId">Who sent it.</param>
/// <param name="Agency">By name.</param>
/// <param name="Title">The package's title, or the file's name.</param>
/// <param name="RecordStatus">NEW, SUPPLEMENT or REPLACEMENT.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Due">The last day of the term for its processing, in Vietnam.</param>
/// <param name="RegistrationId">The registration whose round it came in.</param>
/// <param name="Registration">The registration's code.</param>
/// <param name="Round">The round's number.</param>
/// <param name="Findings">How many there are; none of them an error.</param>
/// <param name="Earlier">The attempt before.</param>
/// <param name="New">Findings that the attempt before did not have.</param>
/// <param name="Gone">Findings that only the attempt before has.</param>
/// <param name="FirstApprovalBy">Who gave the first of two approvals.</param>
public sealed record QueuedSubmission(
    Guid Id, Guid AgencyId, string Agency, string Title, string RecordStatus, DateTimeOffset ReceivedAt, DateOnly Due, Guid? RegistrationId, string? Registration, int? Round, int Findings, Guid? Earlier, int New, int Gone,
    string? FirstApprovalBy)
{
    /// <summary>The queue in the session's scope, the oldest first.</summary>
    /// <param name="session">Whose scope.</param>
    /// <param name="after">The last one of the page before.</param>
    /// <param name="take">How many.</param>
    /// <param name="processingDays">Days from receipt in which a submission is decided on.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async Task<List<QueuedSubmission>> ListAsync(CatalogueSession session, Guid? after, int take, int processingDays, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var list = new List<QueuedSubmission>();
        await using var command = session.Command($"""
            SELECT s.id, s.agency_id, a.name, coalesce(s.title, s.file_name), s.record_status, s.received_at, (s.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + $1, r.id, r.code, o.number, c.findings, e.id, c.fresh, g.gone, p.name
            FROM (SELECT * FROM submission w WHERE w.state = 'AwaitingApproval' AND ($2::uuid IS NULL OR (w.received_at, w.id) > (SELECT b.received_at, b.id FROM submission b WHERE b.id = $2)) ORDER BY w.received_at, w.id LIMIT $3) AS s
            JOIN agency a ON a.id = s.agency_id LEFT JOIN registration_round o ON o.id = s.round_id LEFT JOIN registration r ON r.id = o.registration_id
            {EarlierAttempt.Join}
            CROSS JOIN LATERAL (SELECT count(*)::int AS findings,
                (count(*) FILTER (WHERE e.id IS NOT NULL AND NOT EXISTS (SELECT FROM submission_finding q WHERE q.submission_id = e.id AND q.code = f.code AND q.path = f.path)))::int AS fresh
                FROM submission_finding f WHERE f.submission_id = s.id) AS c
            CROSS JOIN LATERAL (SELECT count(*)::int AS gone FROM submission_finding q
                WHERE q.submission_id = e.id AND NOT EXISTS (SELECT FROM submission_finding f WHERE f.submission_id = s.id AND f.code = q.code AND f.path = q.path)) AS g
            LEFT JOIN decision_submission v ON v.submission_id = s.id AND v.effect = 'FirstApproval' LEFT JOIN decision d ON d.id = v.decision_id LEFT JOIN principal p ON p.id = d.decided_by
            ORDER BY s.received_at, s.id
            """, processingDays, after, take);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            list.Add(new QueuedSubmission(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateOnly>(6),
                reader.GetValue(7) as Guid?, reader.GetValue(8) as string, reader.GetValue(9) as int?, reader.GetInt32(10), reader.GetValue(11) as Guid?, reader.GetInt32(12), reader.GetInt32(13), reader.GetValue(14) as string));
        return list;
    }
}
