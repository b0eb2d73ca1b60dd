namespace Preservation.Catalogue.Model;

/// <summary>Which agency took over from which, and why.</summary>
public sealed class AgencySuccession
{
    public required Guid AgencyId { get; init; }
    public required Guid SuccessorId { get; init; }
    public required DateOnly EffectiveOn { get; init; }
    public required string Basis { get; init; }
}
