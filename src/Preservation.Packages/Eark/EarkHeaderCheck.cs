using Preservation.Packages.Mets;
using Preservation.Packages.Tt05;

namespace Preservation.Packages.Eark;

/// <summary>CSIP1–CSIP16, CSIP117 and what SIP, AIP and DIP add to the root element and the header.</summary>
internal static class EarkHeaderCheck
{
    public static void Check(EarkCheck c)
    {
        var mets = c.Mets;
        c.Need(!string.IsNullOrWhiteSpace(mets.ObjId), "CSIP1", "mets/@OBJID");
        var isOther = string.Equals(mets.Type, "OTHER", StringComparison.OrdinalIgnoreCase);
        c.Need(EarkVocabulary.IsCategory(mets.Type) && !(isOther && mets.OtherType is { Length: 0 }), "CSIP2");
        c.Need(!isOther || !string.IsNullOrWhiteSpace(mets.OtherType), "CSIP3", "mets/@csip:OTHERTYPE");
        c.Need(EarkVocabulary.IsContentType(mets.ContentInformationType), "CSIP4");
        c.Need(mets.ContentInformationType != "OTHER" || mets.OtherContentInformationType is not null, "CSIP4", "mets/@csip:OTHERCONTENTINFORMATIONTYPE");
        c.Need(mets.ContentInformationType != "OTHER" || !string.IsNullOrWhiteSpace(mets.OtherContentInformationType), "CSIP5");
        c.Need(!string.IsNullOrWhiteSpace(mets.Profile), "CSIP6", "mets/@PROFILE");
        if (!c.Need(mets.Header is not null, "CSIP117", "metsHdr")) return;
        var header = mets.Header!;
        c.Need(Tt05MetsCheck.IsInstant(header.Created), "CSIP7", "metsHdr/@CREATEDATE");
        c.Need(Tt05MetsCheck.IsInstant(header.LastModified), "CSIP8", "metsHdr/@LASTMODDATE");
        c.Need(EarkVocabulary.IsPackageType(header.OaisPackageType), "CSIP9", "SIP, AIP, DIP, AIU, AIC");
        // Representations inherit the agents of their package: only the package's METS must name them.
        if (c.IsRoot) Agents(c, header);
        if (!c.IsRoot) return;
        if (IsOf(mets.Profile, "earksip", "E-ARK-SIP") || header.OaisPackageType == "SIP") Sip(c, header);
        if (IsOf(mets.Profile, "eark", "E-ARK-AIP") || header.OaisPackageType == "AIP") Aip(c, header);
        if (IsOf(mets.Profile, "earkdip", "E-ARK-DIP") || header.OaisPackageType == "DIP") Dip(c, header);
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
        c.Need(software.Any(a => a.Notes.Length == 1), "CSIP15", "note");
        c.Need(software.Any(a => a.Notes.Any(n => n.NoteType == "SOFTWARE VERSION")), "CSIP16", "@csip:NOTETYPE=SOFTWARE VERSION");
    }

    private static void Sip(EarkCheck c, MetsHeader header)
    {
        c.Need(IsProfile(c.Mets.Profile, "earksip", "E-ARK-SIP"), "SIP2", MetsNames.SipProfile);
        c.Need(header.RecordStatus is null || EarkVocabulary.IsRecordStatus(header.RecordStatus), "SIP3");
        c.Need(header.OaisPackageType == "SIP", "SIP4", "SIP");
        foreach (var agent in header.Agents.Where(a => a.Role == "ARCHIVIST")) Party(c, agent, "SIP11", "SIP12", "SIP14");
        var submitting = header.Agents.Where(a => a.Role == "CREATOR" && a.Type is "ORGANIZATION" or "INDIVIDUAL").ToList();
        c.Need(submitting.Count > 0, "SIP15", "agent ROLE=CREATOR");
        c.Need(header.Agents.Where(a => a.Role == "CREATOR" && !a.IsSoftware).All(a => a.Type is "ORGANIZATION" or "INDIVIDUAL"), "SIP17", "ORGANIZATION, INDIVIDUAL");
        c.Need(submitting.Count == 0 || submitting.Any(a => !string.IsNullOrWhiteSpace(a.Name)), "SIP18", "name");
        foreach (var agent in submitting.Where(a => a.Type == "ORGANIZATION"))
            c.Need(agent.Notes.All(n => n.NoteType == "IDENTIFICATIONCODE"), "SIP20", "IDENTIFICATIONCODE");
        foreach (var agent in header.Agents.Where(a => a.Role == "PRESERVATION"))
        {
            c.Need(agent.Type == "ORGANIZATION", "SIP28", "ORGANIZATION");
            c.Need(!string.IsNullOrWhiteSpace(agent.Name), "SIP29", "name");
            c.Need(agent.Notes.All(n => n.NoteType == "IDENTIFICATIONCODE"), "SIP31", "IDENTIFICATIONCODE");
        }
    }

