namespace Preservation.Catalogue.Model;

/// <summary>A digest function that trees are made by in place of a configured one that is relied on no more.</summary>
public sealed class EvidenceFunction
{
    /// <summary>The configured one.</summary>
    public required string Replaced { get; set; }

    /// <summary>The one in its place.</summary>
    public required string Algorithm { get; set; }

    public required string Reason { get; set; }
    public required DateTimeOffset Since { get; set; }
}
