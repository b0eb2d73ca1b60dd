namespace Preservation.Packages.Description;

/// <summary>A metadata file of the package and what its METS calls it.</summary>
/// <param name="Path">Relative to the package.</param>
/// <param name="Element">The METS section that references it (<c>dmdSec</c>, <c>digiprovMD</c>, …).</param>
/// <param name="MdType"><c>@MDTYPE</c></param>
/// <param name="OtherMdType"><c>@OTHERMDTYPE</c></param>
/// <param name="MdTypeVersion"><c>@MDTYPEVERSION</c></param>
public sealed record DescribedMetadata(string Path, string Element, string MdType, string? OtherMdType, string? MdTypeVersion);
