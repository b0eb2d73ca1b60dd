using System.Collections.Frozen;
using System.Text.Json;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>How sure a reading of a word is.</summary>
internal enum Reading
{
    /// <summary>It is no word of the table.</summary>
    None,

    /// <summary>The circular's own word or code.</summary>
    Sure,

    /// <summary>The circular's word but for its marks.</summary>
    Unmarked,

    /// <summary>A word of older rules or practice.</summary>
    Older,
}

/// <summary>The headings and code words of <c>schemas/tt05/worksheet.json</c>: data, so that a corrected table is no change of code.</summary>
internal sealed class ListVocabulary
{
    private readonly FrozenDictionary<string, string[]> _headings;
    private readonly Dictionary<string, string> _nameOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Table> _tables = new(StringComparer.Ordinal);

    private ListVocabulary(WorksheetWords file)
    {
        _headings = file.Headings.SelectMany(h => h.Names.Append(h.Field).Append(h.Field[(h.Field.IndexOf('.', StringComparison.Ordinal) + 1)..]).Select(n => (Key: ListText.Fold(n), h.Field)))
            .GroupBy(h => h.Key).ToFrozenDictionary(g => g.Key, g => g.Select(h => h.Field).Distinct().ToArray(), StringComparer.Ordinal);
        Fields = file.Headings.Select(h => h.Field).ToFrozenSet(StringComparer.Ordinal);
        foreach (var heading in file.Headings) _nameOf[heading.Field] = heading.Names[0];
        foreach (var (name, words) in file.Words) _tables[name] = new Table(words, file.OlderWords.GetValueOrDefault(name) ?? []);
        Circular02 = file.Circular02;
    }

    public static ListVocabulary Current { get; } = Load();

    /// <summary>Every field a column may hold, with its scope: <c>file.title</c>, <c>document.subject</c>.</summary>
    public FrozenSet<string> Fields { get; }

    /// <summary>Fields of the repealed Circular 02/2019 by kind of record, with the field that takes each of them; <c>read</c> names those known from a text.</summary>
    public Circular02Tables Circular02 { get; }

    /// <summary>The fields that a heading can mean: none, one, or the dossier's and the document's.</summary>
    public string[] FieldsOf(string heading) => _headings.GetValueOrDefault(ListText.Fold(heading), []);

    /// <summary>The worksheet's heading for a field.</summary>
    public string HeadingOf(string field) => _nameOf.GetValueOrDefault(field, field);

    /// <summary>True when the field's values are codes with words.</summary>
    public bool HasTable(string name) => _tables.ContainsKey(name);

    /// <summary>The table as findings show it: <c>01 Công khai; 02 Có điều kiện; …</c></summary>
    public string Describe(string name) => _tables[name].Description;

    /// <summary>The code of a word or code, and how sure that is.</summary>
    public (string? Code, Reading Reading) Read(string name, string word) => _tables[name].Read(word);

    private static ListVocabulary Load()
    {
        using var stream = typeof(ListVocabulary).Assembly.GetManifestResourceStream("tt05/worksheet.json") ?? throw new InvalidOperationException("no tt05/worksheet.json is embedded");
        var file = JsonSerializer.Deserialize(stream, ListJson.Default.WorksheetWords) ?? throw new InvalidOperationException("tt05/worksheet.json is empty");
        return new ListVocabulary(file);
    }

    private sealed class Table
    {
        private readonly Dictionary<string, string> _sure = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _unmarked = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _older = new(StringComparer.Ordinal);

        public Table(Dictionary<string, string[]> words, Dictionary<string, string[]> older)
        {
            foreach (var (code, names) in words)
            {
                _sure.TryAdd(ListText.Key(code), code);
                foreach (var name in names)
                {
                    _sure.TryAdd(ListText.Key(name), code);
                    _unmarked.TryAdd(ListText.Fold(name), code);
                }
            }
            foreach (var (code, names) in older)
                foreach (var name in names) _older.TryAdd(ListText.Key(name), code);
            Description = string.Join("; ", words.Select(w => $"{w.Key} {w.Value[0]}"));
        }

        public string Description { get; }

        public (string?, Reading) Read(string word)
        {
            var key = ListText.Key(word);
            if (_sure.TryGetValue(key, out var code)) return (code, Reading.Sure);
            if (_older.TryGetValue(key, out code)) return (code, Reading.Older);
            return _unmarked.TryGetValue(ListText.Fold(word), out code) ? (code, Reading.Unmarked) : (null, Reading.None);
        }
    }
}

/// <summary>The field names of Circular 02/2019 and what takes them.</summary>
/// <param name="File">Of a dossier.</param>
/// <param name="Document">Of a document.</param>
/// <param name="Fonds">Of a fonds.</param>
/// <param name="Read">Names read in a text of the law; the others are known from practice only.</param>
/// <param name="Link">Fields of a document that only name its dossier.</param>
internal sealed record Circular02Tables(Dictionary<string, string> File, Dictionary<string, string> Document, Dictionary<string, string> Fonds, string[] Read, string[] Link);
