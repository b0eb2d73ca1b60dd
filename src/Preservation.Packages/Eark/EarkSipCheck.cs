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

    /// <summary>The format attributes of a METS document's files: one finding for all that lack one, one for each that is blank.</summary>
    public static void Formats(EarkCheck c)
    {
        Attribute(c, "SIP32", "FILEFORMATNAME", f => f.FormatName);
        Attribute(c, "SIP33", "FILEFORMATVERSION", f => f.FormatVersion);
        Attribute(c, "SIP34", "FILEFORMATREGISTRY", f => f.FormatRegistry);
        Attribute(c, "SIP35", "FILEFORMATKEY", f => f.FormatKey);
    }

    private static void Attribute(EarkCheck c, string rule, string name, Func<MetsFile, string?> value)
    {
        var (missing, all) = (0, 0);
        foreach (var file in c.Mets.Files)
        {
            all++;
            if (value(file) is not { } text) missing++;
            else c.Need(!string.IsNullOrWhiteSpace(text), rule, "@sip:" + name, text, c.Resolve(file.Location?.Href));
        }
        c.Need(missing == 0, rule, "@sip:" + name, $"{missing}/{all}");
    }
}
