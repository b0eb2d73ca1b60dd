using System.Collections.Immutable;
using Preservation.Core;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.Tt05.Tt02;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>
/// The list of documents that an agency keeps: a worksheet (<c>.xlsx</c>) or CSV with one row a document and the dossier's fields on each
/// row. Findings name a place as <c>list.xlsx#Sheet1!E12</c> (a cell), <c>!12:12</c> (a row), <c>!E:E</c> (a column); a CSV file has no sheet: <c>list.csv#E12</c>.
/// </summary>
public sealed class Tt05List
{
    private Tt05List(ImmutableArray<Tt05ListedDossier> dossiers, ImmutableArray<Finding> findings)
    {
        Dossiers = dossiers;
        Findings = findings;
    }

    /// <summary>The dossiers in the order in which the list begins them.</summary>
    public ImmutableArray<Tt05ListedDossier> Dossiers { get; }

    /// <summary>What was found in the list as a whole and in rows that belong to no dossier.</summary>
    public ImmutableArray<Finding> Findings { get; }

    /// <summary>Reads a list; workbook or CSV is told by its first bytes. The rows are held in memory, within the limits.</summary>
    /// <param name="list">Seekable.</param>
    /// <param name="fileName">Its name, for the places in findings.</param>
    /// <param name="defaults">What fills empty cells.</param>
    /// <param name="limits">Bounds on rows, columns, characters and on the workbook's zip.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<Tt05List> ReadAsync(Stream list, string fileName, Tt05Defaults defaults, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(defaults);
        ArgumentNullException.ThrowIfNull(limits);
        if (!list.CanSeek) throw new ArgumentException("the list must be seekable", nameof(list));
        var head = new byte[4];
        list.Position = 0;
        var length = await list.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        // A zip, or the compound file of an old or encrypted workbook: the workbook reader says what is wrong with it.
        var isWorkbook = length == 4 && (head.AsSpan().SequenceEqual("PK\u0003\u0004"u8) || head.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]));
        var (sheets, findings) = isWorkbook
            ? WorkbookReader.Read(list, fileName, limits)
            : await CsvListReader.ReadAsync(list, fileName, limits, cancellationToken).ConfigureAwait(false);
        var records = Records(sheets, fileName, defaults, findings);
        // A list that was not read to its end has dossiers that are not whole: none of them is packed.
        if (findings.Exists(f => f.Rule.Code is "LIMIT-LIST-ROWS" or "LIMIT-LIST-COLUMNS" or "LIMIT-LIST-CHARACTERS" or "VN-LIST-QUOTES")) records.ForEach(r => r.IsBlocked = true);
        return Make(records, fileName, findings, limits);
    }

    /// <summary>Takes dossiers that were described as JSON, one or an array of them; places are paths in the JSON (<c>[3]/documents[1]/typeName</c>).</summary>
    public static async Task<Tt05List> ReadJsonAsync(Stream json, Tt05Defaults defaults, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(defaults);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var dossiers = ImmutableArray.CreateBuilder<Tt05ListedDossier>();
        foreach (var (path, source, found) in await Tt05Source.ReadAllAsync(json, limits, cancellationToken).ConfigureAwait(false))
        {
            findings.AddRange(found);
            if (source is null) continue;
            var (filled, defaulted) = defaults.Fill(source);
            findings.AddRange(defaulted.Select(f => f with { Path = path + f.Path }));
            dossiers.Add(new Tt05ListedDossier(filled, [.. filled.Documents.Select((d, i) => Record(path, filled, d, i))], []));
        }
        return new Tt05List(dossiers.ToImmutable(), findings.ToImmutable());
    }

    /// <summary>Reads the flat XML of a delivery under the repealed Circular 02/2019 as if it were such a list.</summary>
    public static async Task<Tt05List> ReadCircular02Async(IFileTree delivery, Tt05Defaults defaults, Limits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentNullException.ThrowIfNull(defaults);
        ArgumentNullException.ThrowIfNull(limits);
        var (records, findings) = await new Tt02Delivery(delivery, defaults, limits).ReadAsync(cancellationToken).ConfigureAwait(false);
        return Make(records, delivery.RootName, findings, limits);
    }

    private static ListRecord Record(string path, Tt05Source source, Tt05SourceDocument document, int index)
    {
        string Place(string field)
        {
            var dot = field.IndexOf('.', StringComparison.Ordinal);
            var name = field == "document.path" ? "file" : field.EndsWith("Day", StringComparison.Ordinal) ? field[(dot + 1)..^"Day".Length] + "Date" : field[(dot + 1)..];
            var owner = field.StartsWith("file.", StringComparison.Ordinal) ? "dossier" : $"documents[{index.ToString(System.Globalization.CultureInfo.InvariantCulture)}]";
            return path + owner + (name.Length == 0 ? "" : "/" + name);
        }
        var record = new ListRecord(Place, null);
        foreach (var (name, value) in source.Dossier) record.Values["file." + name] = value;
        foreach (var (name, value) in document.Fields) record.Values["document." + name] = value;
        if (document.File is { } file) record.Values["document.path"] = file;
        return record;
    }

    private static List<ListRecord> Records(List<ListSheet> sheets, string fileName, Tt05Defaults defaults, List<Finding> findings)
    {
        var words = ListVocabulary.Current;
        var tables = sheets.Where(s => s.Rows.Count > 0).Select(s => (Sheet: s, Table: ListTable.Find(s, words, findings))).ToList();
        if (tables.TrueForAll(t => t.Table is null))
        {
            if (!findings.Exists(f => f.Rule.Severity == Severity.Error)) findings.Add(Tt05ListRules.New("VN-LIST-NO-TABLE", fileName, words.HeadingOf("file.fileCode")));
            return [];
        }
        findings.AddRange(tables.Where(t => t.Table is null).Select(t => Tt05ListRules.New("VN-LIST-SHEET-SKIPPED", t.Sheet.Path)));
        var reading = new ListRecords(words, defaults, findings);
        List<ListRecord> records = [.. tables.Where(t => t.Table is not null).SelectMany(t => reading.Read(t.Table!))];
        if (records.Count == 0 && !findings.Exists(f => f.Rule.Severity == Severity.Error)) findings.Add(Tt05ListRules.New("VN-LIST-NO-ROWS", fileName));
        return records;
    }

    private static Tt05List Make(List<ListRecord> records, string fileName, List<Finding> findings, Limits limits)
    {
        foreach (var record in records.Where(r => r["file.fileCode"] is null))
        {
            if (record.Lacks("file.fileCode")) record.Find("VN-LIST-MISSING", "file.fileCode", $"fileCode ({ListVocabulary.Current.HeadingOf("file.fileCode")})");
            findings.AddRange(record.Findings);
        }
        var groups = records.Where(r => r["file.fileCode"] is not null)
            .GroupBy(r => (ListText.Key(r["file.fonds"] ?? ""), ListText.Key(r["file.catalogue"] ?? ""), ListText.Key(r["file.fileCode"]!))).Select(g => g.ToList()).ToList();
        foreach (var same in groups.GroupBy(g => ListText.Key(g[0]["file.fileCode"]!)).Where(g => g.Count() > 1))
        {
            var first = same.First()[0];
            foreach (var group in same.Skip(1)) group[0].Find("VN-LIST-SAME-CODE", "file.fileCode", first.PlaceOf("file.fileCode"));
            first.Find("VN-LIST-SAME-CODE", "file.fileCode", same.ElementAt(1)[0].PlaceOf("file.fileCode"));
        }
        var assumptions = new FindingList(limits);
        var assembly = new DossierAssembly(fileName, assumptions);
        ImmutableArray<Tt05ListedDossier> dossiers = [.. groups.Select(assembly.Make)];
        return new Tt05List(dossiers, [.. findings, .. assumptions.ToSorted()]);
    }
}
