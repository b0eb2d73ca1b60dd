namespace Preservation.Catalogue.Model;

/// <summary>Work on one store that one process does at a time.</summary>
public sealed class StoreChore
{
    public required string Store { get; set; }
    public required string Chore { get; set; }
    public required DateTimeOffset BegunAt { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? Problem { get; set; }
}
