using System.Collections.Immutable;

namespace Preservation.Workflow.Rebuild;

/// <summary>What a rebuild of the catalogue came to.</summary>
/// <param name="Segments">Journal segments that were read.</param>
/// <param name="Entries">Entries in them.</param>
/// <param name="Objects">Objects whose keys were entered.</param>
/// <param name="JournaledUntil">When the newest entry was made: what happened later is the gap; null when no journal was found.</param>
/// <param name="Gaps">What is known to be lacking, in sentences.</param>
/// <param name="Problems">What was damaged or does not fit together: a subject and a sentence each.</param>
public sealed record RebuildReport(
    long Segments, long Entries, long Objects, DateTimeOffset? JournaledUntil, ImmutableArray<string> Gaps, ImmutableArray<RebuildProblem> Problems);

/// <summary>Something that a rebuild met and went on from.</summary>
/// <param name="Subject">An object, a key, a table.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record RebuildProblem(string Subject, string Problem);
