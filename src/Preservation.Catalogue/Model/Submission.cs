namespace Preservation.Catalogue.Model;

/// <summary>One package an agency sent, from its upload to its end.</summary>
public sealed class Submission
{
    public required Guid Id { get; set; }
    public required Guid AgencyId { get; set; }
    public required Guid AgreementVersionId { get; set; }
    public required Guid SubmittedBy { get; set; }
    public required SubmissionState State { get; set; }
    public string RecordStatus { get; set; } = "NEW";

    /// <summary>The package that its sender says a supplement or replacement updates; null when that was left to the package's own codes.</summary>
    public Guid? UpdateOf { get; set; }

    public required string FileName { get; set; }
    public required long Bytes { get; set; }
    public required byte[] Sha256 { get; set; }
    public byte[]? SenderSha256 { get; set; }
    public string? StagingKey { get; set; }
    public byte[]? PackageSignature { get; set; }
    public string? RegistrationCode { get; set; }

    /// <summary>The round of a registration that it came in; null where none was open or asked for.</summary>
    public Guid? RoundId { get; set; }

    public string? PackageKind { get; set; }
    public string? ProducerObjectId { get; set; }
    public Guid? PackageId { get; set; }
    public string? Title { get; set; }
    public string? Plan { get; set; }
    public required DateTimeOffset ReceivedAt { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public Guid? DecidedBy { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? Reason { get; set; }
    public int Attempt { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public DateTimeOffset? NotBefore { get; set; }
    public int Failures { get; set; }
    public string? LastProblem { get; set; }

    /// <summary>Stores whose copies other processes write; only such a process goes on with it.</summary>
    public string[]? WaitsFor { get; set; }
}
