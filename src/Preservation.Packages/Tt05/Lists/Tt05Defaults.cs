using System.Collections.Immutable;
using Preservation.Core.Findings;

namespace Preservation.Packages.Tt05.Lists;

/// <summary>
/// Values for empty cells, named by whoever packs: <c>mode=01</c>, <c>document.language=Tiếng Việt</c>, <c>file.startDay=01</c>. A name
/// without <c>file.</c> or <c>document.</c> stands for both where both have the field, except the dossier's counts of pages and documents, which follow
/// from the documents. Code fields take the code or its word.
/// </summary>
public sealed class Tt05Defaults
{
    private static readonly HashSet<string> OnlyWithScope = new(StringComparer.Ordinal) { "file.numberOfPage", "file.totalDoc" };
    private static readonly HashSet<string> Never = new(StringComparer.Ordinal)
    {
        "row.number", "file.fileCode", "file.catalogue", "file.box", "file.annotation", "document.docOrdinal", "document.docId", "document.path", "document.sheets", "document.type",
    };

    private Tt05Defaults(ImmutableSortedDictionary<string, string> values) => Values = values;

    /// <summary>No defaults at all.</summary>
    public static Tt05Defaults None { get; } = new(ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>The values by field with its scope, as the circular writes them.</summary>
    public ImmutableSortedDictionary<string, string> Values { get; }

    /// <summary>Reads <c>FIELD=VALUE</c> texts.</summary>
    /// <exception cref="FormatException">A text has no <c>=</c>, names no field that may have a default, or gives a value the field cannot take.</exception>
    public static Tt05Defaults Parse(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || string.IsNullOrWhiteSpace(text[(at + 1)..])) throw new FormatException($"--default wants FIELD=VALUE, not '{text}'");
            foreach (var field in FieldsOf(text[..at].Trim())) values[field] = Value(field, text[(at + 1)..]);
        }
        return new Tt05Defaults(values.ToImmutable());
    }

    /// <summary>Fills what a source lacks; each field filled is a finding with the count.</summary>
    public (Tt05Source Source, ImmutableArray<Finding> Findings) Fill(Tt05Source source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var findings = ImmutableArray.CreateBuilder<Finding>();
        foreach (var (field, value) in Values)
        {
            var name = field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..];
            var isFile = field.StartsWith("file.", StringComparison.Ordinal);
            var filled = new List<int>();
            if (isFile && Tt05Fields.OfPackage(source.Form).Any(f => f.Name == name) && Filled(source.Dossier, "file.", name, value) is { } dossier)
            {
                source = source with { Dossier = dossier };
                filled.Add(1);
            }
            for (var i = 0; !isFile && i < source.Documents.Length; i++)
            {
                var document = source.Documents[i];
                if (!Tt05Fields.OfDocument(document.Kind, source.Form).Any(f => f.Name == name) || Filled(document.Fields, "document.", name, value) is not { } fields) continue;
                source = source with { Documents = source.Documents.SetItem(i, document with { Fields = fields }) };
                filled.Add(i + 1);
            }
            if (filled.Count > 0) findings.Add(Tt05ListRules.New("VN-LIST-DEFAULT", isFile ? "dossier" : "documents", $"{field}={value}", ListDefaulting.Count(filled)));
        }
        return (source, findings.ToImmutable());
    }

    private static ImmutableDictionary<string, string>? Filled(ImmutableDictionary<string, string> fields, string scope, string name, string value) =>
        string.IsNullOrWhiteSpace(fields.GetValueOrDefault(name)) && ListDefaulting.Applies(scope + name, f => fields.GetValueOrDefault(f[scope.Length..])) ? fields.SetItem(name, value) : null;

    private static List<string> FieldsOf(string name)
    {
        var scoped = name.StartsWith("dossier.", StringComparison.Ordinal) ? "file." + name["dossier.".Length..] : name;
        var allowed = ListVocabulary.Current.Fields.Where(f => !Never.Contains(f));
        var fields = scoped.Contains('.', StringComparison.Ordinal)
            ? allowed.Where(f => f == scoped).ToList()
            : allowed.Where(f => f[(f.IndexOf('.', StringComparison.Ordinal) + 1)..] == scoped && !(OnlyWithScope.Contains(f) && scoped == "numberOfPage")).ToList();
        return fields.Count > 0 ? fields : throw new FormatException($"--default: there is no field '{name}' that may have a default");
    }

    private static string Value(string field, string text)
    {
        var converted = new ListConversion(ListVocabulary.Current).Convert(field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..], new ListCell(text));
        return converted is { Value: { } value, Rule: null } ? value : throw new FormatException($"--default {field}: '{text.Trim()}' is no value of this field ({converted.Expected ?? "number"})");
    }
}
