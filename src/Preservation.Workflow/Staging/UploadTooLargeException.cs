namespace Preservation.Workflow.Staging;

/// <summary>An upload is longer than <c>Preservation:Staging:MaxUploadBytes</c>.</summary>
public sealed class UploadTooLargeException(long maxBytes) : IOException($"an upload may have at most {maxBytes} bytes")
{
    /// <summary>The limit in bytes.</summary>
    public long MaxBytes { get; } = maxBytes;
}
