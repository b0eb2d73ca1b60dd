using Preservation.Core.Files;

namespace Preservation.Packages;

/// <summary>What a packer needs beside the content. Equal options and content give equal bytes.</summary>
/// <param name="Now">The instant the package is made; written in Vietnamese time where the circular asks for it.</param>
/// <param name="NewId">A new identifier each call.</param>
public sealed record PackOptions(DateTimeOffset Now, Func<Guid> NewId)
{
    /// <summary>The software named in the package.</summary>
    public PackageSoftware Software { get; init; } = PackageSoftware.Ours;

    /// <summary>
    /// A folder with the schemas that are not ours to hand out (METS, XLink, the CSIP extensions); its files are put into the
    /// package's <c>schemas</c> folder. Without it the package carries our own schemas only.
    /// </summary>
    public IFileTree? OfficialSchemas { get; init; }
}
