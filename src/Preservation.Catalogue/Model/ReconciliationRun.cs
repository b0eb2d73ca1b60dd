namespace Preservation.Catalogue.Model;

/// <summary>A store's listing compared with the catalogue, once through.</summary>
public sealed class ReconciliationRun
{
    /// <summary>Id.</summary>
    public required Guid Id { get; set; }

    /// <summary>The store.</summary>
    public required string Store { get; set; }

    /// <summary>Running or ended; of a store one is running at most.</summary>
    public required RunState State { get; set; }

    /// <summary>Who asked; null when it was due.</summary>
    public Guid? RequestedBy { get; set; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; set; }

    /// <summary>When it came to its end.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Parts of the store that are done: where an interrupted run goes on.</summary>
    public int PartsDone { get; set; }

    /// <summary>Parts of the store by the beginnings of keys; 0 before the run knows.</summary>
    public int Parts { get; set; }

    /// <summary>Keys the store listed.</summary>
    public long KeysListed { get; set; }

    /// <summary>Keys the catalogue has there.</summary>
    public long KeysKnown { get; set; }

    /// <summary>Keys that were removed: seen twice, a day apart, and part of no object.</summary>
    public long Removed { get; set; }

    /// <summary>Until when a process is at work on it.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>Why it could not go on last time.</summary>
    public string? LastProblem { get; set; }
}
