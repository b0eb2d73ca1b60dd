namespace Preservation.Catalogue.Model;

/// <summary>A store that holds copies.</summary>
public sealed class Store
{
    public required string Name { get; set; }
    public required string Kind { get; set; }
    public required string Address { get; set; }
    public required string FailureDomain { get; set; }
    public required DateTimeOffset RegisteredAt { get; set; }
    public DateTimeOffset? LastSeenAt { get; set; }
    public string? LastProblem { get; set; }

    /// <summary>Absent by design: a medium that is connected from time to time.</summary>
    public bool Offline { get; set; }

    /// <summary>It was there when it was looked for last.</summary>
    public bool Present { get; set; } = true;

    public DateTimeOffset? RetiredAt { get; set; }
}
