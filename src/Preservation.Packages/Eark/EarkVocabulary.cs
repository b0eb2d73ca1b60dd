using System.Collections.Frozen;

namespace Preservation.Packages.Eark;

/// <summary>The vocabularies of the DILCIS Board that attributes of a CSIP METS are held against, as of 2024; case and kind of dash do not matter.</summary>
internal static class EarkVocabulary
{
    private static readonly FrozenSet<string> Categories = Set(
    [
        "Textual works – Print", "Textual works – Digital", "Textual works – Electronic Serials",
        "Digital Musical Composition (score-based representations)", "Musical Scores - Print", "Musical Scores - Digital", "Photographs – Print",
        "Photographs – Digital", "Other Graphic Images – Print", "Other Graphic Images – Digital", "Microforms",
        "Audio – On Tangible Medium (digital or analog)", "Audio – Media-independent (digital)", "Motion Pictures – Digital and Physical Media",
        "Video – File-based and Physical Media", "Software", "Software and Video Games", "Email", "Datasets", "Geospatial Data",
        "Geographic Information System (GIS) - Vector Data", "GIS Raster and Georeferenced Images", "GIS Vector and Raster Combined",
        "Non-GIS Cartographic", "2D and 3D Computer Aided Design", "Design (schematics, architectural drawings) - Print",
        "Scanned 3D Objects (output from photogrammetry scanning)", "Databases", "Websites", "Web Archives", "Collection", "Event", "Image",
        "Interactive resource", "Moving image", "Sound", "Still image", "Text", "Physical object", "Service", "Mixed", "Other",
    ]);

    private static readonly FrozenSet<string> ContentTypes = Set(
    [
        "ERMS", "SIARD1", "SIARD2", "SIARDDK", "GeoData", "citscarchival_v1_0", "cscarchival_v1_0", "citserms_v2_1", "citserms_v3_0",
        "citspremis_v1_0", "cspremis_v1_0", "citsehpj_v1_0", "citsehpj_v2_0", "citsehcr_v1_0", "citssiard_v1_0", "citsgeospatial_v3_0",
        "cits3dpm_v1_0", "MIXED", "OTHER",
    ]);

    private static readonly FrozenSet<string> MetadataTypes = Set(
    [
        "MARC", "MODS", "EAD", "DC", "NISOIMG", "LC-AV", "VRA", "TEIHDR", "DDI", "FGDC", "LOM", "PREMIS", "PREMIS:OBJECT", "PREMIS:AGENT",
        "PREMIS:RIGHTS", "PREMIS:EVENT", "TEXTMD", "METSRIGHTS", "ISO 19115:2003 NAP", "EAC-CPF", "LIDO", "OTHER",
    ]);

    private static readonly FrozenSet<string> ChecksumTypes = Set(
    [
        "Adler-32", "CRC32", "HAVAL", "MD5", "MNP", "SHA-1", "SHA-256", "SHA-384", "SHA-512", "TIGER", "WHIRLPOOL",
    ]);

    private static readonly FrozenSet<string> RecordStatuses = Set(["NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "VERSION", "DELETE", "OTHER"]);

    private static readonly FrozenSet<string> PackageTypes = Set(["SIP", "AIP", "DIP", "AIU", "AIC"]);

    public static bool IsCategory(string? text) => Has(Categories, text);

    public static bool IsContentType(string? text) => Has(ContentTypes, text);

    public static bool IsMetadataType(string? text) => Has(MetadataTypes, text);

    public static bool IsChecksumType(string? text) => Has(ChecksumTypes, text);

    public static bool IsRecordStatus(string? text) => Has(RecordStatuses, text);

    public static bool IsPackageType(string? text) => Has(PackageTypes, text);

    private static bool Has(FrozenSet<string> set, string? text) => text is not null && set.Contains(Fold(text));

    private static FrozenSet<string> Set(IEnumerable<string> terms) => terms.Select(Fold).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static string Fold(string text) => text.Replace('–', '-').Trim();
}
