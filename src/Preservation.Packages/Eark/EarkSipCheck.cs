using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>SIP1–SIP8 and SIP32–SIP35. The agents have their own check.</summary>
internal static class EarkSipCheck
{
    private const string Host = "earksip";
    private const string Name = "E-ARK-SIP";

    // What altRecordID may hold, and whether once only.
    private static readonly (string Rule, string Type, bool IsSingle)[] Records =
    [
        ("SIP5", "SUBMISSIONAGREEMENT", true), ("SIP6", "PREVIOUSSUBMISSIONAGREEMENT", false),
        ("SIP7", "REFERENCECODE", true), ("SIP8", "PREVIOUSREFERENCECODE", false),
    ];

    public static bool Applies(MetsDocument mets) => EarkProfile.Means(mets.Profile, Host, Name) || mets.Header?.OaisPackageType == "SIP";

    public static void Check(EarkCheck c, MetsHeader header)
    {
        c.Need(!string.IsNullOrWhiteSpace(c.Mets.Label), "SIP1", "mets/@LABEL");
        c.Need(EarkProfile.Is(c.Mets.Profile, Host, Name), "SIP2", MetsNames.SipProfile, c.Mets.Profile);
        c.Need(EarkVocabulary.IsRecordStatus(header.RecordStatus), "SIP3", "NEW, SUPPLEMENT, REPLACEMENT, TEST, VERSION, DELETE, OTHER", header.RecordStatus);
        c.Need(header.OaisPackageType == "SIP", "SIP4", "SIP", header.OaisPackageType);
        foreach (var (rule, type, isSingle) in Records)
        {
            var ids = header.AltRecordIds.Where(i => i.Type == type).ToList();
            c.Need(ids.Count > 0 && ids.All(i => !string.IsNullOrWhiteSpace(i.Value)) && (!isSingle || ids.Count == 1), rule, $"altRecordID[@TYPE='{type}']", "×" + ids.Count);
        }
        EarkSipAgentCheck.Check(c, header);
    }

    /// <summary>The format attributes of files: each that is blank, and one finding for an attribute that no file of the package has.</summary>
    public static void Formats(IReadOnlyList<EarkCheck> documents)
    {
        Attribute(documents, "SIP32", "FILEFORMATNAME", f => f.FormatName);
        Attribute(documents, "SIP33", "FILEFORMATVERSION", f => f.FormatVersion);
        Attribute(documents, "SIP34", "FILEFORMATREGISTRY", f => f.FormatRegistry);
        Attribute(documents, "SIP35", "FILEFORMATKEY", f => f.FormatKey);
    }

    private static void Attribute(IReadOnlyList<EarkCheck> documents, string rule, string name, Func<MetsFile, string?> value)
    {
        var isThere = false;
        foreach (var c in documents)
            foreach (var file in c.Mets.Files)
            {
                if (value(file) is not { } text) continue;
                isThere = true;
                c.Need(!string.IsNullOrWhiteSpace(text), rule, "@sip:" + name, text, c.Resolve(file.Location?.Href));
            }
        documents[0].Need(isThere, rule, "@sip:" + name);
    }
}
