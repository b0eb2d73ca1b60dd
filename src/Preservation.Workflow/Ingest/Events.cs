using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.Ingest;

/// <summary>Makes PREMIS events; types are the words of the PREMIS eventType vocabulary.</summary>
public static class Events
{
    /// <summary>Name and version of this program as a PREMIS agent.</summary>
    public static string Software { get; } = $"preservation-server {typeof(Events).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>An event about a submission, by a principal or, without one, by the program.</summary>
    public static PremisEvent Of(
        CatalogueSession session, string type, string outcome, string? detail, Submission submission, Guid? principalId = null, string? agent = null, Guid? id = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(submission);
        return new PremisEvent
        {
            Id = id ?? Guid.CreateVersion7(session.Now), Type = type, At = session.Now, Outcome = outcome, Detail = detail, AgencyId = submission.AgencyId,
            SubmissionId = submission.Id, PackageId = submission.PackageId, PrincipalId = principalId, Agent = agent ?? Software,
        };
    }
}
