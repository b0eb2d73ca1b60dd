using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.Tt05.Lists;

namespace Preservation.Packages.Tt05.Tt02;

/// <summary>
/// A delivery under the repealed Circular 02/2019: flat XML, one element a field, with the files beside it. Only its table of the fonds could be
/// read; the names of the other fields come from Decree 30/2020 App. VI and from practice, and each of the latter is a warning.
/// </summary>
internal sealed class Tt02Delivery(IFileTree delivery, Tt05Defaults defaults, Limits limits)
{
    private static readonly string[] OfDocument = ["DocCode", "DocOrdinal", "TypeName", "CodeNumber", "CodeNotation", "IssuedDate", "Subject"];
    private static readonly string[] OfDossier = ["FileCode", "FileNotation", "Title"];
    private readonly List<Finding> _findings = [];
    private readonly SortedSet<string> _files = new(StringComparer.Ordinal);

    public async Task<(List<ListRecord> Records, List<Finding> Findings)> ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (var entry in delivery.ListAsync(cancellationToken).ConfigureAwait(false))
            if (entry.Kind == EntryKind.File) _files.Add(entry.Path);
        var nodes = new List<(string File, Tt02Node Node)>();
        foreach (var file in _files.Where(f => f.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)))
            nodes.AddRange((await NodesAsync(file, cancellationToken).ConfigureAwait(false)).Select(n => (file, n)));
        var dossiers = nodes.Where(n => !Has(n.Node, OfDocument) && Has(n.Node, OfDossier)).ToList();
        var fonds = nodes.Where(n => n.Node["FondName"] is not null).ToList();
        var mapping = new Tt02Mapping(_findings);
        foreach (var (file, node) in fonds) mapping.TellUnmapped(file, node, ListVocabulary.Current.Circular02.Fonds);
        var records = new List<ListRecord>();
        var documents = nodes.Where(n => Has(n.Node, OfDocument)).ToLookup(DossierOf(dossiers));
        foreach (var lost in documents[null]) _findings.Add(Tt05ListRules.New("VN-TT02-NO-DOSSIER", $"{lost.File}#{lost.Node.Path}"));
        foreach (var dossier in dossiers)
            if (documents[dossier.Node].ToList() is { Count: > 0 } own) records.AddRange(Records(dossier, own, fonds, mapping));
            else _findings.Add(Tt05ListRules.New("VN-TT02-NO-DOSSIER", $"{dossier.File}#{dossier.Node.Path}"));
        if (records.Count == 0 && !_findings.Exists(f => f.Rule.Severity == Severity.Error)) _findings.Add(Tt05ListRules.New("VN-TT02-NO-DOSSIER", delivery.RootName));
        Fill(records);
        return (records, _findings);
    }

    private async Task<List<Tt02Node>> NodesAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await delivery.OpenAsync(file, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false)) return await Tt02Node.ReadAsync(stream, limits, cancellationToken).ConfigureAwait(false);
        }
        catch (XmlException e)
        {
            // Below the delivery's own folder it may be a record that somebody delivers as it is; a row that needs it will miss it.
            if (!file.Contains('/', StringComparison.Ordinal))
                _findings.Add(Tt05ListRules.New("VN-TT02-UNREADABLE", file, null, $"line {e.LineNumber.ToString(CultureInfo.InvariantCulture)}"));
            return [];
        }
    }

    private IEnumerable<ListRecord> Records((string File, Tt02Node Node) dossier, List<(string File, Tt02Node Node)> documents, List<(string File, Tt02Node Node)> fonds, Tt02Mapping mapping)
    {
        var sources = documents.Select(d => d.File).Append(dossier.File).Concat(fonds.Select(f => f.File)).Distinct().Order(StringComparer.Ordinal);
        var documentation = Named(sources);
        for (var i = 0; i < documents.Count; i++)
        {
            var (file, node) = documents[i];
            var record = new ListRecord(field => field.StartsWith("file.", StringComparison.Ordinal)
                ? mapping.Place(dossier.File, dossier.Node, field) : mapping.Place(file, node, field), null) { Documentation = documentation };
            mapping.TakeDossier(record, dossier.File, dossier.Node, isFirst: i == 0);
            if (fonds.Find(f => f.Node["OrganId"] == dossier.Node["OrganId"] || fonds.Count == 1).Node is { } named) mapping.TakeFonds(record, named);
            mapping.TakeDocument(record, file, node, i + 1);
            Tt02Files.Take(record, file, _files);
            yield return record;
        }
    }

    private void Fill(List<ListRecord> records)
    {
        var filling = new ListDefaulting(defaults);
        for (var i = 0; i < records.Count; i++)
        {
            filling.Fill(records[i], field => delivery.RootName + "#" + field, i + 1);
            ListDates.Join(records[i]);
        }
        _findings.AddRange(filling.Findings());
    }

    // A document lies within its dossier's element, or names it, or the delivery has no other.
    private static Func<(string File, Tt02Node Node), Tt02Node?> DossierOf(List<(string File, Tt02Node Node)> dossiers)
    {
        var links = ListVocabulary.Current.Circular02.Link;
        var known = dossiers.Select(d => d.Node).ToHashSet();
        var byLink = links.Select(l => (Link: l, Dossiers: dossiers.Where(d => d.Node[l] is not null).ToLookup(d => d.Node[l]!, d => d.Node, StringComparer.Ordinal))).ToList();
        return document =>
        {
            for (var at = document.Node.Parent; at is not null; at = at.Parent)
                if (known.Contains(at)) return at;
            var named = byLink.Where(l => document.Node[l.Link] is not null && l.Dossiers.Count > 0).Select(l => l.Dossiers[document.Node[l.Link]!].ToHashSet()).ToList();
            if (named.Count == 0) return dossiers.Count == 1 ? dossiers[0].Node : null;
            var common = named.Aggregate((all, next) => { all.IntersectWith(next); return all; });
            return common.Count == 1 ? common.Single() : null;
        };
    }

    private static ImmutableArray<Tt05SourceDocumentation> Named(IEnumerable<string> files)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. files.Select(f => new Tt05SourceDocumentation(taken.Add(Path.GetFileName(f)) ? Path.GetFileName(f) : f.Replace('/', '_'), f, default))];
    }

    private static bool Has(Tt02Node node, string[] names) => Array.Exists(names, n => node[n] is not null);
}
