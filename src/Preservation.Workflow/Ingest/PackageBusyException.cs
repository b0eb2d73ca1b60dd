namespace Preservation.Workflow.Ingest;

/// <summary>Somebody else is at work on the package. The submission waits and is tried again; nothing is lost.</summary>
public sealed class PackageBusyException(string message) : IOException(message);
