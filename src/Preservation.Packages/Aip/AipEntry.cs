using Preservation.Core.Digests;

namespace Preservation.Packages.Aip;

/// <summary>One logical path of an AIP and where its bytes come from: the submission, made here, or held by an earlier version.</summary>
/// <param name="Path">Path in the AIP.</param>
/// <param name="SourcePath">Path in the submission; null when the bytes were made here or an earlier version holds them.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">SHA-256.</param>
/// <param name="Sha512">SHA-512.</param>
public sealed record AipEntry(string Path, string? SourcePath, long Bytes, Digest Sha256, Digest Sha512)
{
    /// <summary>Where the bytes made here begin among all of these; null when they were not made here.</summary>
    internal long? MadeAt { get; init; }

    /// <summary>True when the bytes were made here: <see cref="AipPlan.Open"/> gives them.</summary>
    public bool IsMade => MadeAt is not null;

    /// <summary>True when an earlier version of the package holds the bytes, so that nothing has to be written for this path.</summary>
    public bool IsHeld => SourcePath is null && MadeAt is null;

    /// <summary>PRONOM identifier of what was submitted, when identified.</summary>
    public string? Puid { get; init; }

    /// <summary>Name of its format, when identified.</summary>
    public string? FormatName { get; init; }

    /// <summary>Its media type, when identified.</summary>
    public string? MimeType { get; init; }
}
