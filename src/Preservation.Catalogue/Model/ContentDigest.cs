namespace Preservation.Catalogue.Model;

/// <summary>The digest by a further function of a content that is known by its SHA-512.</summary>
public sealed class ContentDigest
{
    public required byte[] Sha512 { get; init; }
    public required string Algorithm { get; init; }
    public required byte[] Digest { get; init; }
    public required DateTimeOffset ReadAt { get; init; }
}
