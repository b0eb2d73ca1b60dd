using Preservation.Packages.Mets;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Eark;

/// <summary>
/// AIP7–AIP18: the PREMIS documents of an AIP. Agents may be described in another document than the events that name them.
/// What many objects of a document lack is one finding that counts them.
/// </summary>
internal sealed class EarkPremisCheck(PackageFiles files, string edition)
{
    private readonly List<(string Path, PremisEvent Event)> _events = [];
    private readonly HashSet<PremisIdentifier> _agents = [];
    private readonly List<PremisRelationship> _relationships = [];

    public async Task CheckAsync(MetsDocument root, IEnumerable<EarkDocument> documents, CancellationToken cancellationToken)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in documents)
            foreach (var section in document.Mets.Sections.Where(s => IsPremis(s.Reference?.MdType)))
                if (MetsHref.Resolve(section.Reference!.Href, document.Folder, files.Has) is { } path && files.Has(path) && read.Add(path)
                    && await ReadAsync(path, cancellationToken).ConfigureAwait(false) is { } premis)
                    Document(path, premis);
        Events();
        Parent(root);
    }

    public static bool IsPremis(string? mdType) => mdType?.StartsWith("PREMIS", StringComparison.Ordinal) == true;

    // What METS calls PREMIS and is something else breaks no rule about events, but is no PREMIS of version 3 either.
    private Task<PremisDocument?> ReadAsync(string path, CancellationToken cancellationToken) =>
        files.ParseAsync(path, async stream =>
        {
            var premis = await PremisReader.ReadOrNullAsync(stream, files.Limits, cancellationToken).ConfigureAwait(false);
            if (premis is null) Add("AIPM7", path, "PREMIS 3");
            return premis ?? new PremisDocument();
        }, cancellationToken);

    private void Document(string path, PremisDocument premis)
    {
        var data = premis.Objects.Where(o => o.Category is PremisObjectCategory.File or PremisObjectCategory.Bitstream).ToList();
        Count("AIP7", data, o => o.Formats.Any(f => f.Name is { Length: > 0 } || f.RegistryKey is { Length: > 0 }), "formatDesignation, formatRegistry");
        var registered = data.Where(o => o.Formats.Any(f => f.RegistryName is not null || f.RegistryKey is not null)).ToList();
        Count("AIP8", registered, o => o.Formats.Any(IsPuid), "PRONOM");
        Count("AIP11", premis.Objects.Where(o => o.Storage.Length > 0).ToList(), o => o.Storage.All(s => s.Location is { Length: > 0 }), "contentLocation");
        var related = premis.Objects.SelectMany(o => o.Relationships).SelectMany(r => r.Objects).ToHashSet();
        var parts = premis.Objects.Where(o => o.Category != PremisObjectCategory.IntellectualEntity).ToList();
        Count("AIP12", parts, o => o.Relationships.Length > 0 || o.Identifiers.Any(related.Contains), "relationship");
        var relationships = premis.Objects.SelectMany(o => o.Relationships).ToList();
        Count("AIP17", relationships, r => !r.Type.StartsWith("deriv", StringComparison.OrdinalIgnoreCase) || r.Events.Length > 0, "relatedEventIdentifier");
        _relationships.AddRange(relationships.Where(r => r.Objects.Length > 0));
        _events.AddRange(premis.Events.Select(e => (path, e)));
        _agents.UnionWith(premis.Agents.Select(a => a.Identifier));

        void Count<T>(string rule, List<T> all, Func<T, bool> holds, string expected)
        {
            var failing = all.Count(a => !holds(a));
            if (failing > 0) Add(rule, path, expected, $"{failing}/{all.Count}");
        }
    }

    private void Events()
    {
        foreach (var (path, e) in _events)
        {
            if (e.Identifier.Value.Length == 0 || e.Identifier.Type.Length == 0) Add("AIP15", path, "eventIdentifier", e.Type);
            if (e.Agents.Length == 0) Add("AIP16", path, "linkingAgentIdentifier", e.Identifier.Value);
            foreach (var link in e.Agents.Where(l => !_agents.Contains(l.Identifier))) Add("AIP18", path, "agent", link.Identifier.Value);
        }
    }

    // AIP13: an AIP that says in METS that it is part of another says so in PREMIS too.
    private void Parent(MetsDocument root)
    {
        var parents = root.StructMaps.Where(m => m.Label?.StartsWith("parent", StringComparison.OrdinalIgnoreCase) == true && m.Root is not null)
            .SelectMany(m => m.Root!.SelfAndBelow).SelectMany(d => d.Pointers).Select(p => p.Href).OfType<string>();
        foreach (var parent in parents.Distinct(StringComparer.Ordinal))
            if (!_relationships.Any(r => r.SubType.Length > 0 && r.Objects.Any(o => Bare(o.Value) == Bare(parent)))) Add("AIP13", MetsNames.FileName, parent);
    }

    private static bool IsPuid(PremisFormat format) =>
        format.RegistryName?.Contains("PRONOM", StringComparison.OrdinalIgnoreCase) == true && format.RegistryKey?.Contains("fmt/", StringComparison.Ordinal) == true;

    private static string Bare(string id) => id.Trim().ToUpperInvariant().Replace("URN:UUID:", "", StringComparison.Ordinal).Replace("UUID-", "", StringComparison.Ordinal);

    private void Add(string rule, string path, string? expected = null, string? found = null) => files.Findings.Add(EarkRules.Get(rule, edition), path, expected, found);
}
