using System.Collections.Immutable;
using System.Globalization;
using Preservation.Core.Files;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05;

/// <summary>A document ready to be written.</summary>
internal sealed record Tt05DraftDocument(string Kind, string Id, SimpleDc Descriptor);

/// <summary>The descriptors of a package to be made, completed with what follows from the rest, and judged.</summary>
internal sealed record Tt05Draft(SimpleDc Dossier, ImmutableArray<Tt05DraftDocument> Documents, ImmutableArray<Finding> Findings)
{
    private static readonly ImmutableArray<string> Statuses = ["NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "OTHER"];

    public static Tt05Draft Make(Tt05Source source, Tt05Edition edition)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var documents = ImmutableArray.CreateBuilder<Tt05DraftDocument>();
        for (var i = 0; i < source.Documents.Length; i++) documents.Add(Document(source, i, edition, findings));
        var dossier = Ordered(Complete(source, documents), edition.OfPackage(source.Form));
        findings.AddRange(Tt05FieldCheck.Check(dossier, edition.OfPackage(source.Form), "dossier"));
        foreach (var same in documents.GroupBy(d => d.Id.ToUpperInvariant()).Where(g => g.Count() > 1))
            findings.Add(new Finding(Tt05Rules.Get("VN-C10"), "documents", "docId", "×" + same.Count().ToString(CultureInfo.InvariantCulture)));
        if (!Statuses.Contains(source.RecordStatus)) findings.Add(new Finding(Tt05Rules.Get("VN-METS-06"), "recordStatus", string.Join(", ", Statuses)));
        if (documents.Count == 0) findings.Add(new Finding(Tt05Rules.Get("VN-STR-10"), "documents"));
        var described = documents.Select((d, i) => new Tt05Described(d.Kind, d.Id, Path(i), d.Descriptor)).ToList();
        findings.AddRange(Tt05CrossCheck.Check(new Tt05CrossInput("dossier", dossier, described, source.Form, IsSupplement: source.RecordStatus == "SUPPLEMENT", Tt05CheckOptions.Default)));
        return new Tt05Draft(dossier, documents.ToImmutable(), findings.ToImmutable());
    }

    private static Tt05DraftDocument Document(Tt05Source source, int index, Tt05Edition edition, ImmutableArray<Finding>.Builder findings)
    {
        var document = source.Documents[index];
        var fields = document.Fields;
        if (!fields.ContainsKey("docCode") && source.Dossier.TryGetValue("fileCode", out var fileCode))
            fields = fields.Add("docCode", $"{fileCode}.{(index + 1).ToString("0000000", CultureInfo.InvariantCulture)}");
        if (!fields.ContainsKey("maintenance") && source.Dossier.TryGetValue("maintenance", out var maintenance))
            fields = fields.Add("maintenance", maintenance);
        var id = fields.GetValueOrDefault("docId") ?? "";
        var official = edition.OfDocument(document.Kind, Tt05Form.SipDossier);
        // Pictures and recordings have no docId field: it only names their files.
        if (document.Kind is "pic" or "media") fields = fields.Remove("docId");
        var descriptor = Ordered(fields, official);
        findings.AddRange(Tt05FieldCheck.Check(descriptor, official, Path(index)));
        if (document.Kind is not ("doc" or "pic" or "media")) findings.Add(new Finding(Tt05Rules.Get("VN-SRC-03"), Path(index) + "/kind", "doc, pic, media"));
        if (document.File is null == string.IsNullOrWhiteSpace(document.Fetch)) findings.Add(new Finding(Tt05Rules.Get("VN-SRC-03"), Path(index), "file | fetch"));
        if (id.Length == 0 && document.Kind != "doc") findings.Add(new Finding(Tt05Rules.Get("VN-FLD-01"), Path(index), "docId"));
        else if (id.Length > 0 && (PackagePath.Unsafe(id) is not null || id.Contains('/', StringComparison.Ordinal) || PackagePath.IsUnportable(id)))
            findings.Add(new Finding(Tt05Rules.Get("VN-C10"), Path(index), "docId: A–Z 0–9 . _ -"));
        return new Tt05DraftDocument(document.Kind, id, descriptor);
    }

    private static ImmutableDictionary<string, string> Complete(Tt05Source source, ImmutableArray<Tt05DraftDocument>.Builder documents)
    {
        var fields = source.Dossier;
        if (!fields.ContainsKey("totalDoc")) fields = fields.Add("totalDoc", Text(documents.Count));
        if (source.Form == Tt05Form.SipDossier && !fields.ContainsKey("numberOfPage") && documents.All(d => d.Kind == "doc" && Pages(d.Descriptor) is not null))
            fields = fields.Add("numberOfPage", Text(documents.Sum(d => Pages(d.Descriptor)!.Value)));
        return fields;
    }

    private static long? Pages(SimpleDc descriptor) =>
        long.TryParse(descriptor["numberOfPage"], NumberStyles.None, CultureInfo.InvariantCulture, out var pages) ? pages : null;

    // Official fields in the circular's order, then the others by name: those become findings.
    private static SimpleDc Ordered(ImmutableDictionary<string, string> fields, ImmutableArray<Tt05Field> official)
    {
        fields = fields.RemoveRange(fields.Where(f => string.IsNullOrWhiteSpace(f.Value)).Select(f => f.Key));
        var known = official.Where(f => fields.ContainsKey(f.Name)).Select(f => KeyValuePair.Create(f.Name, fields[f.Name]));
        var names = official.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        return new SimpleDc([.. known, .. fields.Where(f => !names.Contains(f.Key)).OrderBy(f => f.Key, StringComparer.Ordinal)]);
    }

    private static string Path(int index) => $"documents[{Text(index)}]";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
