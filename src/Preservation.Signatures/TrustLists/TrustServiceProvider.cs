using System.Collections.Immutable;

namespace Preservation.Signatures.TrustLists;

/// <summary>A trust service provider (TS 119 612 §5.4).</summary>
/// <param name="Name">In English where the list has that.</param>
/// <param name="Services">What it offers or offered.</param>
public sealed record TrustServiceProvider(string Name, ImmutableArray<TrustService> Services);
