namespace Preservation.Catalogue.Model;

/// <summary>An entry of the sealed audit log that an agency is told of.</summary>
public sealed class Change
{
    /// <summary>Its place in the log: the cursor of the feed.</summary>
    public required long Sequence { get; init; }

    public required Guid AgencyId { get; init; }

    /// <summary>The entry's action.</summary>
    public required string Type { get; init; }

    public required long EntryId { get; init; }
}
