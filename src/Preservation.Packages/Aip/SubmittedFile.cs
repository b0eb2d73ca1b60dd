using System.Collections.Immutable;
using Preservation.Core.Digests;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Aip;

/// <summary>A file of an accepted submission with what is known of it.</summary>
/// <param name="Path">Relative to the submission's root.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="Sha512">Its SHA-512.</param>
public sealed record SubmittedFile(string Path, long Bytes, Digest Sha256, Digest Sha512)
{
    /// <summary>PRONOM identifier, when identified.</summary>
    public string? Puid { get; init; }

    /// <summary>Media type, when identified; else it follows from the name.</summary>
    public string? MimeType { get; init; }

    /// <summary>Name of the format, when identified.</summary>
    public string? FormatName { get; init; }

    /// <summary>Version of the format, when identified.</summary>
    public string? FormatVersion { get; init; }

    /// <summary>True when an earlier version of the package holds its bytes, and this submission does not bring them.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Other files of the submission with detached signatures over this one, by their paths in it.</summary>
    public ImmutableArray<string> SignedIn { get; init; } = [];

    /// <summary>The file of the submission that this one signs; null when it is no detached signature.</summary>
    public string? Signs { get; init; }

    /// <summary>Signatures over the file, found in it or beside it.</summary>
    public ImmutableArray<PremisSignature> Signatures { get; init; } = [];
}
