using System.Collections.Immutable;

namespace Preservation.Packages.Description;

/// <summary>A document of a dossier: the unit the law knows (domain.md).</summary>
public sealed record DocumentDescription
{
    /// <summary>Identifier within the package (<c>docId</c>, or what follows <c>EAD_doc_</c> in the descriptor's name).</summary>
    public required string Id { get; init; }

    /// <summary>The descriptor's root kind: <c>doc</c>, <c>pic</c> or <c>media</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Archival code (<c>docCode</c>, <c>arcDocCode</c>).</summary>
    public string? Code { get; init; }

    /// <summary>Order in the dossier, counted from 1.</summary>
    public int? Ordinal { get; init; }

    /// <summary><c>codeNumber</c></summary>
    public string? Number { get; init; }

    /// <summary><c>codeNotation</c></summary>
    public string? Notation { get; init; }

    /// <summary><c>issuedDate</c></summary>
    public TextDate? Issued { get; init; }

    /// <summary><c>organName</c></summary>
    public string? Issuer { get; init; }

    /// <summary><c>typeName</c>, a code.</summary>
    public string? TypeCode { get; init; }

    /// <summary><c>subject</c>, or the title of a picture or recording.</summary>
    public string? Abstract { get; init; }

    /// <summary><c>maintenance</c>, a code; null when the dossier's holds.</summary>
    public string? RetentionCode { get; init; }

    /// <summary><c>mode</c>, a code.</summary>
    public string? AccessMode { get; init; }

    /// <summary>Path of its descriptor.</summary>
    public required string DescriptorPath { get; init; }

    /// <summary>Its content files, main file first.</summary>
    public ImmutableArray<string> FilePaths { get; init; } = [];

    /// <summary>Files attached to it (appendices, process logs, detached signatures).</summary>
    public ImmutableArray<string> AttachmentPaths { get; init; } = [];

    /// <summary>References to documents submitted before (<c>.fetch.txt</c> files), path and text.</summary>
    public ImmutableArray<PackageAlias> FetchReferences { get; init; } = [];

    /// <summary>Every field as received, in the order received.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Fields { get; init; } = [];
}
