namespace Preservation.Catalogue.Model;

/// <summary>Something that no batch covers yet.</summary>
public sealed class EvidenceDue
{
    public required LeafKind Kind { get; init; }
    public required string Subject { get; init; }
    public Guid? PackageId { get; init; }
    public int? Version { get; init; }
    public byte[]? Sha256 { get; init; }
    public required byte[] Sha512 { get; init; }

    /// <summary>Since when; null where the package version says it.</summary>
    public DateTimeOffset? Since { get; init; }
}
