namespace Preservation.Storage.Objects;

/// <summary>No object has the key.</summary>
public sealed class ObjectNotFoundException(string key, Exception? inner = null) : IOException($"no object {key}", inner)
{
    /// <summary>The key asked for.</summary>
    public string Key { get; } = key;
}
