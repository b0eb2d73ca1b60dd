namespace Preservation.Packages.Mets;

/// <summary><c>mdRef</c>: where a metadata file lies and what it is. Digest and size are as written, unchecked.</summary>
public sealed record MetsReference
{
    /// <summary><c>@ID</c></summary>
    public string? Id { get; init; }

    /// <summary><c>@LOCTYPE</c></summary>
    public string? LocType { get; init; }

    /// <summary><c>@xlink:type</c></summary>
    public string? LinkType { get; init; }

    /// <summary><c>@xlink:href</c></summary>
    public string? Href { get; init; }

    /// <summary><c>@MDTYPE</c></summary>
    public string? MdType { get; init; }

    /// <summary><c>@OTHERMDTYPE</c></summary>
    public string? OtherMdType { get; init; }

    /// <summary><c>@MDTYPEVERSION</c></summary>
    public string? MdTypeVersion { get; init; }

    /// <summary><c>@MIMETYPE</c></summary>
    public string? MimeType { get; init; }

    /// <summary><c>@SIZE</c>, in bytes, as text.</summary>
    public string? Size { get; init; }

    /// <summary><c>@CREATED</c></summary>
    public string? Created { get; init; }

    /// <summary><c>@CHECKSUM</c></summary>
    public string? Checksum { get; init; }

    /// <summary><c>@CHECKSUMTYPE</c></summary>
    public string? ChecksumType { get; init; }
}
