using Preservation.Core.Digests;

namespace Preservation.Server.Api.Submissions;

/// <summary>What a sender says of a package before its bytes.</summary>
/// <param name="FileName">Its name, without folders.</param>
/// <param name="Promised">Its SHA-256; null when the sender says none.</param>
/// <param name="RecordStatus">One that <see cref="Preservation.Workflow.Ingest.Reception.IsRecordStatus"/> knows.</param>
internal sealed record OfferedPackage(string FileName, Digest? Promised, string RecordStatus)
{
    /// <summary>Code of the agreement; null when there is only one.</summary>
    public string? Agreement { get; init; }

    public string? RegistrationCode { get; init; }

    public byte[]? PackageSignature { get; init; }

    /// <summary>The package it updates; null when its own codes say that alone.</summary>
    public Guid? UpdateOf { get; init; }
}
