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
}
