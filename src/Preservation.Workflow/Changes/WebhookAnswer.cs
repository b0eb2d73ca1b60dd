namespace Preservation.Workflow.Changes;

/// <summary>What came of a request.</summary>
/// <param name="Status">The HTTP status; null without an answer.</param>
/// <param name="Problem">Why it does not count; null when it does.</param>
internal sealed record WebhookAnswer(int? Status, string? Problem);
