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
}
