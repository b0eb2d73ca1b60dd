namespace Preservation.Workflow.Collection;

/// <summary>A name leads to an address that is not of the public internet.</summary>
public sealed class PrivateAddressException(string message) : IOException(message);
