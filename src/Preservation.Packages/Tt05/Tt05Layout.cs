namespace Preservation.Packages.Tt05;

/// <summary>Where things lie in a package of the circular.</summary>
internal static class Tt05Layout
{
    public const string Ead = "metadata/descriptive/EAD.xml";
    public const string Premis = "metadata/preservation/PREMIS.xml";
    public const string Extension = "metadata/other/VNSIP.xml";
    public const string Rep = "representations/rep1";
    public const string RepMets = Rep + "/METS.xml";
    public const string RepDescriptive = Rep + "/metadata/descriptive/";
    public const string RepPremis = Rep + "/metadata/preservation/PREMIS_rep1.xml";
    public const string Data = Rep + "/data/";
    public const string FetchSuffix = ".fetch.txt";

    public static string Descriptor(string kind, string id) => $"{RepDescriptive}EAD_{kind}_{id}.xml";

    /// <summary>Kind and identifier that a descriptor's name carries, or null when the path is none.</summary>
    public static (string Kind, string Id)? ReadDescriptor(string path)
    {
        if (!path.StartsWith(RepDescriptive + "EAD_", StringComparison.Ordinal) || !path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)) return null;
        var name = path[(RepDescriptive.Length + 4)..^4];
        foreach (var kind in (ReadOnlySpan<string>)["doc", "pic", "media"])
            if (name.StartsWith(kind + "_", StringComparison.Ordinal)) return (kind, name[(kind.Length + 1)..]);
        return null;
    }
}
