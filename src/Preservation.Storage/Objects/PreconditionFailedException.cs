namespace Preservation.Storage.Objects;

/// <summary>The condition of a put did not hold; the store is as it was.</summary>
public sealed class PreconditionFailedException(string key, Exception? inner = null) : IOException($"the condition for writing {key} did not hold", inner)
{
    /// <summary>The key that was to be written.</summary>
    public string Key { get; } = key;
}
