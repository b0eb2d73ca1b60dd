namespace Preservation.Workflow.Tasks;

/// <summary>How a task is to stand: with whom, by when.</summary>
/// <param name="Assignee">The person who is to have it; null: nobody in particular.</param>
/// <param name="Due">By when; null: as it was.</param>
/// <param name="Note">What is written down with it.</param>
/// <param name="Seen">How many steps of its history the caller has seen; null: whatever they are, as long as nobody else has the task.</param>
public sealed record TaskAssignment(Guid? Assignee = null, DateTimeOffset? Due = null, string? Note = null, int? Seen = null);
