using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Workflow.Copies;

/// <summary>What reading a new copy back from its store showed.</summary>
/// <param name="Store">The store.</param>
/// <param name="VerifiedAt">When the last of its bytes was read.</param>
/// <param name="Problem">Why the copy does not count; null when every key of the version was read to its end and is as planned.</param>
public sealed record ProvenCopy(string Store, DateTimeOffset VerifiedAt, string? Problem)
{
    /// <summary>No key of the version can be deleted before; null when the store does not lock, or does not keep its locks.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>The copy is neither missing nor failed: its medium is away by design, or another process writes it.</summary>
    public bool IsAwaited { get; init; }
}

/// <summary>Too few copies could be proven. The work waits and is tried again; nothing is lost.</summary>
public sealed class CopiesIncompleteException(IEnumerable<ProvenCopy> copies, ImmutableArray<Finding> unmet = default)
    : IOException("too few proven copies: " + string.Join("; ", copies.Select(c => $"{c.Store} {c.Problem ?? "proven"}")) + (unmet.IsDefaultOrEmpty ? "" : ". " + CopyPolicy.Say(unmet)));

/// <summary>This process has done its part: others write the copies that are still wanting.</summary>
public sealed class CopiesAwaitedException(ImmutableArray<string> stores) : IOException("copies are awaited from the processes of " + string.Join(", ", stores))
{
    /// <summary>Whose copies are wanting.</summary>
    public ImmutableArray<string> Stores { get; } = stores;
}
