using System.Collections.Immutable;
using Preservation.Core.Digests;

namespace Preservation.Workflow.Copies;

/// <summary>What reading a new copy back from its store showed.</summary>
/// <param name="Store">The store.</param>
/// <param name="VerifiedAt">When the last of its bytes was read.</param>
/// <param name="Keys">Every key of the object as read: key, length, SHA-512. Empty when there is a problem.</param>
/// <param name="Problem">Why the copy does not count; null when every byte was read and is right.</param>
public sealed record ProvenCopy(string Store, DateTimeOffset VerifiedAt, ImmutableArray<ProvenKey> Keys, string? Problem);

/// <summary>One stored key, read to its end.</summary>
public sealed record ProvenKey(string Key, long Bytes, Digest Sha512);

/// <summary>Too few copies could be proven. The work waits and is tried again; nothing is lost.</summary>
public sealed class CopiesIncompleteException(IEnumerable<ProvenCopy> copies)
    : IOException("too few proven copies: " + string.Join("; ", copies.Select(c => $"{c.Store} {c.Problem ?? "proven"}")));
