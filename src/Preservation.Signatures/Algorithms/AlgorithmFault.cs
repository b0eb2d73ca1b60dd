namespace Preservation.Signatures.Algorithms;

/// <summary>An algorithm that was no longer relied on.</summary>
/// <param name="Use">Which, with its key length.</param>
/// <param name="ReliableUntil">When reliance on it ended; <see cref="DateTimeOffset.MinValue"/> when it never was relied on or is not listed.</param>
/// <param name="Source">Who says so.</param>
internal sealed record AlgorithmFault(AlgorithmUse Use, DateTimeOffset ReliableUntil, string Source);
