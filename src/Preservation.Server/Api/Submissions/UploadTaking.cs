using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Uploads;

namespace Preservation.Server.Api.Submissions;

/// <summary>
/// Makes a submission of an upload that is complete, once: with the same receipt as a package that came whole, and the same answer to a repeated Idempotency-Key.
/// </summary>
internal sealed class UploadTaking(CallerAccess access, UploadRegister register, UploadParts parts, Reception reception, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <param name="id">Of the upload.</param>
    /// <param name="package">What was said of it; its digest is promised.</param>
    /// <param name="answer">What the sender is told: status, address, body.</param>
    /// <param name="cancellationToken">Ends the work before anything is kept.</param>
    /// <exception cref="IOException">Staging failed; the upload stays.</exception>
    public async Task<TakingOutcome> TakeAsync(Guid id, OfferedPackage package, Func<Submission, (int Status, string? Location, object Body)> answer, CancellationToken cancellationToken)
    {
        if (await PackageTaking.FindAgreementAsync(access, package.Agreement, cancellationToken) is not { } agreed) return new TakingOutcome.NoAgreement();
        var promised = package.Promised ?? throw new ArgumentException("the digest is promised", nameof(package));
        var digest = PackageTaking.DigestOf(access, promised, agreed.Agreement, package);
        if (await access.ReplayAsync(digest, cancellationToken) is { } known) return new TakingOutcome.Answered(known);
        if (await FindAsync(id, agreed.Agreement.AgencyId, cancellationToken) is (_, { } first)) return first;
        using var part = parts.TryOpen(id);
        if (part is null) return new TakingOutcome.UploadBusy();
        // What was known may have changed until nobody else could take it.
        var (upload, refusal) = await FindAsync(id, agreed.Agreement.AgencyId, cancellationToken);
        if (refusal is not null) return refusal;
        var content = await ContentAsync(upload!, part);
        if (content is null) return new TakingOutcome.NoUpload();
        if (content[DigestAlgorithm.Sha256] != promised) return new TakingOutcome.OtherBytes(content[DigestAlgorithm.Sha256], content.Bytes);
        return await ReceiveAsync(upload!, part, content, package, agreed, digest, answer, cancellationToken);
    }

    private async Task<TakingOutcome> ReceiveAsync(
        Upload upload, UploadPart part, ContentDigests content, OfferedPackage package, (Agreement Agreement, AgreementVersion Version) agreed, byte[] digest,
        Func<Submission, (int Status, string? Location, object Body)> answer, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var submissionId = Guid.CreateVersion7(now);
        await parts.ReceiveAsync(part, submissionId.ToString("N"), now, cancellationToken);
        await using var session = await access.BeginAsync(cancellationToken);
        var name = package.FileName.Length > 0 ? package.FileName : upload.FileName;
        var received = new ReceivedUpload(submissionId, name, content, [.. package.Promised!.Bytes], package.RecordStatus, package.RegistrationCode, package.PackageSignature) { UpdateOf = package.UpdateOf };
        var submission = await reception.ReceiveAsync(session, access.Caller, agreed.Agreement, agreed.Version, received, cancellationToken);
        await session.FlushAsync(cancellationToken);
        if (!await UploadRegister.TakeAsync(session, upload.Id, submissionId, cancellationToken)) return new TakingOutcome.NoUpload();
        var (status, location, body) = answer(submission);
        // From here on only the sweeper decides what becomes of the bytes' two names: what the commit did is not known if it fails.
        return new TakingOutcome.Answered(await access.CommitAsync(session, digest, status, location, body, CancellationToken.None));
    }

    private async Task<(Upload? Upload, TakingOutcome? Refusal)> FindAsync(Guid id, Guid agency, CancellationToken cancellationToken)
    {
        var upload = await register.FindAsync(access.Scope, access.Caller.PrincipalId, id, cancellationToken);
        return (upload, upload switch
        {
            { State: UploadState.Taken, SubmissionId: { } submission } => new TakingOutcome.UploadTaken(submission),
            { State: UploadState.Open } when upload.AgencyId != agency => new TakingOutcome.NoAgreement(),
            { State: UploadState.Open, IsComplete: true } => null,
            { State: UploadState.Open } => new TakingOutcome.UploadIncomplete(upload.Received, upload.Length),
            _ => new TakingOutcome.NoUpload(),
        });
    }

    // Reading a large upload may take longer than a line or a proxy waits: the digest is kept, so that the repeated request finds it.
    private async Task<ContentDigests?> ContentAsync(Upload upload, UploadPart part)
    {
        if (upload.Sha256 is { } known) return part.Bytes == upload.Length ? new ContentDigests(upload.Length, [new Digest(DigestAlgorithm.Sha256, [.. known])]) : null;
        var content = await part.DigestAsync(lifetime.ApplicationStopping);
        if (content.Bytes != upload.Length) return null;
        return await register.AdvanceAsync(access.Scope, upload, upload.Length, [.. content[DigestAlgorithm.Sha256].Bytes], CancellationToken.None) ? content : null;
    }
}
