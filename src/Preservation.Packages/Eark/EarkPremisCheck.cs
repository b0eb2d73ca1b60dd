using Preservation.Core.Files;
using Preservation.Packages.Mets;
using Preservation.Packages.Premis;

namespace Preservation.Packages.Eark;

/// <summary>
/// AIP7–AIP18: the PREMIS documents of an AIP. Agents may be described in another document than the events that name them.
/// What many objects of a document lack is one finding that counts them.
/// </summary>
internal sealed class EarkPremisCheck(PackageFiles files, string edition)
{
    private readonly HashSet<PremisIdentifier> _agents = [];
    private readonly HashSet<(string Path, PremisIdentifier Agent)> _acting = [];
    private readonly NameSet _parents = new();

    public async Task CheckAsync(MetsDocument root, IEnumerable<EarkDocument> documents, CancellationToken cancellationToken)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in documents)
            foreach (var section in document.Mets.Sections.Where(s => IsPremis(s.Reference?.MdType)))
                if (MetsHref.Resolve(section.Reference!.Href, document.Folder, files.Has) is { } path && files.Has(path) && read.Add(path))
                    await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        foreach (var (path, agent) in _acting.Where(a => !_agents.Contains(a.Agent))) Add("AIP18", path, "agent", agent.Value);
        Parent(root);
    }

    public static bool IsPremis(string? mdType) => mdType?.StartsWith("PREMIS", StringComparison.Ordinal) == true;

    private async Task ReadAsync(string path, CancellationToken cancellationToken)
    {
        var objects = new Objects(_parents);
        var visitor = new PremisVisitor(objects.Take, e => Event(path, e), a => _agents.Add(a.Identifier));
        var isRead = await files.ParseAsync(path, async stream => await PremisReader.ReadAsync(stream, visitor, files.Limits, cancellationToken).ConfigureAwait(false) ? "premis" : "other", cancellationToken).ConfigureAwait(false);
        // What METS calls PREMIS and is something else breaks no rule about events, but is no PREMIS of version 3 either.
        if (isRead == "other") Add("AIPM7", path, "PREMIS 3");
        if (isRead == "premis")
            foreach (var (rule, failing, all, expected) in objects.Failing()) Add(rule, path, expected, $"{failing}/{all}");
    }

    private void Event(string path, PremisEvent e)
    {
        if (e.Identifier.Value.Length == 0 || e.Identifier.Type.Length == 0) Add("AIP15", path, "eventIdentifier", e.Type);
        if (e.Agents.Length == 0) Add("AIP16", path, "linkingAgentIdentifier", e.Identifier.Value);
        foreach (var link in e.Agents) _acting.Add((path, link.Identifier));
    }

    // AIP13: an AIP that says in METS that it is part of another says so in PREMIS too.
    private void Parent(MetsDocument root)
    {
        var parents = root.StructMaps.Where(m => m.Label?.StartsWith("parent", StringComparison.OrdinalIgnoreCase) == true && m.Root is not null)
            .SelectMany(m => m.Root!.SelfAndBelow).SelectMany(d => d.Pointers).Select(p => p.Href).OfType<string>();
        foreach (var parent in parents.Distinct(StringComparer.Ordinal))
            if (_parents.Find(Bare(parent)) < 0) Add("AIP13", MetsNames.FileName, parent);
    }

    private static bool IsPuid(PremisFormat format) =>
        format.RegistryName?.Contains("PRONOM", StringComparison.OrdinalIgnoreCase) == true && format.RegistryKey?.Contains("fmt/", StringComparison.Ordinal) == true;

    private static string Bare(string id) => id.Trim().ToUpperInvariant().Replace("URN:UUID:", "", StringComparison.Ordinal).Replace("UUID-", "", StringComparison.Ordinal);

    private void Add(string rule, string path, string? expected = null, string? found = null) => files.Findings.Add(EarkRules.Get(rule, edition), path, expected, found);

    // The objects of one document. Whether another object names one as related is known at the end only: of those that name none
    // themselves the identifiers are kept.
    private sealed class Objects(NameSet parents)
    {
        private readonly NameSet _related = new();
        private readonly NameSet _alone = new();
        private readonly PieceList<(int First, int Count)> _waiting = new();
        private readonly PieceList<int> _identifiers = new();
        private (int Failing, int All) _format, _registry, _storage, _derived;
        private int _parts;

        public void Take(PremisObject o)
        {
            if (o.Category is PremisObjectCategory.File or PremisObjectCategory.Bitstream)
            {
                Count(ref _format, o.Formats.Any(f => f.Name is { Length: > 0 } || f.RegistryKey is { Length: > 0 }));
                if (o.Formats.Any(f => f.RegistryName is not null || f.RegistryKey is not null)) Count(ref _registry, o.Formats.Any(IsPuid));
            }
            if (o.Storage.Length > 0) Count(ref _storage, o.Storage.All(s => s.Location is { Length: > 0 }));
            foreach (var relationship in o.Relationships)
            {
                Count(ref _derived, !relationship.Type.StartsWith("deriv", StringComparison.OrdinalIgnoreCase) || relationship.Events.Length > 0);
                foreach (var related in relationship.Objects)
                {
                    _related.TryAdd(Key(related), out _);
                    if (relationship.SubType.Length > 0) parents.TryAdd(Bare(related.Value), out _);
                }
            }
            if (o.Category == PremisObjectCategory.IntellectualEntity) return;
            _parts++;
            if (o.Relationships.Length > 0) return;
            _waiting.Add((_identifiers.Count, o.Identifiers.Length));
            foreach (var identifier in o.Identifiers)
            {
                _alone.TryAdd(Key(identifier), out var number);
                _identifiers.Add(number);
            }
        }

        public IEnumerable<(string Rule, int Failing, int All, string Expected)> Failing()
        {
            var alone = 0;
            for (var i = 0; i < _waiting.Count; i++)
            {
                var (first, count) = _waiting[i];
                if (!Enumerable.Range(first, count).Any(n => _related.Find(_alone[_identifiers[n]]) >= 0)) alone++;
            }
            (string, int Failing, int, string)[] all =
            [
                ("AIP7", _format.Failing, _format.All, "formatDesignation, formatRegistry"), ("AIP8", _registry.Failing, _registry.All, "PRONOM"),
                ("AIP11", _storage.Failing, _storage.All, "contentLocation"), ("AIP12", alone, _parts, "relationship"),
                ("AIP17", _derived.Failing, _derived.All, "relatedEventIdentifier"),
            ];
            return all.Where(r => r.Failing > 0);
        }

        private static void Count(ref (int Failing, int All) count, bool holds) => count = (count.Failing + (holds ? 0 : 1), count.All + 1);

        private static string Key(PremisIdentifier identifier) => identifier.Type + '\n' + identifier.Value;
    }
}
