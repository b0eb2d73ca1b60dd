namespace Preservation.Signatures.Containers;

/// <summary>What the names in an ASiC container mean (EN 319 162-1 §4.3.3, §4.4.3).</summary>
internal static class AsicNames
{
    private const string Folder = "META-INF/";

    public static bool IsInFolder(string name) => name.StartsWith(Folder, StringComparison.OrdinalIgnoreCase);

    /// <summary>A file that was given to be signed.</summary>
    public static bool IsDataObject(string name) => !IsInFolder(name) && name != "mimetype";

    public static bool IsXmlSignature(string name) => Has(name, "signatures", ".xml");

    public static bool IsCmsSignature(string name) => Has(name, "signature", ".p7s");

    public static bool IsTimeStamp(string name) => Has(name, "timestamp", ".tst");

    public static bool IsManifest(string name) => Has(name, "ASiCManifest", ".xml") || Has(name, "ASiCArchiveManifest", ".xml");

    public static bool IsEvidenceRecord(string name) => Has(name, "evidencerecord", ".ers") || (Has(name, "evidencerecord", ".xml") && !Has(name, "ASiCEvidenceRecordManifest", ".xml"));

    private static bool Has(string name, string part, string ending) =>
        IsInFolder(name) && name.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && name.AsSpan(Folder.Length).Contains(part, StringComparison.OrdinalIgnoreCase);
}
