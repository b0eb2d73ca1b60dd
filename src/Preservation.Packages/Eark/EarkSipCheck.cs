using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>SIP1–SIP8. The agents have their own check, and the formats of files.</summary>
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
}
