using Preservation.Packages.Description;
using Preservation.Packages.Mets;

namespace Preservation.Packages.Aip;

/// <summary>In which METS section a metadata file of an AIP is referenced, by the folder it lies in and what the SIP's METS said.</summary>
internal static class AipMetadata
{
    public static MetadataFile Classify(string pathInFolder, ReferencedFile file, DescribedMetadata? said)
    {
        var folder = pathInFolder.Split('/') is [_, var sub, _, ..] ? sub : "other";
        var element = folder switch
        {
            "descriptive" => MetsSection.Descriptive,
            "preservation" => MetsSection.Provenance,
            "technical" => MetsSection.Technical,
            "rights" => MetsSection.Rights,
            _ => said?.Element is { } e && e != MetsSection.Descriptive ? e : MetsSection.Source,
        };
        return said is not null
            ? new MetadataFile(element, file, said.MdType, said.OtherMdType, said.MdTypeVersion)
            : new MetadataFile(element, file, "OTHER", "OTHER", null);
    }

    /// <summary>A PREMIS document of ours.</summary>
    public static MetadataFile Premis(ReferencedFile file) => new(MetsSection.Provenance, file, "PREMIS", null, "3.0");

    /// <summary>A report the service adds: provenance of another type than PREMIS.</summary>
    public static MetadataFile Report(ReferencedFile file) => new(MetsSection.Provenance, file, "OTHER", "REPORT", null);
}
