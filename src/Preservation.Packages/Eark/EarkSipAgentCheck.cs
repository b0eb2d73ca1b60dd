using Preservation.Packages.Mets;

namespace Preservation.Packages.Eark;

/// <summary>
/// SIP9–SIP31: archival creator, submitting agent, contact person and preservation agent. They are told apart by role and type: an
/// organisation with the role CREATOR submits, and a person with that role is its contact, or submits when no organisation does.
/// </summary>
internal static class EarkSipAgentCheck
{
    private const string Organisation = "ORGANIZATION";
    private const string Person = "INDIVIDUAL";
    private const string CodeNote = "IDENTIFICATIONCODE";
    private static readonly HashSet<string> Roles = ["CREATOR", "EDITOR", "ARCHIVIST", "PRESERVATION", "DISSEMINATOR", "CUSTODIAN", "IPOWNER", "OTHER"];

    public static void Check(EarkCheck c, MetsHeader header)
    {
        var creators = header.Agents.Where(a => a.Role == "CREATOR" && !a.IsSoftware).ToList();
        var organisations = creators.Where(a => a.Type == Organisation).ToList();
        var people = creators.Where(a => a.Type == Person).ToList();
        foreach (var agent in header.Agents) Role(c, agent);
        Archival(c, [.. header.Agents.Where(a => a.Role == "ARCHIVIST")]);
        Submitting(c, organisations.Count > 0 ? organisations : [.. people.Take(1)]);
        Contact(c, organisations.Count > 0 ? people : [.. people.Skip(1)]);
        // Whose type is neither: the contact where an organisation submits, else the one who submits.
        foreach (var agent in creators.Except(organisations).Except(people))
            if (organisations.Count > 0) c.Need(false, "SIP23", Person, agent.Type);
            else c.Need(false, "SIP17", Organisation + ", " + Person, agent.Type);
        Preservation(c, [.. header.Agents.Where(a => a.Role == "PRESERVATION")]);
    }

    // A role that METS does not list, or one of the four written as another role, is held against the agent it means.
    private static void Role(EarkCheck c, MetsAgent agent)
    {
        if (agent.OtherType == "SOFTWARE") return;
        var said = agent.Role is null or "OTHER" ? agent.OtherRole : Roles.Contains(agent.Role) ? null : agent.Role;
        var isMissing = agent.Role is null && string.IsNullOrWhiteSpace(agent.OtherRole);
        if (said is null && !isMissing) return;
        var (rule, role) = (said?.Trim().ToUpperInvariant() ?? "") switch
        {
            var r when r.StartsWith("ARCHIV", StringComparison.Ordinal) => ("SIP10", "ARCHIVIST"),
            var r when r.StartsWith("PRESERV", StringComparison.Ordinal) => ("SIP27", "PRESERVATION"),
            var r when r.StartsWith("CONTACT", StringComparison.Ordinal) => ("SIP22", "CREATOR"),
            "CREATOR" when agent.Type == Person => ("SIP22", "CREATOR"),
            "CREATOR" or "SUBMITTER" => ("SIP16", "CREATOR"),
            _ => agent.Role == "OTHER" ? ("", "") : ("SIP16", "CREATOR"),
        };
        if (rule.Length > 0) c.Need(false, rule, role, agent.Role ?? agent.OtherRole);
    }

    private static void Archival(EarkCheck c, List<MetsAgent> agents)
    {
        c.Need(agents.Count > 0, "SIP9", "agent[@ROLE='ARCHIVIST']");
        foreach (var agent in agents)
        {
            c.Need(agent.Type is Organisation or Person, "SIP11", Organisation + ", " + Person, agent.Type);
            c.Need(HasName(agent), "SIP12", "name");
            c.Need(HasNote(agent), "SIP13", "note");
            c.Need(HasCodes(agent), "SIP14", CodeNote);
        }
    }

    private static void Submitting(EarkCheck c, List<MetsAgent> agents)
    {
        if (!c.Need(agents.Count > 0, "SIP15", "agent[@ROLE='CREATOR']")) return;
        c.Need(agents.Any(HasName), "SIP18", "name");
        c.Need(agents.Any(HasNote), "SIP19", "note");
        foreach (var agent in agents.Where(a => a.Type == Organisation)) c.Need(HasCodes(agent), "SIP20", CodeNote);
    }

    private static void Contact(EarkCheck c, List<MetsAgent> agents)
    {
        c.Need(agents.Count > 0, "SIP21", "agent[@ROLE='CREATOR'][@TYPE='INDIVIDUAL']");
        foreach (var agent in agents)
        {
            c.Need(HasName(agent), "SIP24", "name");
            c.Need(HasNote(agent), "SIP25", "note");
        }
    }

    private static void Preservation(EarkCheck c, List<MetsAgent> agents)
    {
        c.Need(agents.Count > 0, "SIP26", "agent[@ROLE='PRESERVATION']");
        foreach (var agent in agents)
        {
            c.Need(agent.Type == Organisation, "SIP28", Organisation, agent.Type);
            c.Need(HasName(agent), "SIP29", "name");
            c.Need(HasNote(agent), "SIP30", "note");
            c.Need(HasCodes(agent), "SIP31", CodeNote);
        }
    }

    private static bool HasName(MetsAgent agent) => !string.IsNullOrWhiteSpace(agent.Name);

    private static bool HasNote(MetsAgent agent) => agent.Notes.Any(n => !string.IsNullOrWhiteSpace(n.Text));

    private static bool HasCodes(MetsAgent agent) => agent.Notes.All(n => n.NoteType == CodeNote);
}
