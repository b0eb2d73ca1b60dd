using Microsoft.EntityFrameworkCore;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Workflow.Access;
using Preservation.Workflow.Sealing;

namespace Preservation.Workflow.Ingest;

/// <summary>Takes in bytes that lie safely in staging: row, event, audit entry and the first receipt, in one transaction.</summary>
public sealed class Reception(Receipts receipts)
{
    private static readonly string[] RecordStatuses = ["NEW", "SUPPLEMENT", "REPLACEMENT", "TEST"];

    /// <summary>True for a RECORDSTATUS a sender may name.</summary>
    public static bool IsRecordStatus(string status) => RecordStatuses.Contains(status);

    /// <summary>
    /// The version in force now of the agreement with this code; without a code, of the only agreement in the caller's scope. Null when there is none,
    /// or when the code is needed to tell them apart.
    /// </summary>
    public static async Task<(Agreement Agreement, AgreementVersion Version)?> AgreementInForceAsync(
        CatalogueSession session, string? code, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var agreements = await session.Rows.Agreements.AsNoTracking().Where(a => code == null || a.Code == code).Take(2).ToListAsync(cancellationToken);
        if (agreements is not [{ Id: var id }]) return null;
        var found = await session.Rows.Agreements.AsNoTracking().Where(a => a.Id == id)
            .Join(session.Rows.AgreementVersions.Where(v => v.EffectiveFrom <= now), a => a.Id, v => v.AgreementId, (a, v) => new { a, v })
            .OrderByDescending(x => x.v.Version).FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : (found.a, found.v);
    }

    /// <summary>Adds the submission to the session; the caller commits.</summary>
    public async Task<Submission> ReceiveAsync(
        CatalogueSession session, Caller caller, Agreement agreement, AgreementVersion version, ReceivedUpload upload, CancellationToken cancellationToken)
    {
        var now = session.Now;
        var submission = new Submission
        {
            Id = upload.Id, AgencyId = agreement.AgencyId, AgreementVersionId = version.Id, SubmittedBy = caller.PrincipalId, State = SubmissionState.Received,
            RecordStatus = upload.RecordStatus, FileName = upload.FileName, Bytes = upload.Content.Bytes,
            Sha256 = [.. upload.Content[DigestAlgorithm.Sha256].Bytes], SenderSha256 = upload.SenderSha256, StagingKey = upload.Id.ToString("N"),
            PackageSignature = upload.PackageSignature, RegistrationCode = upload.RegistrationCode, UpdateOf = upload.UpdateOf, ReceivedAt = now,
        };
        session.Rows.Submissions.Add(submission);
        await session.FlushAsync(cancellationToken);
        session.Rows.PremisEvents.Add(Events.Of(session, "transfer", "success", $"{upload.Content.Bytes} bytes", submission, caller.PrincipalId, caller.Name));
        session.Audit(caller.PrincipalId, agreement.AgencyId, "submission.receive", "submission", submission.Id.ToString(),
            new { submission.FileName, submission.Bytes, sha256 = Convert.ToHexStringLower(submission.Sha256), agreement = agreement.Code, version.Version });
        await receipts.AddAsync(session, submission, ReceiptKind.BytesReceived, new { state = SubmissionState.Received }, cancellationToken);
        return submission;
    }
}