    private static void Party(EarkCheck c, MetsAgent agent, string type, string name, string note)
    {
        c.Need(agent.Type is "ORGANIZATION" or "INDIVIDUAL", type, "ORGANIZATION, INDIVIDUAL");
        c.Need(!string.IsNullOrWhiteSpace(agent.Name), name, "name");
        c.Need(agent.Notes.All(n => n.NoteType == "IDENTIFICATIONCODE"), note, "IDENTIFICATIONCODE");
    }

    private static void Aip(EarkCheck c, MetsHeader header)
    {
        var provenance = c.Mets.Sections.Where(s => s.Element == MetsSection.Provenance && s.Reference is not null).ToList();
        c.Need(!string.IsNullOrWhiteSpace(c.Mets.ObjId), "AIPM1", "mets/@OBJID");
        // The specification places the AIP profile under the DIP's host; its own host is accepted too.
        c.Need(IsProfile(c.Mets.Profile, "earkdip", "E-ARK-AIP") || IsProfile(c.Mets.Profile, "earkaip", "E-ARK-AIP"), "AIPM2", MetsNames.AipProfile, c.Mets.Profile);
        c.Need(header.OaisPackageType == "AIP", "AIPM3", "AIP");
        c.Need(c.Mets.Descriptive.Length == 0 || c.Mets.Descriptive.Any(d => d.Status == "CURRENT"), "AIPM4", "CURRENT");
        c.Need(provenance.Count > 0, "AIPM5", "digiprovMD/mdRef");
        c.Need(provenance.Any(s => s.Reference!.MdType == "PREMIS"), "AIPM6", "PREMIS");
        c.Need(provenance.Where(s => s.Reference!.MdType == "PREMIS").All(s => s.Reference!.MdTypeVersion?.StartsWith('3') == true), "AIPM7", "3.0");
    }

    private static void Dip(EarkCheck c, MetsHeader header)
    {
        if (IsOf(c.Mets.Profile, "earkdip", "E-ARK-AIP")) return;
        c.Need(!string.IsNullOrWhiteSpace(c.Mets.ObjId), "DIP1", "mets/@OBJID");
        c.Need(IsProfile(c.Mets.Profile, "earkdip", "E-ARK-DIP"), "DIP2", "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml");
        c.Need(header.OaisPackageType == "DIP", "DIP3", "DIP");
        c.Need(c.Mets.Descriptive.All(d => d.Status == "CURRENT"), "DIP4", "CURRENT");
    }

    private static bool IsOf(string? profile, string host, string name) =>
        profile?.Contains(host, StringComparison.OrdinalIgnoreCase) == true && profile.Contains(name, StringComparison.OrdinalIgnoreCase);

    private static bool IsProfile(string? profile, string host, string name)
    {
        if (profile is null) return false;
        return new[] { "", "-v2-0-4", "-v2-1-0", "-v2-2-0" }.Any(v => profile.Equals($"https://{host}.dilcis.eu/profile/{name}{v}.xml", StringComparison.OrdinalIgnoreCase));
    }
}
