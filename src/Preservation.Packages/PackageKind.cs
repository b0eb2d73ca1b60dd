namespace Preservation.Packages;

/// <summary>The kinds of packages that are understood; the command line and the API name them in lower case.</summary>
public enum PackageKind
{
    /// <summary>Circular 05/2025/TT-BNV (<c>tt05</c>).</summary>
    Tt05,

    /// <summary>E-ARK CSIP and what extends it (<c>eark</c>).</summary>
    Eark,

    /// <summary>BagIt, RFC 8493 and its forerunners (<c>bagit</c>).</summary>
    BagIt,
}
