namespace Preservation.Storage.Objects;

/// <summary>The store answered that it locked a version, and when asked again the lock is not there or not as it was set.</summary>
public sealed class LockNotKeptException(string key, string problem) : IOException($"the lock of {key} is not kept: {problem}")
{
    /// <summary>The object.</summary>
    public string Key { get; } = key;
}
