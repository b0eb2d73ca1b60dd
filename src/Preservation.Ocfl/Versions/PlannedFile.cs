using System.Collections.Immutable;
using Preservation.Core.Digests;

namespace Preservation.Ocfl.Versions;

/// <summary>A file of the state a new version shall show.</summary>
/// <param name="LogicalPath">Its path as a reader sees it, relative, with <c>/</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha512">Its address.</param>
/// <param name="Fixity">Other digests known of it (SHA-256, what the producer promised); all are kept in the fixity block.</param>
public sealed record PlannedFile(string LogicalPath, long Bytes, Digest Sha512, ImmutableArray<Digest> Fixity);
