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

    /// <summary>They are not those that were promised; nothing was kept.</summary>
    public sealed record OtherBytes(Digest Arrived, long Bytes) : TakingOutcome;

    /// <summary>There are too many; nothing was kept.</summary>
    public sealed record TooLarge(long MaxBytes) : TakingOutcome;
}
