using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Signatures.Algorithms;

namespace Preservation.Evidence.Records;

/// <summary>What a renewal is over, of the parts of a record as they were found.</summary>
internal abstract class RenewedOctets
{
    /// <summary>Values that prove an archive time-stamp's token to a time-stamp renewal of its chain: one for each encoding that is the same token.</summary>
    /// <param name="chain">The chain, from 0.</param>
    /// <param name="timeStamp">The token before the renewal, from 0.</param>
    /// <param name="hash">The chain's function.</param>
    public abstract IEnumerable<byte[]> TimeStampHashes(int chain, int timeStamp, HashFunction hash);

    /// <summary>Values that prove all chains before one to the hash-tree renewal that begins it: one for each encoding that is the same sequence.</summary>
    /// <param name="chain">The renewal's own chain, from 1.</param>
    /// <param name="hash">That chain's function.</param>
    public abstract IEnumerable<byte[]> SequenceHashes(int chain, HashFunction hash);

    /// <summary>The value of all chains so far for a hash-tree renewal to come; null when they are too large.</summary>
    public abstract byte[]? NextSequenceHash(HashFunction hash);

    /// <summary>What goes into the first list of a hash-tree renewal to come.</summary>
    /// <param name="data">Digests of the objects by the new function.</param>
    /// <param name="older">The value of all chains so far.</param>
    /// <param name="hash">The new function.</param>
    public abstract IEnumerable<byte[]> NextFirstList(IReadOnlyList<byte[]> data, byte[] older, HashFunction hash);

    /// <summary>The record with an archive time-stamp more; null when it is too large.</summary>
    /// <param name="beginsChain">In a new chain.</param>
    /// <param name="hash">Its function.</param>
    /// <param name="lists">Its partial hash trees.</param>
    /// <param name="token">Its token.</param>
    public abstract ImmutableArray<byte>? Renew(bool beginsChain, HashFunction hash, IReadOnlyList<ImmutableArray<Digest>> lists, ReadOnlyMemory<byte> token);
}
