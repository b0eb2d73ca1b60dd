namespace Preservation.Catalogue.Model;

/// <summary>Where a person wants mail, in which language and how often.</summary>
public sealed class MailChoice
{
    public required Guid PrincipalId { get; set; }
    public required string Address { get; set; }

    /// <summary><c>vi</c> or <c>en</c>.</summary>
    public required string Language { get; set; }

    public required MailFrequency Frequency { get; set; }
    public required Guid ChangedBy { get; set; }
    public required DateTimeOffset ChangedAt { get; set; }
}
