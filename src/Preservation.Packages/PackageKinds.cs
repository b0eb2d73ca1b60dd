using System.Xml;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Packages.BagIt;
using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages;

/// <summary>Tells what kind of package something is, by what lies at its root.</summary>
public static class PackageKinds
{
    /// <summary>The word the command line and the API use.</summary>
    public static string Name(PackageKind kind) => kind switch
    {
        PackageKind.Tt05 => "tt05",
        PackageKind.Eark => "eark",
        _ => "bagit",
    };

    /// <summary>The kind with this name, or null.</summary>
    public static PackageKind? Parse(string? name)
    {
        foreach (var kind in Enum.GetValues<PackageKind>())
            if (Name(kind) == name) return kind;
        return null;
    }

    /// <summary>
    /// A bag has bagit.txt; a package of the circular has METS.xml and a <c>simpledc</c> EAD.xml or descriptors named EAD_doc, EAD_pic
    /// or EAD_media; any other METS.xml is E-ARK. Null when none is there.
    /// </summary>
    public static async Task<PackageKind?> DetectAsync(IFileTree tree, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return await DetectAsync(await PackageFiles.ListAsync(tree, Limits.Default, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<PackageKind?> DetectAsync(PackageFiles files, CancellationToken cancellationToken)
    {
        if (files.Has(BagDeclaration.Path)) return PackageKind.BagIt;
        if (files.Under(Tt05Layout.RepDescriptive).Any(p => Tt05Layout.ReadDescriptor(p) is not null)) return PackageKind.Tt05;
        if (files.Has(Tt05Layout.Ead) && await IsSimpleDcAsync(files, cancellationToken).ConfigureAwait(false)) return PackageKind.Tt05;
        return files.Has(MetsNames.FileName) ? PackageKind.Eark : null;
    }

    // Whether the file is sound is for the validator to say: here an unreadable one is only no sign of the circular.
    private static async Task<bool> IsSimpleDcAsync(PackageFiles files, CancellationToken cancellationToken)
    {
        var kind = await files.ParseAsync(Tt05Layout.Ead, async stream =>
        {
            using var xml = SafeXml.Read(stream, files.Limits);
            try
            {
                await xml.MoveToContentAsync().ConfigureAwait(false);
                return xml is { LocalName: "simpledc", NamespaceURI: "" } ? "tt05" : "";
            }
            catch (XmlException)
            {
                return "";
            }
        }, cancellationToken).ConfigureAwait(false);
        return kind == "tt05";
    }
}
