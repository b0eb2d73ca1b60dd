using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>A METS document of a package: the package's own, a representation's, or one part of a divided representation's.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Mets">What it says, its files left out.</param>
/// <param name="Entries">What is kept of the files.</param>
internal sealed record EarkDocument(string Path, MetsDocument Mets, EarkFileEntries Entries)
{
    /// <summary>Empty for the package's own, else the representation's folder.</summary>
    public string Folder => Path[..Math.Max(Path.LastIndexOf('/'), 0)];

    public bool IsRoot => Folder.Length == 0;

    /// <summary>True for one of several METS documents of a representation that is divided by size; they are numbered (AIP 2.2.0).</summary>
    public bool IsPart => IsPartName(Path[(Path.LastIndexOf('/') + 1)..]);

    public static bool IsRepresentation(string path) =>
        path.StartsWith("representations/", StringComparison.Ordinal) && path.EndsWith(".xml", StringComparison.Ordinal)
        && path.Split('/') is ["representations", _, var name] && (name == MetsNames.FileName || IsPartName(name));

    /// <summary>The METS documents of the representations, in byte order of their paths.</summary>
    public static IEnumerable<string> Representations(PackageFiles files) =>
        files.Folders("representations/").SelectMany(f => files.FilesIn($"representations/{f}/")).Where(IsRepresentation);

    public static bool IsPartName(string name)
    {
        if (!name.StartsWith("METS", StringComparison.Ordinal) || !name.EndsWith(".xml", StringComparison.Ordinal)) return false;
        var number = name[4..^4].TrimStart('-', '_', '.');
        return number.Length > 0 && number.All(char.IsAsciiDigit);
    }
}
