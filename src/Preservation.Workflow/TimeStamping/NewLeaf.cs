using Preservation.Catalogue.Model;

namespace Preservation.Workflow.TimeStamping;

/// <summary>A leaf of a tree that is about to be closed.</summary>
/// <param name="Kind">What it is of.</param>
/// <param name="Subject">Which one.</param>
/// <param name="Digest">Its value in the tree.</param>
/// <param name="Package">The package it belongs to.</param>
/// <param name="Rehash">What a hash-tree renewal must remember of it.</param>
internal sealed record NewLeaf(LeafKind Kind, string Subject, byte[] Digest, Guid? Package, RehashedLeaf? Rehash = null);

/// <summary>From which leaf a hash-tree renewal goes on, and what the new digest was made of.</summary>
internal sealed record RehashedLeaf(byte[] ContentDigest, byte[] SequenceDigest, Guid[] PriorTokens, Guid OfBatch, int OfOrdinal);
