namespace Preservation.Catalogue.Model;

/// <summary>What one capability of a store was seen to be when it was tried last.</summary>
public sealed class StoreCapability
{
    public required string Store { get; set; }
    public required string Capability { get; set; }

    /// <summary><c>Proven</c>, <c>Absent</c>, <c>Pretended</c>.</summary>
    public required string Standing { get; set; }

    public required string Detail { get; set; }
    public required DateTimeOffset ProbedAt { get; set; }

    /// <summary>Since when it has been so at every probe.</summary>
    public required DateTimeOffset Since { get; set; }
}
