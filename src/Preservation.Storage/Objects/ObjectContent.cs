namespace Preservation.Storage.Objects;

/// <summary>An object that is being read: its description and its bytes belong to the same writing of it.</summary>
public sealed class ObjectContent(StoredObject description, Stream stream) : IAsyncDisposable
{
    /// <summary>The object as a whole, also when only a range is read.</summary>
    public StoredObject Description { get; } = description;

    /// <summary>The bytes asked for; forward only.</summary>
    public Stream Stream { get; } = stream;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
