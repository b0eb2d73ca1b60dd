namespace Preservation.Workflow.Documents;

/// <summary>A font that documents are set in is not there or cannot be read: no document can be made until the configuration names one.</summary>
public sealed class FontMissingException(string message, Exception cause) : IOException(message, cause);
