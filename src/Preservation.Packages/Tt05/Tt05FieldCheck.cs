using System.Globalization;
using Preservation.Core.Findings;
using Preservation.Packages.Description;

namespace Preservation.Packages.Tt05;

/// <summary>Judges the fields of one descriptor one by one: presence, length, code table, form.</summary>
internal static class Tt05FieldCheck
{
    private static readonly Rule Missing = Tt05Rules.Get("VN-FLD-01");
    private static readonly Rule TooLong = Tt05Rules.Get("VN-FLD-02");
    private static readonly Rule NotInTable = Tt05Rules.Get("VN-FLD-03");
    private static readonly Rule NotADate = Tt05Rules.Get("VN-FLD-04");
    private static readonly Rule NotANumber = Tt05Rules.Get("VN-FLD-05");
    private static readonly Rule Unknown = Tt05Rules.Get("VN-FLD-06");
    private static readonly Rule Repeated = Tt05Rules.Get("VN-FLD-07");

    // Names that the reference package and the annexes' own schemas use for a field of another name.
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.Ordinal)
    {
        ["arcDocCode"] = "docCode", ["docCode"] = "arcDocCode", ["arcFileCode"] = "fileCode", ["fileCode"] = "arcFileCode",
    };

    public static IEnumerable<Finding> Check(SimpleDc descriptor, IEnumerable<Tt05Field> fields, string path)
    {
        var known = fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in descriptor.Fields)
        {
            var official = !known.ContainsKey(name) && Synonyms.TryGetValue(name, out var other) && known.ContainsKey(other) ? other : name;
            if (!known.TryGetValue(official, out var field)) yield return new Finding(Unknown, path, null, name);
            else if (!seen.Add(official)) yield return new Finding(Repeated, path, null, name);
            else
                foreach (var finding in CheckValue(field, value.Trim(), path)) yield return finding;
        }
        foreach (var field in known.Values)
            if (field.IsMandatory && !seen.Contains(field.Name)) yield return new Finding(Missing, path, field.Name);
    }

    private static IEnumerable<Finding> CheckValue(Tt05Field field, string value, string path)
    {
        if (value.Length == 0)
        {
            if (field.IsMandatory) yield return new Finding(Missing, path, field.Name);
            yield break;
        }
        if (value.Length > field.MaxLength)
            yield return new Finding(TooLong, path, $"{field.Name} ≤ {Text(field.MaxLength)}", Text(value.Length));
        switch (field.Kind)
        {
            case Tt05FieldKind.Code when !field.Table!.Contains(value):
            case Tt05FieldKind.Codes when value.Split(';').Any(v => !field.Table!.Contains(v.Trim())):
                yield return new Finding(NotInTable, path, $"{field.Name}: {field.Table!.Min()}–{field.Table!.Max()}");
                break;
            case Tt05FieldKind.Date when !TextDate.Parse(value).IsDay || !value.Contains('/', StringComparison.Ordinal):
                yield return new Finding(NotADate, path, $"{field.Name}: DD/MM/YYYY");
                break;
            case Tt05FieldKind.PartialDate when TextDate.Parse(value).From is null || value.Contains('-', StringComparison.Ordinal):
                yield return new Finding(NotADate, path, $"{field.Name}: DD/MM/YYYY, MM/YYYY, YYYY");
                break;
            case Tt05FieldKind.Number when !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _):
                yield return new Finding(NotANumber, path, field.Name);
                break;
            default:
                break;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
