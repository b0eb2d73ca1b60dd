namespace Preservation.Catalogue.Model;

/// <summary>The answer to a request that may be repeated.</summary>
public sealed class IdempotencyKey
{
    public required Guid PrincipalId { get; set; }
    public required string Key { get; set; }
    public required byte[] RequestDigest { get; set; }
    public int? Status { get; set; }
    public string? Location { get; set; }
    public string? Body { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
}
