namespace Preservation.Catalogue.Model;

/// <summary>A receiver of an agency to which changes are posted in their order.</summary>
public sealed class Webhook
{
    public required Guid Id { get; set; }
    public required Guid AgencyId { get; set; }
    public required string Url { get; set; }

    /// <summary>Types of changes it is told of; empty: all.</summary>
    public required string[] Types { get; set; }

    /// <summary>Counts the secrets it has had, from 1; with the service's key it gives the secret, which is kept nowhere.</summary>
    public required int SecretNumber { get; set; }

    public required WebhookState State { get; set; }

    /// <summary>The place in the log up to which it knows everything.</summary>
    public required long Sequence { get; set; }

    public required Guid CreatedBy { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public DateTimeOffset? TriedAt { get; set; }

    /// <summary>Tries without a good answer since the last one.</summary>
    public int Failures { get; set; }

    public DateTimeOffset? FailingSince { get; set; }
    public DateTimeOffset? NextTryAt { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
}
