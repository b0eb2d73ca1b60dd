using Preservation.Core.Digests;

namespace Preservation.Server.Api.Submissions;

/// <summary>What became of the bytes of a package.</summary>
internal abstract record TakingOutcome
{
    private TakingOutcome() { }

    /// <summary>They are safe, or were before; what the sender is told.</summary>
    public sealed record Answered(IResult Answer) : TakingOutcome;

    /// <summary>No agreement in force fits; nothing was read.</summary>
    public sealed record NoAgreement : TakingOutcome;

    /// <summary>They are not those that were promised; of a package that came whole nothing was kept.</summary>
    public sealed record OtherBytes(Digest Arrived, long Bytes) : TakingOutcome;

    /// <summary>There are too many; nothing was kept.</summary>
    public sealed record TooLarge(long MaxBytes) : TakingOutcome;

    /// <summary>The caller has no such upload, or it has ended.</summary>
    public sealed record NoUpload : TakingOutcome;

    /// <summary>Bytes of the upload are still to come.</summary>
    public sealed record UploadIncomplete(long Received, long Length) : TakingOutcome;

    /// <summary>Another request has the upload's bytes.</summary>
    public sealed record UploadBusy : TakingOutcome;

    /// <summary>A submission was made of the upload before.</summary>
    public sealed record UploadTaken(Guid Submission) : TakingOutcome;
}
