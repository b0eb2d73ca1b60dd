namespace Preservation.Workflow.Copies;

/// <summary>What reading a new copy back from its store showed.</summary>
/// <param name="Store">The store.</param>
/// <param name="VerifiedAt">When the last of its bytes was read.</param>
/// <param name="Problem">Why the copy does not count; null when every key of the version was read to its end and is as planned.</param>
public sealed record ProvenCopy(string Store, DateTimeOffset VerifiedAt, string? Problem);

/// <summary>Too few copies could be proven. The work waits and is tried again; nothing is lost.</summary>
public sealed class CopiesIncompleteException(IEnumerable<ProvenCopy> copies)
    : IOException("too few proven copies: " + string.Join("; ", copies.Select(c => $"{c.Store} {c.Problem ?? "proven"}")));
