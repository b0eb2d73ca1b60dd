namespace Preservation.Catalogue.Model;

/// <summary>A sealed head of the audit log.</summary>
public sealed class AuditBatch
{
    public required long Number { get; init; }
    public required long TreeSize { get; init; }
    public required byte[] Head { get; init; }
    public required byte[] Frontier { get; init; }
    public required DateTimeOffset SealedAt { get; init; }
}
