namespace Preservation.Catalogue.Model;

/// <summary>One try to tell a receiver of changes, and what came of it.</summary>
public sealed class WebhookDelivery
{
    public required Guid Id { get; init; }
    public required Guid WebhookId { get; init; }
    public required long FirstSequence { get; init; }
    public required long LastSequence { get; init; }
    public required int Changes { get; init; }

    /// <summary>Counts the tries since the last good answer, from 1.</summary>
    public required int Attempt { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The HTTP status that was answered; null when there was none.</summary>
    public int? Status { get; init; }

    /// <summary>Why it does not count, in the service's own words: nothing of what a receiver says is kept. Null when it does.</summary>
    public string? Problem { get; init; }
}
