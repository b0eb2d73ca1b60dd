namespace Preservation.Catalogue.Model;

/// <summary>A package that was restored from one store and verified as a stranger would.</summary>
public sealed class RestoreDrill
{
    /// <summary>Id.</summary>
    public required Guid Id { get; set; }

    /// <summary>The package.</summary>
    public required Guid PackageId { get; set; }

    /// <summary>The store it was restored from.</summary>
    public required string Store { get; set; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; set; }

    /// <summary>Passed or failed.</summary>
    public required DrillOutcome Outcome { get; set; }

    /// <summary>Files that were restored.</summary>
    public required long Files { get; set; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; set; }

    /// <summary>Each step and what came of it, as JSON.</summary>
    public required string Report { get; set; }
}
