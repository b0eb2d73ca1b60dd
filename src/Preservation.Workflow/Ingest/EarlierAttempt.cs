using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Ingest;

/// <summary>The attempt before a submission: the last one of the same agency that ended without being kept, under the producer's own name for the package, or the file's where one of them could not be read.</summary>
/// <param name="Submission">Its id.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="State">How it ended.</param>
public sealed record EarlierAttempt(Guid Submission, DateTimeOffset ReceivedAt, SubmissionState State)
{
    /// <summary>Gives <c>e</c> for each <c>submission s</c>; two questions, each by its own index.</summary>
    internal const string Join = """
        LEFT JOIN LATERAL (
            SELECT x.id, x.received_at, x.state FROM (
                (SELECT o.id, o.received_at, o.state FROM submission o WHERE o.agency_id = s.agency_id AND o.producer_object_id = s.producer_object_id
                    AND (o.received_at, o.id) < (s.received_at, s.id) AND o.state IN ('Rejected', 'Returned', 'Tested') ORDER BY o.received_at DESC, o.id DESC LIMIT 1)
                UNION ALL
                (SELECT o.id, o.received_at, o.state FROM submission o WHERE o.agency_id = s.agency_id AND o.file_name = s.file_name AND (o.producer_object_id IS NULL OR s.producer_object_id IS NULL)
                    AND (o.received_at, o.id) < (s.received_at, s.id) AND o.state IN ('Rejected', 'Returned', 'Tested') ORDER BY o.received_at DESC, o.id DESC LIMIT 1)) AS x
            ORDER BY x.received_at DESC, x.id DESC LIMIT 1) AS e ON true
        """;

    /// <summary>Finds it; null when there is none.</summary>
    public static async Task<EarlierAttempt?> FindAsync(CatalogueSession session, Guid submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        await using var command = session.Command($"SELECT e.id, e.received_at, e.state FROM submission s {Join} WHERE s.id = $1 AND e.id IS NOT NULL", submission);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? new EarlierAttempt(reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), Enum.Parse<SubmissionState>(reader.GetString(2))) : null;
    }
}
