namespace Preservation.Catalogue.Model;

/// <summary>When a store may be read next by its budget, and for which month a sample of a cold store was drawn.</summary>
public sealed class FixityPace
{
    public required string Store { get; set; }
    public required DateTimeOffset FreeAt { get; set; }
    public DateOnly? SampledMonth { get; set; }
}
