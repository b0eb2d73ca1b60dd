namespace Preservation.Storage.Objects;

/// <summary>One capability of a store as it was seen.</summary>
/// <param name="Capability">Which.</param>
/// <param name="Standing">What trying it showed.</param>
/// <param name="Detail">What the store answered or did, in English; for the operators.</param>
public sealed record ProbedCapability(StoreCapability Capability, CapabilityStanding Standing, string Detail);
