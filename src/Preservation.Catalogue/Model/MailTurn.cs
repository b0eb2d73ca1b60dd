namespace Preservation.Catalogue.Model;

/// <summary>Whose turn it is to be sent mail. Of use to the sending alone, not journaled.</summary>
public sealed class MailTurn
{
    public required Guid PrincipalId { get; set; }
    public DateTimeOffset? LookedAt { get; set; }

    /// <summary>The last day whose digest is done with.</summary>
    public DateOnly? DigestDay { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Names the mail that is being tried, through all of its tries.</summary>
    public Guid? MailId { get; set; }

    public required int Failures { get; set; }
    public DateTimeOffset? NextTryAt { get; set; }

    /// <summary>The address was refused for good; nothing is sent until another choice is made.</summary>
    public DateTimeOffset? RefusedAt { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }
}
