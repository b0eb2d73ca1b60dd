using Preservation.Core.Digests;

namespace Preservation.Packages.Aip;

/// <summary>One logical path of an AIP and where its bytes come from: the submission, made here, or held by an earlier version.</summary>
/// <param name="Path">Path in the AIP.</param>
/// <param name="SourcePath">Path in the submission; null when <paramref name="Content"/> has the bytes or an earlier version holds them.</param>
/// <param name="Content">The bytes made here; else empty.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">SHA-256.</param>
/// <param name="Sha512">SHA-512.</param>
public sealed record AipEntry(string Path, string? SourcePath, ReadOnlyMemory<byte> Content, long Bytes, Digest Sha256, Digest Sha512)
{
    /// <summary>True when an earlier version of the package holds the bytes, so that nothing has to be written for this path.</summary>
    public bool IsHeld => SourcePath is null && Content.Length != Bytes;
}
