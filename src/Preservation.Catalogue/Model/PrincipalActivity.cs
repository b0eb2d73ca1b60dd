namespace Preservation.Catalogue.Model;

/// <summary>When a principal proved itself last, to the hour.</summary>
public sealed class PrincipalActivity
{
    public required Guid PrincipalId { get; set; }
    public required DateTimeOffset SeenAt { get; set; }
}
