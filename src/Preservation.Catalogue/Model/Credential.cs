namespace Preservation.Catalogue.Model;

/// <summary>What proves a principal: an API key is kept only as a hash.</summary>
public sealed class Credential
{
    public required Guid Id { get; set; }
    public required Guid PrincipalId { get; set; }
    public required CredentialKind Kind { get; set; }
    public required string Lookup { get; set; }
    public required byte[] SecretHash { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}
