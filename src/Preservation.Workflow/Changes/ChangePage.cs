namespace Preservation.Workflow.Changes;

/// <summary>Changes after a place in the log, in their order.</summary>
/// <param name="Items">The changes.</param>
/// <param name="Cursor">The place to go on from: everything up to it was given, or is none of what was asked for.</param>
/// <param name="HasMore">More changes are there already.</param>
public sealed record ChangePage(IReadOnlyList<ChangeView> Items, long Cursor, bool HasMore);
