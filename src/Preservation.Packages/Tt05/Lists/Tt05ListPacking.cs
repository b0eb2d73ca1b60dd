using System.Collections.Immutable;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>Packs the dossiers of a list one by one from a delivery folder, which is listed once; no content is held.</summary>
public sealed class Tt05ListPacking
{
    private readonly IFileTree _delivery;
    private readonly Dictionary<string, FileEntry> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<Tt05ListedDossier, (Tt05Source Source, List<Finding> Findings)> _located = new(ReferenceEqualityComparer.Instance);
    private readonly FindingList _findings;

    private Tt05ListPacking(IFileTree delivery, Limits limits)
    {
        _delivery = delivery;
        _findings = new FindingList(limits);
    }

    /// <summary>Everything found so far, in the list and in the dossiers packed, of each rule as many as the limits keep.</summary>
    public ImmutableArray<Finding> Findings => _findings.ToSorted();

    /// <summary>Finds the file of every row.</summary>
    /// <param name="delivery">The folder that the list's paths are relative to.</param>
    /// <param name="list">The list.</param>
    /// <param name="listPath">Where the list itself lies in the folder, so that it is not missed in itself; null when it lies elsewhere.</param>
    /// <param name="limits">How many findings are kept.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public static async Task<Tt05ListPacking> OpenAsync(IFileTree delivery, Tt05List list, string? listPath, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(limits);
        var packing = new Tt05ListPacking(delivery, limits);
        await foreach (var entry in delivery.ListAsync(cancellationToken).ConfigureAwait(false))
            if (entry.Kind == EntryKind.File) packing._files[entry.Path] = entry;
        packing._findings.AddRange(list.Findings);
        packing.Locate(list, listPath);
        return packing;
    }

    /// <summary>
    /// Packs one dossier into a zip; each of its files is read once. With an error in its rows nothing is written, and the findings say
    /// all that is known against it. The result holds this dossier's findings only.
    /// </summary>
    /// <exception cref="ArgumentException">The dossier is not of this list.</exception>
    public async Task<PackResult> PackAsync(Tt05ListedDossier dossier, Stream zip, PackOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dossier);
        if (!_located.TryGetValue(dossier, out var located)) throw new ArgumentException("the dossier is not of this list", nameof(dossier));
        var own = dossier.Findings.AddRange(located.Findings);
        var isSound = dossier.IsSound && !own.Any(f => f.Rule.Severity == Severity.Error);
        var result = isSound
            ? await Tt05Packer.PackAsync(new NamedFiles(_delivery, Named(located.Source)), located.Source, zip, options, cancellationToken).ConfigureAwait(false)
            : new PackResult(null, null, Tt05Draft.Make(located.Source, Tt05Editions.BuiltIn.On(options.Now)).Findings);
        var findings = own.AddRange(DraftFindings.InCells(result.Findings, dossier, own));
        _findings.AddRange(findings);
        return result with { Findings = findings };
    }

    private void Locate(Tt05List list, string? listPath)
    {
        var byFold = _files.Keys.ToLookup(Fold, StringComparer.Ordinal);
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var dossier in list.Dossiers)
        {
            var findings = new List<Finding>();
            var documents = dossier.Source.Documents.ToBuilder();
            for (var i = 0; i < documents.Count; i++)
            {
                var place = dossier.Records[i].PlaceOf("document.path");
                if (documents[i].File is { } file) documents[i] = documents[i] with { File = Locate(file, place, byFold, taken, findings) };
                var attachments = documents[i].Attachments.Select(a => Locate(a, dossier.Records[i].PlaceOf("document.attachments"), byFold, taken, findings));
                documents[i] = documents[i] with { Attachments = [.. attachments] };
            }
            _located[dossier] = (dossier.Source with { Documents = documents.ToImmutable() }, findings);
        }
        var documentation = list.Dossiers.SelectMany(d => d.Source.Documentation).Select(d => d.File).OfType<string>();
        foreach (var path in _files.Keys.Except(taken.Keys).Except(documentation).Where(p => p != listPath).Order(StringComparer.Ordinal))
            _findings.Add(Tt05ListRules.New("VN-LIST-UNLISTED", path));
    }

    private string Locate(string file, string place, ILookup<string, string> byFold, Dictionary<string, string> taken, List<Finding> findings)
    {
        var path = file.Replace('\\', '/');
        while (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        if (PackagePath.Unsafe(path) is { } reason)
        {
            findings.Add(Tt05ListRules.New("VN-LIST-PATH", place, null, reason));
            return path;
        }
        if (!_files.ContainsKey(path))
        {
            var near = byFold[Fold(path)].ToList();
            findings.Add(Tt05ListRules.New(near.Count == 1 ? "VN-LIST-FILE-NAME" : "VN-LIST-NO-FILE", place));
            if (near.Count != 1) return path;
            path = near[0];
        }
        if (!taken.TryAdd(path, place)) findings.Add(Tt05ListRules.New("VN-LIST-FILE-TWICE", place, taken[path]));
        return path;
    }

    private static string Fold(string path) => ListText.Clean(path).ToUpperInvariant();

    private List<FileEntry> Named(Tt05Source source) =>
        [.. source.Documents.SelectMany(d => d.Attachments.Prepend(d.File)).Concat(source.Documentation.Select(d => d.File)).OfType<string>().Distinct().Where(_files.ContainsKey).Select(f => _files[f])];
}
