using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue.Model;

namespace Preservation.Server.Api.Submissions;

/// <summary>Reads submissions for people and programs that look at them.</summary>
internal static class SubmissionReading
{
    /// <summary>
    /// The submissions without what only the ingest needs of them (its plan and the facts of every file, megabytes for a package of many): whoever
    /// follows a submission asks for it again and again.
    /// </summary>
    public static IQueryable<Submission> ToLookAt(this IQueryable<Submission> submissions) => submissions.AsNoTracking().Select(s => new Submission
    {
        Id = s.Id, AgencyId = s.AgencyId, AgreementVersionId = s.AgreementVersionId, SubmittedBy = s.SubmittedBy, State = s.State, RecordStatus = s.RecordStatus, UpdateOf = s.UpdateOf,
        FileName = s.FileName, Bytes = s.Bytes, Sha256 = s.Sha256, SenderSha256 = s.SenderSha256, StagingKey = s.StagingKey, PackageSignature = s.PackageSignature,
        RegistrationCode = s.RegistrationCode, RoundId = s.RoundId, PackageKind = s.PackageKind, ProducerObjectId = s.ProducerObjectId, PackageId = s.PackageId, Title = s.Title,
        ReceivedAt = s.ReceivedAt, DecidedAt = s.DecidedAt, DecidedBy = s.DecidedBy, EndedAt = s.EndedAt, Reason = s.Reason, Attempt = s.Attempt,
        LeaseUntil = s.LeaseUntil, NotBefore = s.NotBefore, Failures = s.Failures, LastProblem = s.LastProblem,
    });
}
