namespace Preservation.Catalogue.Model;

/// <summary>What a store's copies lie on: an entry of the register of media.</summary>
public sealed class Medium
{
    public required Guid Id { get; set; }
    public required string Number { get; set; }

    /// <summary>What is written on it.</summary>
    public required string Mark { get; set; }

    public required string Kind { get; set; }
    public required string Store { get; set; }
    public required DateOnly InServiceFrom { get; set; }

    /// <summary>The day to which its maker rates it.</summary>
    public required DateOnly RatedEnd { get; set; }

    public required Guid RegisteredBy { get; set; }
    public required DateTimeOffset RegisteredAt { get; set; }
    public Guid? RetiredBy { get; set; }
    public DateTimeOffset? RetiredAt { get; set; }
}
