namespace Preservation.Storage.Ocfl;

/// <summary>Another writer made or claimed the version first, or the plan builds on an inventory that is no longer the newest.</summary>
public sealed class VersionConflictException(string id, string reason) : InvalidOperationException($"{id}: {reason}")
{
    /// <summary>The object's identifier.</summary>
    public string Id { get; } = id;
}
