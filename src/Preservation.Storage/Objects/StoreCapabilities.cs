namespace Preservation.Storage.Objects;

/// <summary>What a store was seen to do; never taken from its word alone.</summary>
/// <param name="ConditionalPut">Puts can be bound to <see cref="PutCondition.OnlyIfAbsent"/> and <see cref="PutCondition.OnlyIfUnchanged"/>.</param>
/// <param name="MaxConditionalPutBytes">The largest object that can be put under a condition.</param>
public sealed record StoreCapabilities(bool ConditionalPut, long MaxConditionalPutBytes);
