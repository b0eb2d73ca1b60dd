namespace Preservation.Catalogue.Model;

/// <summary>What proves a principal: an API key is kept only as a hash.</summary>
public sealed class Credential
{
    public required Guid Id { get; set; }
    public required Guid PrincipalId { get; set; }
    public required CredentialKind Kind { get; set; }

    /// <summary>What it is found by; among those that are not revoked it proves one principal alone.</summary>
    public required string Lookup { get; set; }

    /// <summary>Of an API key.</summary>
    public byte[]? SecretHash { get; set; }

    /// <summary>The provider of a subject, or the issuer's name in a certificate.</summary>
    public string? Issuer { get; set; }

    /// <summary>The provider's name for the person, or the subject's name in a certificate.</summary>
    public string? Subject { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}
