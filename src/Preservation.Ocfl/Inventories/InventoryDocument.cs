namespace Preservation.Ocfl.Inventories;

/// <summary>An inventory exactly as written, faults included: what the rules judge.</summary>
internal sealed class InventoryDocument
{
    /// <summary>Its digests and paths.</summary>
    public InventoryTexts Texts { get; } = new();

    public string? Id { get; set; }
    public string? Type { get; set; }
    public string? DigestAlgorithm { get; set; }
    public string? Head { get; set; }
    public string? ContentDirectory { get; set; }
    public DigestMap? Manifest { get; set; }
    public List<VersionDocument>? Versions { get; set; }
    public List<(string Algorithm, DigestMap Block)>? Fixity { get; set; }

    /// <summary>Keys that stand there, whatever their value.</summary>
    public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>The content folder's name where it is not refused.</summary>
    public string ContentFolder => ContentDirectory ?? "content";
}

/// <summary>A version block as written.</summary>
internal sealed class VersionDocument(string name)
{
    public string Name { get; } = name;
    public string? Created { get; set; }
    public DigestMap? State { get; set; }
    public string? Message { get; set; }
    public string? UserName { get; set; }
    public string? UserAddress { get; set; }
    public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);
}
