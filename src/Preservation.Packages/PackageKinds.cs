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
    /// A bag has bagit.txt; METS.xml with the profile of E-ARK DIPs is one, whatever descriptors are in it; a package of the circular has METS.xml and a <c>simpledc</c> EAD.xml or descriptors named EAD_doc, EAD_pic
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
        if (await IsEarkDipAsync(files, cancellationToken).ConfigureAwait(false)) return PackageKind.Eark;
        if (files.Under(Tt05Layout.RepDescriptive).Any(p => Tt05Layout.ReadDescriptor(p) is not null)) return PackageKind.Tt05;
        if (await IsSimpleDcAsync(files, cancellationToken).ConfigureAwait(false)) return PackageKind.Tt05;
        return files.Has(MetsNames.FileName) ? PackageKind.Eark : null;
    }

    // The circular's own DIPs name the profile without its edition.
    private static Task<bool> IsEarkDipAsync(PackageFiles files, CancellationToken cancellationToken) =>
        BeginsAsync(files, MetsNames.FileName, xml => xml is { LocalName: "mets", NamespaceURI: MetsNames.Mets } && xml.GetAttribute("PROFILE") == MetsNames.DipProfile, cancellationToken);

    private static Task<bool> IsSimpleDcAsync(PackageFiles files, CancellationToken cancellationToken) =>
        BeginsAsync(files, Tt05Layout.Ead, xml => xml is { LocalName: "simpledc", NamespaceURI: "" }, cancellationToken);

    // Whether the file is sound is for the validator to say: here an unreadable one is only no sign of the circular.
    private static async Task<bool> BeginsAsync(PackageFiles files, string path, Func<XmlReader, bool> isWanted, CancellationToken cancellationToken)
    {
        if (!files.Has(path)) return false;
        var begins = await files.ParseAsync(path, async stream =>
        {
            using var xml = SafeXml.Read(stream, files.Limits);
            try
            {
                await xml.MoveToContentAsync().ConfigureAwait(false);
                return isWanted(xml) ? "yes" : "no";
            }
            catch (XmlException)
            {
                return "no";
            }
        }, cancellationToken).ConfigureAwait(false);
        return begins == "yes";
    }
}
