using System.Collections.Immutable;

namespace Preservation.Packages.Mets;

/// <summary><c>file</c> with its first <c>FLocat</c>. Digest and size are as written, unchecked.</summary>
public sealed record MetsFile
{
    /// <summary><c>@ID</c></summary>
    public string? Id { get; init; }

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

    /// <summary><c>@OWNERID</c></summary>
    public string? OwnerId { get; init; }

    /// <summary><c>@ADMID</c></summary>
    public ImmutableArray<string> AdmIds { get; init; } = [];

    /// <summary><c>@DMDID</c></summary>
    public ImmutableArray<string> DmdIds { get; init; } = [];

    /// <summary><c>@sip:FILEFORMATNAME</c></summary>
    public string? FormatName { get; init; }

    /// <summary><c>@sip:FILEFORMATVERSION</c></summary>
    public string? FormatVersion { get; init; }

    /// <summary><c>@sip:FILEFORMATREGISTRY</c>, or <c>@sip:FORMATREGISTRY</c> as the extension's schema spells it.</summary>
    public string? FormatRegistry { get; init; }

    /// <summary><c>@sip:FILEFORMATKEY</c>, or <c>@sip:FORMATREGISTRYKEY</c> as the extension's schema spells it.</summary>
    public string? FormatKey { get; init; }

    /// <summary>The first <c>FLocat</c>, or null.</summary>
    public MetsPointer? Location { get; init; }

    /// <summary>How many <c>FLocat</c> elements there are.</summary>
    public int LocationCount { get; init; } = 1;
}
