using System.Collections.Immutable;

namespace Preservation.Signatures.TrustLists;

/// <summary>A service of a trust service provider (TS 119 612 §5.5).</summary>
/// <param name="Name">In English where the list has that.</param>
/// <param name="Periods">Its present first, then its history, the newest first; never empty.</param>
public sealed record TrustService(string Name, ImmutableArray<TrustServicePeriod> Periods)
{
    /// <summary>How it stands today.</summary>
    public TrustServicePeriod Present => Periods[0];
}
