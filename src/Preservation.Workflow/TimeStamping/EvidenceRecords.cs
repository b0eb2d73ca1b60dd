using System.Globalization;
using System.Runtime.CompilerServices;
using Preservation.Catalogue;
using Preservation.Catalogue.Model;

namespace Preservation.Workflow.TimeStamping;

/// <summary>Makes evidence records of single objects on request, with every renewal so far and the revocation lists that its tokens rest on, from a few pages of each tree.</summary>
public sealed class EvidenceRecords(CatalogueSessions sessions)
{
    /// <summary>The record of a file; null while no proven token covers it.</summary>
    /// <exception cref="InvalidDataException">What is stored does not fit together.</exception>
    public async Task<BuiltRecord?> OfAsync(StoredFile file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        return await OfAsync(LeafKind.File, [file.Id.ToString(CultureInfo.InvariantCulture)], cancellationToken) is [var record, ..] ? record : null;
    }

    /// <summary>Records of several objects of one kind, in the order of their subjects; an object under trees of several functions has the record that proves it now, that by the longest one if several do. What is not covered is left out.</summary>
    /// <exception cref="InvalidDataException">What is stored does not fit together.</exception>
    public async Task<IReadOnlyList<BuiltRecord>> OfAsync(LeafKind kind, IReadOnlyCollection<string> subjects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var reading = new RecordReading(session);
        var records = new List<BuiltRecord>();
        foreach (var group in (await reading.OriginsAsync(kind, subjects, cancellationToken)).GroupBy(l => l.Subject).OrderBy(g => g.Key, StringComparer.Ordinal))
            records.Add(await reading.BestAsync(group, cancellationToken, withLists: true));
        return records;
    }

    /// <summary>The files of a package that were asked for, each with its record, or null while no proven token covers it; a page of rows at a time.</summary>
    /// <exception cref="InvalidDataException">What is stored does not fit together.</exception>
    public async IAsyncEnumerable<(StoredFile File, BuiltRecord? Record)> OfAsync(Package package, EvidenceSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentNullException.ThrowIfNull(selection);
        await using var session = await sessions.BeginAsync(CatalogueScope.All, cancellationToken);
        var reading = new RecordReading(session);
        await foreach (var files in new SelectedFiles(session, package.Id, selection).PagesAsync(cancellationToken))
        {
            var origins = (await reading.OriginsAsync(LeafKind.File, files.ConvertAll(f => f.Id.ToString(CultureInfo.InvariantCulture)), cancellationToken)).ToLookup(l => l.Subject);
            foreach (var file in files)
                yield return (file, origins[file.Id.ToString(CultureInfo.InvariantCulture)].ToList() is { Count: > 0 } own ? await reading.BestAsync(own, cancellationToken, withLists: true) : null);
        }
    }
}
