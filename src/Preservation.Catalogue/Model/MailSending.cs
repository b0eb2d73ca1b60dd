namespace Preservation.Catalogue.Model;

/// <summary>One try of sending a mail. Of use to operators alone, not journaled, and kept for a while.</summary>
public sealed class MailSending
{
    public required Guid Id { get; set; }
    public required Guid MailId { get; set; }
    public required Guid PrincipalId { get; set; }
    public required MailKind Kind { get; set; }
    public required DateTimeOffset At { get; set; }

    /// <summary>Tasks it tells of, in lines or as a number.</summary>
    public required int Tasks { get; set; }

    /// <summary>The server's reply code when it was not good.</summary>
    public int? Status { get; set; }

    /// <summary>Why it was not taken; null when it was.</summary>
    public string? Problem { get; set; }
}
