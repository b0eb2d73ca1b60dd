namespace Preservation.Storage.Ocfl;

/// <summary>Stops a store's put because the source, not the store, failed; the source's own failure is what the caller sees.</summary>
internal sealed class SourceFailedException(Exception inner) : Exception("the source failed", inner);
