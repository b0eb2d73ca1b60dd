namespace Preservation.Cli.Auditing;

/// <summary>What says that a receipt is older than the revocation of its key.</summary>
/// <param name="Kind"><c>evidence</c>: an evidence record; <c>log</c>: its entry lies below what another receipt saw; <c>keyNotLost</c>: whoever revoked the key says that it was in nobody else's hands.</param>
/// <param name="Time">The time that is proven.</param>
/// <param name="Receipt">The other receipt, where one is what proves it.</param>
internal sealed record SealProof(string Kind, DateTimeOffset Time, string? Receipt = null);
