namespace Preservation.Catalogue.Model;

/// <summary>A package that comes in pieces.</summary>
public sealed class Upload
{
    public required Guid Id { get; set; }
    public required Guid AgencyId { get; set; }

    /// <summary>Whoever began it; nobody else goes on with it.</summary>
    public required Guid CreatedBy { get; set; }

    public required UploadState State { get; set; }

    /// <summary>Without folders and control characters.</summary>
    public required string FileName { get; set; }

    /// <summary>The header <c>Upload-Metadata</c> as it was sent.</summary>
    public required string Metadata { get; set; }

    /// <summary>Bytes in all, as its sender announced.</summary>
    public required long Length { get; set; }

    /// <summary>Bytes from the start on that were forced to the medium.</summary>
    public required long Received { get; set; }

    /// <summary>Of all bytes; null until it is known.</summary>
    public byte[]? Sha256 { get; set; }

    public Guid? SubmissionId { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public required DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>True when every byte is there.</summary>
    public bool IsComplete => Received == Length;
}
