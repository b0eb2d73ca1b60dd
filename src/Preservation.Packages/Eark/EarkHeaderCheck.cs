using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Eark;

/// <summary>CSIP1–CSIP16, CSIP117 and, for the package's own METS, what SIP, AIP and DIP add.</summary>
internal static class EarkHeaderCheck
{
    public static void Check(EarkCheck c)
    {
        var mets = c.Mets;
        Root(c, mets);
        if (!c.Need(mets.Header is not null, "CSIP117", "metsHdr")) return;
        var header = mets.Header!;
        c.Need(Tt05MetsCheck.IsInstant(header.Created), "CSIP7", "metsHdr/@CREATEDATE", header.Created);
        c.Need(Tt05MetsCheck.IsInstant(header.LastModified), "CSIP8", "metsHdr/@LASTMODDATE", header.LastModified);
        c.Need(EarkVocabulary.IsPackageType(header.OaisPackageType), "CSIP9", "SIP, AIP, DIP, AIU, AIC", header.OaisPackageType);
        // Representations inherit the agents of their package: only the package's METS must name them.
        if (!c.IsRoot) return;
        Agents(c, header);
        if (EarkSipCheck.Applies(mets)) EarkSipCheck.Check(c, header);
        if (EarkAipCheck.Applies(mets)) EarkAipCheck.Check(c);
        if (EarkDipCheck.Applies(mets)) EarkDipCheck.Check(c);
    }

    private static void Root(EarkCheck c, MetsDocument mets)
    {
        c.Need(!string.IsNullOrWhiteSpace(mets.ObjId), "CSIP1", "mets/@OBJID");
        var isOther = string.Equals(mets.Type, "OTHER", StringComparison.OrdinalIgnoreCase);
        var isSaid = !string.IsNullOrWhiteSpace(mets.OtherType);
        c.Need(EarkVocabulary.IsCategory(mets.Type) && (!isOther || isSaid), "CSIP2", found: mets.Type);
        // The value is either OTHER again or a word that the vocabulary does not have.
        c.Need(isOther ? isSaid && (mets.OtherType == "OTHER" || !EarkVocabulary.IsCategory(mets.OtherType)) : mets.OtherType is null, "CSIP3", "mets/@csip:OTHERTYPE", mets.OtherType);
        var isOtherContent = mets.ContentInformationType == "OTHER";
        var isContentSaid = !string.IsNullOrWhiteSpace(mets.OtherContentInformationType);
        c.Need(EarkVocabulary.IsContentType(mets.ContentInformationType) && (!isOtherContent || isContentSaid), "CSIP4", found: mets.ContentInformationType);
        c.Need(isOtherContent ? isContentSaid && !EarkVocabulary.IsContentType(mets.OtherContentInformationType) : mets.OtherContentInformationType is null,
            "CSIP5", "mets/@csip:OTHERCONTENTINFORMATIONTYPE", mets.OtherContentInformationType);
        c.Need(Uri.TryCreate(mets.Profile, UriKind.Absolute, out _), "CSIP6", "mets/@PROFILE", mets.Profile);
    }

    private static void Agents(EarkCheck c, MetsHeader header)
    {
        if (!c.Need(header.Agents.Length > 0, "CSIP10", "agent")) return;
        var creators = header.Agents.Where(a => a.Role == "CREATOR").ToList();
        // One and the same agent must meet all three.
        var elsewhere = header.Agents.Any(a => a.Role != "CREATOR" && a.OtherType == "SOFTWARE") && !creators.Any(a => a.IsSoftware);
        c.Need(creators.Count > 0 && !elsewhere, "CSIP11", "@ROLE=CREATOR");
        c.Need(creators.Any(a => a.Type == "OTHER"), "CSIP12", "@TYPE=OTHER");
        var software = creators.Where(a => a.IsSoftware).ToList();
        if (!c.Need(software.Count > 0, "CSIP13", "@OTHERTYPE=SOFTWARE")) return;
        c.Need(software.Any(a => !string.IsNullOrWhiteSpace(a.Name)), "CSIP14", "name");
        c.Need(software.Any(a => a.Notes.Length == 1 && !string.IsNullOrWhiteSpace(a.Notes[0].Text)), "CSIP15", "note");
        c.Need(software.Any(a => a.Notes.Any(n => n.NoteType == "SOFTWARE VERSION")), "CSIP16", "@csip:NOTETYPE=SOFTWARE VERSION");
    }
}
