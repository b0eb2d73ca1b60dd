namespace Preservation.Storage.Objects;

/// <summary>
/// The store could not be reached or could not do its work now; trying again later may help. A put may or may not have taken
/// effect.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
