namespace Preservation.Workflow.VirusScan;

/// <summary>The scanner gave no verdict. Nothing is known of the content, and it must not pass.</summary>
public sealed class VirusScannerUnavailableException : IOException
{
    /// <inheritdoc/>
    public VirusScannerUnavailableException(string message) : base(message) { }

    /// <inheritdoc/>
    public VirusScannerUnavailableException(string message, Exception inner) : base(message, inner) { }
}
