using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>Joins the rows of one dossier, judges them against each other and says what the package will say.</summary>
internal sealed class DossierAssembly(string list, FindingList assumptions)
{
    private const int MaxId = 25;
    private static readonly ImmutableArray<string> FileFields = [.. Tt05Fields.SipDossier.Select(f => f.Name)];
    private static readonly ImmutableArray<string> DocumentFields = [.. Tt05Fields.SipDocument.Select(f => f.Name)];

    // Fields that follow from others when no cell gives them: codes and counts from the order, a document's retention from its dossier's.
    private static readonly HashSet<string> Derived = new(StringComparer.Ordinal)
    {
        "file.totalDoc", "file.numberOfPage", "file.riskRecovery", "document.docId", "document.docCode", "document.maintenance", "document.riskRecovery",
    };

    public Tt05ListedDossier Make(IReadOnlyList<ListRecord> rows)
    {
        var records = rows.OrderBy(r => Ordinal(r) ?? int.MaxValue).ToImmutableArray();
        var findings = new List<Finding>(records.SelectMany(r => r.Findings));
        var file = Agree(rows, findings);
        CheckMandatory(rows, file, findings);
        var isPart = file.GetValueOrDefault("recordStatus") == "SUPPLEMENT";
        CheckOrdinals(records, isPart, findings);
        if (!isPart) CheckCount(rows, file, findings);
        Assume(file);
        return new Tt05ListedDossier(Source(file, records), records, [.. findings]);
    }

