using Preservation.Catalogue.Model;
using Preservation.Core.Digests;
using Preservation.Workflow.Ingest;
using Preservation.Workflow.Staging;

namespace Preservation.Server.Api.Submissions;

/// <summary>Takes the bytes of a package into staging and makes a submission of them, once for an Idempotency-Key.</summary>
internal sealed class PackageTaking(CallerAccess access, StagingArea staging, Reception reception, TimeProvider clock)
{
    /// <param name="bytes">The package; read to its end.</param>
    /// <param name="package">What was said of it.</param>
    /// <param name="answer">What the sender is told: status, address, body.</param>
    /// <param name="cancellationToken">Ends the work before anything is kept.</param>
    /// <exception cref="IOException">Staging failed, or the sender went away; nothing stays.</exception>
    public async Task<TakingOutcome> TakeAsync(Stream bytes, OfferedPackage package, Func<Submission, (int Status, string? Location, object Body)> answer, CancellationToken cancellationToken)
    {
        if (await FindAgreementAsync(access, package.Agreement, cancellationToken) is not { } agreed) return new TakingOutcome.NoAgreement();
        if (package.Promised is { } promised && await access.ReplayAsync(DigestOf(promised), cancellationToken) is { } known) return new TakingOutcome.Answered(known);
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var key = id.ToString("N");
        var kept = false;
        try
        {
            var content = await staging.ReceiveAsync(key, bytes, cancellationToken);
            var arrived = content[DigestAlgorithm.Sha256];
            if (package.Promised is not null && arrived != package.Promised) return new TakingOutcome.OtherBytes(arrived, content.Bytes);
            if (package.Promised is null && await access.ReplayAsync(DigestOf(arrived), cancellationToken) is { } replay) return new TakingOutcome.Answered(replay);
            var upload = new ReceivedUpload(id, package.FileName, content, package.Promised is { } said ? [.. said.Bytes] : null, package.RecordStatus, package.RegistrationCode, package.PackageSignature) { UpdateOf = package.UpdateOf };
            await using var session = await access.BeginAsync(cancellationToken);
            var submission = await reception.ReceiveAsync(session, access.Caller, agreed.Agreement, agreed.Version, upload, cancellationToken);
            kept = true; // whatever becomes of the commit, a row may name the key from here on: only the sweeper decides
            var (status, location, body) = answer(submission);
            return new TakingOutcome.Answered(await access.CommitAsync(session, DigestOf(arrived), status, location, body, CancellationToken.None));
        }
        catch (UploadTooLargeException e)
        {
            return new TakingOutcome.TooLarge(e.MaxBytes);
        }
        finally
        {
            if (!kept) staging.Delete(key);
        }

        byte[] DigestOf(Digest sha256) => PackageTaking.DigestOf(access, sha256, agreed.Agreement, package);
    }

    /// <summary>What makes two requests to take a package the same, however its bytes came.</summary>
    public static byte[] DigestOf(CallerAccess access, Digest sha256, Agreement agreement, OfferedPackage package) =>
        access.DigestOf(sha256.Hex + "\n" + agreement.Id + "\n" + package.RecordStatus + (package.UpdateOf is { } of ? "\n" + of : ""));

    /// <summary>The agreement under which the caller sends, in force now.</summary>
    public static async Task<(Agreement Agreement, AgreementVersion Version)?> FindAgreementAsync(CallerAccess access, string? code, CancellationToken cancellationToken)
    {
        await using var session = await access.BeginAsync(cancellationToken);
        return await Reception.AgreementInForceAsync(session, code, cancellationToken);
    }
}
