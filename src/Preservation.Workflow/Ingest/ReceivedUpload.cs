using Preservation.Core.Digests;

namespace Preservation.Workflow.Ingest;

/// <summary>An upload that is complete in staging under its id.</summary>
public sealed record ReceivedUpload(
    Guid Id, string FileName, ContentDigests Content, byte[]? SenderSha256, string RecordStatus, string? RegistrationCode, byte[]? PackageSignature);
