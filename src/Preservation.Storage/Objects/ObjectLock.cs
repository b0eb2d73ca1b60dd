namespace Preservation.Storage.Objects;

/// <summary>What keeps one version of an object from being deleted, as the store told it when it was asked last.</summary>
/// <param name="VersionId">The version.</param>
/// <param name="RetainedUntil">No key of ours deletes it before (COMPLIANCE); null when it is not retained. Whole seconds.</param>
/// <param name="IsHeld">It is under a legal hold.</param>
public sealed record ObjectLock(string VersionId, DateTimeOffset? RetainedUntil, bool IsHeld);
