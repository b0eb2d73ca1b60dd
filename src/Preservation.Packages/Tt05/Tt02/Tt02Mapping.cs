using System.Globalization;
using Preservation.Core.Files;
using Preservation.Core.Findings;
using Preservation.Packages.Tt05.Lists;

namespace Preservation.Packages.Tt05.Tt02;

/// <summary>Takes fields of Circular 02/2019 into those of Circular 05/2025 and tells each doubt once for each field of a file.</summary>
internal sealed class Tt02Mapping(List<Finding> findings)
{
    private readonly ListConversion _conversion = new(ListVocabulary.Current);
    private readonly Circular02Tables _tables = ListVocabulary.Current.Circular02;
    private readonly HashSet<(string, string)> _told = [];

    /// <summary>Where a field of the new circular stood, or where its record stands.</summary>
    public string Place(string file, Tt02Node node, string field)
    {
        var table = field.StartsWith("file.", StringComparison.Ordinal) ? _tables.File : _tables.Document;
        var wanted = field.EndsWith("Day", StringComparison.Ordinal) ? field[..^"Day".Length] + "Date" : field;
        var name = node.Fields.Select(f => f.Name).FirstOrDefault(n => Find(table, n) == wanted);
        return $"{file}#{node.Path}" + (name is null ? "" : "/" + name);
    }

    public void TakeDossier(ListRecord record, string file, Tt02Node node, bool isFirst)
    {
        foreach (var (name, text) in node.Fields)
            if (Find(_tables.File, name) is { } field) Take(record, field, text);
        Tell(file, node, _tables.File);
        if (record["file.fileCode"] is not null) return;
        string?[] parts = [node["OrganId"], node["FileCatalog"], node["FileNotation"]];
        if (Array.Exists(parts, p => p is null)) return;
        record.Values["file.fileCode"] = string.Join('.', parts.Select(p => ListText.Clean(p!)));
        if (isFirst) findings.Add(Tt05ListRules.New("VN-TT02-CODE", $"{file}#{node.Path}", "OrganId.FileCatalog.FileNotation"));
    }

    public void TakeFonds(ListRecord record, Tt02Node node)
    {
        foreach (var (name, text) in node.Fields)
            if (Find(_tables.Fonds, name) is { } field && record.Lacks(field)) Take(record, field, text);
    }

    public void TakeDocument(ListRecord record, string file, Tt02Node node, int position)
    {
        foreach (var (name, text) in node.Fields)
            if (Find(_tables.Document, name) is { } field) Take(record, field, text);
        Tell(file, node, _tables.Document);
        if (record.Lacks("document.docOrdinal"))
        {
            record.Values["document.docOrdinal"] = position.ToString(CultureInfo.InvariantCulture);
            TellOnce(file, node, "VN-TT02-UNCERTAIN", "DocOrdinal", position.ToString(CultureInfo.InvariantCulture));
        }
        if (record["document.oldCode"] is not { } old || record["document.docId"] is not null) return;
        if (old.Length <= 25 && PackagePath.Unsafe(old) is null && !old.Contains('/', StringComparison.Ordinal) && !PackagePath.IsUnportable(old)) record.Values["document.docId"] = old;
        else TellOnce(file, node, "VN-TT02-UNMAPPED", "DocCode", null);
    }

    /// <summary>Names the fields that no field of the new circular takes.</summary>
    public void TellUnmapped(string file, Tt02Node node, Dictionary<string, string> table)
    {
        foreach (var (name, _) in node.Fields)
            if (Find(table, name) is null && !_tables.Link.Contains(name, StringComparer.OrdinalIgnoreCase)) TellOnce(file, node, "VN-TT02-UNMAPPED", name, null);
    }

    private void Tell(string file, Tt02Node node, Dictionary<string, string> table)
    {
        TellUnmapped(file, node, table);
        foreach (var (name, _) in node.Fields)
            if (Find(table, name) is { } field && !_tables.Read.Contains(name, StringComparer.OrdinalIgnoreCase)) TellOnce(file, node, "VN-TT02-UNCERTAIN", name, field);
    }

    private void TellOnce(string file, Tt02Node node, string code, string name, string? found)
    {
        if (_told.Add((file + code, name.ToUpperInvariant()))) findings.Add(Tt05ListRules.New(code, $"{file}#{node.Path}", name, found));
    }

    private void Take(ListRecord record, string field, string text) =>
        record.Take(field, _conversion.Convert(field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..], new ListCell(text)));

    private static string? Find(Dictionary<string, string> table, string name) =>
        table.FirstOrDefault(t => t.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
