namespace Preservation.Storage.Objects;

/// <summary>The object lies in an archive tier and cannot be read before the store has restored it, which takes hours.</summary>
/// <param name="key">Which one.</param>
/// <param name="isWaking">Whether the store was asked to restore it; trying again in some hours helps then, and only then.</param>
/// <param name="inner">What the store said.</param>
public sealed class ObjectAsleepException(string key, bool isWaking, Exception inner)
    : IOException(isWaking ? $"{key} lies in an archive tier and is being restored" : $"{key} lies in an archive tier, and nothing is restored from this store", inner)
{
    /// <summary>Whether the store was asked to restore it.</summary>
    public bool IsWaking { get; } = isWaking;
}
