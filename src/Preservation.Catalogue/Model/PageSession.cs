namespace Preservation.Catalogue.Model;

/// <summary>A session of the pages. The browser holds its number and nothing else.</summary>
public sealed class PageSession
{
    public required Guid Id { get; set; }
    public required Guid PrincipalId { get; set; }
    public required Guid CredentialId { get; set; }
    public required DateTimeOffset BeganAt { get; set; }
    public required DateTimeOffset LastSeenAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndReason { get; set; }
}
