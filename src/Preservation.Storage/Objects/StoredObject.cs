namespace Preservation.Storage.Objects;

/// <summary>What a store says of an object without giving its bytes.</summary>
/// <param name="Key">Its exact name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="ETag">Changes whenever the object is written. It says nothing about the content and is no fixity value.</param>
public sealed record StoredObject(string Key, long Bytes, string ETag)
{
    /// <summary>Which writing of the key this is, where the store keeps versions; null elsewhere and in lists.</summary>
    public string? VersionId { get; init; }
}
