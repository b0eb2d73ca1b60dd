using Preservation.Core.Digests;

namespace Preservation.Workflow.Ingest;

/// <summary>An upload that is complete in staging under its id.</summary>
public sealed record ReceivedUpload(
    Guid Id, string FileName, ContentDigests Content, byte[]? SenderSha256, string RecordStatus, string? RegistrationCode, byte[]? PackageSignature)
{
    /// <summary>The package that the sender says is updated; null when the codes in the submission alone say it.</summary>
    public Guid? UpdateOf { get; init; }
}
