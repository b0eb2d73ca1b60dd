namespace Preservation.Signatures.Algorithms;

/// <summary>A line of the catalogue.</summary>
/// <param name="Name">As in <see cref="AlgorithmUse"/>.</param>
/// <param name="FromBits">Shortest key it speaks of; 0 for a digest.</param>
/// <param name="ReliableUntil">First moment at which it is relied on no more; null when no end is set.</param>
/// <param name="Source">Document that says so.</param>
internal sealed record AlgorithmEntry(string Name, int FromBits, DateTimeOffset? ReliableUntil, string Source);
