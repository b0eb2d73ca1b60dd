namespace Preservation.Workflow.Schedule;

/// <summary>A timer's job or a worker that is silent for longer than it should be.</summary>
/// <param name="Name">Which.</param>
/// <param name="LastAt">When it was at work last; null: never.</param>
/// <param name="Every">How often it should be.</param>
/// <param name="Problem">Why its last attempt failed; null when it did not.</param>
public sealed record SilenceView(string Name, DateTimeOffset? LastAt, TimeSpan Every, string? Problem);
