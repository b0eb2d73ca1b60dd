namespace Preservation.Catalogue.Model;

/// <summary>A verdict on a signed file of a package. What it says and rests on never changes.</summary>
public sealed record SignatureVerdict
{
    public required Guid Id { get; init; }
    public required Guid PackageId { get; init; }

    /// <summary>The file that carries the signatures, by its path in the AIP, below <c>submission/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What is signed: the same file, or the content of a detached signature.</summary>
    public required string SignedPath { get; init; }

    /// <summary>Where the AIP shows what is signed; null when it lies below <c>submission/</c> only.</summary>
    public string? ShownPath { get; init; }

    public required byte[] FileSha512 { get; init; }
    public required VerdictReason Reason { get; init; }

    /// <summary>The verification's time.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Name and version of the validation engine.</summary>
    public required string Engine { get; init; }

    /// <summary>SHA-256 over engine, policies, catalogues of algorithms and anchors.</summary>
    public required string Rules { get; init; }

    /// <summary>What it rests on, by digests.</summary>
    public required string Basis { get; init; }

    /// <summary>The file's outcome.</summary>
    public required string Outcome { get; init; }

    /// <summary>Every signature with the indication of each policy.</summary>
    public required string Signatures { get; init; }

    /// <summary>What it comes to, in sentences.</summary>
    public required string Conclusion { get; init; }

    /// <summary>What a better verdict needs: kind and subject of material.</summary>
    public required string[] Lacking { get; init; }

    /// <summary>The signatures as the file carries them, for PREMIS; with the first verdict only.</summary>
    public string? Found { get; init; }

    /// <summary>The path of its report in the AIP or the object; null when it says the same as the verdict it supersedes and was not stored.</summary>
    public string? Report { get; init; }

    public byte[]? ReportSha512 { get; init; }

    /// <summary>The object that keeps its report; null when the AIP does.</summary>
    public Guid? ObjectId { get; init; }

    /// <summary>The verdict with whose report its material is kept; itself when it has a report.</summary>
    public required Guid KeptWith { get; init; }

    public Guid? Supersedes { get; init; }
    public Guid? EventId { get; init; }

    /// <summary>True while no other supersedes it.</summary>
    public required bool IsNewest { get; init; }

    /// <summary>When it was last asked whether another verdict is due, and by which rules.</summary>
    public required DateTimeOffset LookedAt { get; init; }

    public required string LookedRules { get; init; }

    /// <summary>The making that is about to supersede it.</summary>
    public Guid? MakingId { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }
    public DateTimeOffset? ReplayedAt { get; init; }
    public string? ReplayOutcome { get; init; }
}