    private static int? Ordinal(ListRecord record) =>
        int.TryParse(record["document.docOrdinal"], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;

    // The dossier's fields stand on every row and must say the same; what the first row says is taken.
    private static Dictionary<string, string> Agree(IReadOnlyList<ListRecord> rows, List<Finding> findings)
    {
        var file = new Dictionary<string, string>(StringComparer.Ordinal);
        var names = rows.SelectMany(r => r.Values.Keys).Where(k => k.StartsWith("file.", StringComparison.Ordinal) && !ListConversion.IsPart(k["file.".Length..])).Distinct().Order(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var first = rows.First(r => r[name] is not null);
            file[name["file.".Length..]] = first[name]!;
            var key = ListText.Key(first[name]!);
            foreach (var row in rows)
            {
                if (row.Lacks(name)) findings.Add(Tt05ListRules.New("VN-LIST-NOT-REPEATED", row.PlaceOf(name), first.PlaceOf(name)));
                else if (row[name] is { } value && value != first[name] && ListText.Key(value) != key) findings.Add(Tt05ListRules.New("VN-LIST-DIFFERS", row.PlaceOf(name), first.PlaceOf(name)));
            }
        }
        return file;
    }

    private static void CheckMandatory(IReadOnlyList<ListRecord> rows, Dictionary<string, string> file, List<Finding> findings)
    {
        var words = ListVocabulary.Current;
        foreach (var field in Tt05Fields.SipDossier.Where(f => f.IsMandatory && !file.ContainsKey(f.Name) && !Derived.Contains("file." + f.Name)))
            foreach (var row in rows.Where(r => r.Lacks("file." + field.Name)))
                findings.Add(Missing(row, "file." + field.Name, words));
        string[] own = [.. Tt05Fields.SipDocument.Where(f => f.IsMandatory).Select(f => "document." + f.Name), "document.docOrdinal", "document.path"];
        foreach (var row in rows)
            foreach (var field in own.Where(f => row.Lacks(f) && !Derived.Contains(f)))
                findings.Add(Missing(row, field, words));
    }

    private static Finding Missing(ListRecord row, string field, ListVocabulary words)
    {
        var place = field.EndsWith("Date", StringComparison.Ordinal) ? field[..^"Date".Length] + "Day" : field;
        return Tt05ListRules.New("VN-LIST-MISSING", row.PlaceOf(place), $"{field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..]} ({words.HeadingOf(place)})");
    }

    private static void CheckOrdinals(ImmutableArray<ListRecord> records, bool isPart, List<Finding> findings)
    {
        var expected = 1;
        ListRecord? before = null;
        foreach (var record in records)
        {
            if (Ordinal(record) is not { } ordinal) continue;
            if (before is not null && ordinal == expected - 1) findings.Add(Tt05ListRules.New("VN-LIST-ORDINAL-TWICE", record.PlaceOf("document.docOrdinal"), before.PlaceOf("document.docOrdinal")));
            else if (ordinal != expected && !isPart) findings.Add(Tt05ListRules.New("VN-LIST-ORDINAL-GAP", record.PlaceOf("document.docOrdinal"), Text(expected), Text(ordinal)));
            expected = ordinal + 1;
            before = record;
        }
    }

    private static void CheckCount(IReadOnlyList<ListRecord> rows, Dictionary<string, string> file, List<Finding> findings)
    {
        if (file.TryGetValue("totalDoc", out var total) && total != Text(rows.Count))
            findings.Add(Tt05ListRules.New("VN-LIST-COUNT", rows[0].PlaceOf("file.totalDoc"), Text(rows.Count), total));
    }

    // What the worksheet has no column for and the package cannot do without. Each is told once for the whole list.
    private void Assume(Dictionary<string, string> file)
    {
        Assume(file, "registrationCode", file["fileCode"], "fileCode");
        Assume(file, "recordStatus", "NEW", "NEW");
        Assume(file, "riskRecovery", "0", "0");
        var fonds = file.GetValueOrDefault("fonds") ?? file.GetValueOrDefault("fondsCode") ?? file.GetValueOrDefault("agencyName") ?? file["fileCode"];
        var from = file.ContainsKey("fonds") ? ListVocabulary.Current.HeadingOf("file.fonds") : "fileCode";
        Assume(file, "agencyName", fonds, from);
        Assume(file, "fondsCode", fonds, from);
    }

    private void Assume(Dictionary<string, string> file, string field, string value, string found)
    {
        if (!file.TryAdd(field, value) || !_told.Add(field)) return;
        assumptions.Add(Tt05ListRules.New("VN-LIST-ASSUMED", list, field, found));
    }

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    private static Tt05Source Source(Dictionary<string, string> file, ImmutableArray<ListRecord> records)
    {
        var dossier = FileFields.Where(file.ContainsKey).ToImmutableDictionary(f => f, f => file[f], StringComparer.Ordinal);
        if (Joined(file.GetValueOrDefault("description"), file.GetValueOrDefault("annotation")) is { } description) dossier = dossier.SetItem("description", description);
        return new Tt05Source
        {
            RegistrationCode = file["registrationCode"],
            RecordStatus = file["recordStatus"],
            AgencyName = file["agencyName"],
            FondsCode = file["fondsCode"],
            OrdinalInRound = int.TryParse(file.GetValueOrDefault("ordinalInRound"), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null,
            Dossier = dossier,
            Documents = Documents(file, records),
            Documentation = ListDocumentation.Make(records),
        };
    }

    private static ImmutableArray<Tt05SourceDocument> Documents(Dictionary<string, string> file, ImmutableArray<ListRecord> records)
    {
        var stems = records.Select(r => Stem(r["document.path"])).ToList();
        var isByStem = stems.TrueForAll(s => s is not null) && stems.Distinct(StringComparer.OrdinalIgnoreCase).Count() == stems.Count;
        var documents = ImmutableArray.CreateBuilder<Tt05SourceDocument>(records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            var record = records[i];
            var fields = DocumentFields.Where(f => record["document." + f] is not null).ToImmutableDictionary(f => f, f => record["document." + f]!, StringComparer.Ordinal);
            var ordinal = (Ordinal(record) ?? i + 1).ToString("0000000", CultureInfo.InvariantCulture);
            if (!fields.ContainsKey("docCode")) fields = fields.Add("docCode", $"{file["fileCode"]}.{ordinal}");
            if (!fields.ContainsKey("docId")) fields = fields.Add("docId", isByStem ? stems[i]! : "VB-" + ordinal);
            if (!fields.ContainsKey("riskRecovery")) fields = fields.Add("riskRecovery", file["riskRecovery"]);
            if (fields["riskRecovery"] == "1" && !fields.ContainsKey("riskRecoveryStatus") && file.TryGetValue("riskRecoveryStatus", out var status)) fields = fields.Add("riskRecoveryStatus", status);
            documents.Add(new Tt05SourceDocument("doc", fields, record["document.path"], [], null));
        }
        return documents.ToImmutable();
    }

    // A scan is named by its document; that name stays the document's identifier where it can be one.
    private static string? Stem(string? path)
    {
        if (path is null) return null;
        var stem = ListText.Clean(Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        return stem.Length is > 0 and <= MaxId && PackagePath.Unsafe(stem) is null && !PackagePath.IsUnportable(stem) ? stem : null;
    }

    private static string? Joined(string? description, string? annotation) =>
        annotation is null ? description : description is null ? annotation : $"{description}; {annotation}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
