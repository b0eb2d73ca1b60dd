namespace Preservation.Workflow.Collection;

/// <summary>Validation material could not be had now; it may be later.</summary>
public sealed class MaterialUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
